// "did you mean …?"

/// The known name nearest to `name` within two edits (three for long names), or nil.
package func nearest(to name: String, among known: some Sequence<String>) -> String? {
  let limit = name.count > 6 ? 3 : 2
  let scored = known.map { (distance: editDistance(Array(name.lowercased()), Array($0.lowercased())), name: $0) }
  guard let best = scored.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }),
    best.distance <= min(limit, max(name.count - 1, 1))
  else { return nil }
  return best.name
}

/// The known name that `name` is a slip of: one edit away, two from a long name. Stricter than `nearest`, for places where
/// other names may stand too.
package func slip(of name: String, among known: [String]) -> String? {
  guard let near = nearest(to: name, among: known) else { return nil }
  return editDistance(Array(name.lowercased()), Array(near.lowercased()))
    <= (near.count > 6 ? 2 : 1) ? near : nil
}

/// `no option "lable"; did you mean "label"?`, or the list of what there is.
package func unknown(_ kind: String, _ name: String, known: [String]) -> String {
  if let near = nearest(to: name, among: known) { return "no \(kind) \"\(name)\"; did you mean \"\(near)\"?" }
  if known.isEmpty { return "no \(kind) \"\(name)\": there is none" }
  return "no \(kind) \"\(name)\"; there are \(known.sorted().joined(separator: ", "))"
}

/// Levenshtein's distance with swaps of neighbours counted once (optimal string alignment).
package func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var rows = [Array(0...b.count)]
  for i in 1..<(a.count + 1) {
    var row = [i]
    for j in 1..<(b.count + 1) {
      var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, rows[i - 2][j - 2] + 1) }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
