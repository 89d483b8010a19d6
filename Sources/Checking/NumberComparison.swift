// Numbers of an output before and after, series by series.

internal import Basics
package import NotebookText

/// What changed among the numbers of an output.
package struct NumberComparison: Sendable {
  /// A number, or a word of a table, that is not what it was.
  package struct Change: Sendable, Equatable {
    /// The line's name, or the table's column.
    package var series: String
    /// Where in the series: "x = 0.1", "row 3".
    package var place: String
    package var old: String
    package var new: String
    /// In tolerances; above 1 is beyond.
    package var excess: Double
  }

  /// Numbers that were compared.
  package var count = 0
  /// How many of them differ at all.
  package var differing = 0
  /// How many of them differ beyond the tolerance.
  package var beyond = 0
  /// The largest changes, the worst first, at most `kept`.
  package var worst: [Change] = []
  /// Why the two cannot be compared number by number; empty when they can.
  package var structure: [String] = []

  /// Whether the two cannot be compared number by number.
  package var isOfOtherForm: Bool { !structure.isEmpty }

  /// How many changes are kept.
  package static let kept = 8

  /// Columns of a figure's long form that say which number it is.
  private static let keys = ["panel", "series", "kind"]

  /// Compares two CSV files: a figure's, in long or wide form, or a table's.
  package init(csv old: String, _ new: String, tolerance: NumberTolerance) {
    guard let old = CSVTable(old), let new = CSVTable(new) else {
      structure = ["one of the two is no CSV file"]
      return
    }
    structure = Self.differences(old, new)
    guard structure.isEmpty else { return }
    let isLong = old.header.starts(with: Self.keys)
    for (index, pair) in zip(old.rows, new.rows).enumerated() {
      let x = isLong ? pair.0[3] : pair.0.first ?? ""
      let place =
        isLong && !x.isEmpty ? "x = \(x)" : "row \(index + 1)" + (Double(x) == nil && !x.isEmpty ? ", \(x)" : "")
      for (column, name) in old.header.enumerated() where !(isLong && column < Self.keys.count) {
        let series = isLong ? pair.0[1] : name
        compare(pair.0[column], pair.1[column], series, place, tolerance)
      }
    }
    worst.sort { $0.excess > $1.excess }
    worst = Array(worst.prefix(Self.kept))
  }

  /// What is of another form: columns, rows, names of series.
  private static func differences(_ old: CSVTable, _ new: CSVTable) -> [String] {
    if old.header != new.header {
      return ["columns were \(old.header.joined(separator: ", ")) and are \(new.header.joined(separator: ", "))"]
    }
    for (number, row) in (old.rows + new.rows).enumerated() where row.count != old.header.count {
      return ["row \(number % max(old.rows.count, 1) + 1) has \(row.count) fields, the header \(old.header.count)"]
    }
    if old.header.starts(with: keys) {
      let (before, after) = (series(old), series(new))
      let (gone, added) = (before.filter { !after.contains($0) }, after.filter { !before.contains($0) })
      var reasons: [String] = []
      if !gone.isEmpty { reasons.append("series gone: " + gone.joined(separator: ", ")) }
      if !added.isEmpty { reasons.append("new series: " + added.joined(separator: ", ")) }
      if !reasons.isEmpty { return reasons }
    }
    if old.rows.count != new.rows.count { return ["there were \(old.rows.count) rows and are \(new.rows.count)"] }
    if old.header.starts(with: keys), let row = zip(old.rows, new.rows).first(where: { $0[0..<3] != $1[0..<3] }) {
      return ["the order changed: \(row.0[1]) stood where \(row.1[1]) is"]
    }
    return []
  }

  /// "panel 1: PGD-10 (line)" for each series, in order.
  private static func series(_ table: CSVTable) -> [String] {
    var names: [String] = []
    for row in table.rows {
      let name = "\(row[1]) (\(row[2]), panel \(row[0]))"
      if names.last != name, !names.contains(name) { names.append(name) }
    }
    return names
  }

  private mutating func compare(
    _ old: String, _ new: String, _ series: String, _ place: String, _ tolerance: NumberTolerance
  ) {
    if old.isEmpty && new.isEmpty { return }
    let (before, after) = (NumbersInText(old), NumbersInText(new))
    count += max(before.numbers.count, 1)
    guard old != new else { return }
    var excess = 0.0
    if before.words != after.words || before.numbers.count != after.numbers.count {
      excess = .infinity
    } else {
      let allowed = tolerance.of(series)
      for (a, b) in zip(before.numbers, after.numbers) { excess = max(excess, allowed.excess(a, b)) }
    }
    differing += 1
    if excess > 1 { beyond += 1 }
    worst.append(Change(series: series, place: place, old: old, new: new, excess: excess))
    if worst.count > 64 * Self.kept {
      worst.sort { $0.excess > $1.excess }
      worst = Array(worst.prefix(Self.kept))
    }
  }
}

/// A text cut into numbers and what stands around them: "55.3 % [51.0, 59.6]".
package struct NumbersInText: Equatable {
  package var numbers: [Double] = []
  /// The text with "#" for each number.
  package var words = ""

  package init(_ text: String) {
    if let number = Double(text) {
      (numbers, words) = ([number], "#")
      return
    }
    var rest = text[...]
    while let match = rest.firstMatch(of: #/[-+−]?\d+(\.\d+)?([eE][-+]?\d+)?/#) {
      let number = Double(match.0.replacing("−", with: "-"))
      words += rest[..<match.range.lowerBound] + (number == nil ? String(match.0) : "#")
      if let number { numbers.append(number) }
      rest = rest[match.range.upperBound...]
    }
    words += rest
  }
}
