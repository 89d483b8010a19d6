// Text -> HTML.

internal import Basics

package enum HTML {
  /// `text` with the five characters escaped that mean something in HTML.
  package static func escape(_ text: some StringProtocol) -> String { Markup.escape(text) }

  /// The text of a piece of HTML: without tags, with the escapes of `escape` undone.
  package static func text(_ html: String) -> String {
    var result = ""
    var isInTag = false
    for character in html {
      if character == "<" { isInTag = true }
      if !isInTag { result.append(character) }
      if character == ">" { isInTag = false }
    }
    for (code, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
      result = result.replacing(code, with: character)
    }
    return result
  }

  /// What a terminal would show of `text` in the end: a carriage return starts its line anew; colours are taken out.
  package static func terminalText(_ text: String) -> String {
    let plain = text.replacing(#/\u{1B}\[[0-9;]*[A-Za-z]/#, with: "")
    guard plain.unicodeScalars.contains("\r") else { return plain }
    return plain.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in line.split(separator: "\r").last.map(String.init) ?? "" }.joined(separator: "\n")
  }
}

extension HTML {
  /// A table that may be wider than a phone: its box scrolls by itself, also by keyboard, and has a name for those who
  /// do not see it. `table` is the whole element; one of many columns is set closer.
  package static func scrolling(_ table: String, columns: Int = 0, label: String) -> String {
    let kind = columns > 12 ? "scroll dense many" : columns > 6 ? "scroll dense" : "scroll"
    let count = columns > 12 ? " style=\"--columns: \(columns)\"" : ""
    return "<div class=\"\(kind)\"\(count) tabindex=\"0\" role=\"region\" aria-label=\"\(escape(label))\">\(table)</div>"
  }

  /// A table in such a box. Header and cells are HTML; the columns in `numbers` are set flush right, and short texts are
  /// not broken.
  package static func table(_ header: [String], _ rows: [[String]], numbers: Set<Int> = [], label: String) -> String {
    let short = Set(header.indices.filter { column in rows.allSatisfy { self.text($0[column]).count <= 18 } })
    func cells(_ tag: String, _ row: [String]) -> String {
      row.enumerated().map { column, text in
        let kind = numbers.contains(column) ? " class=\"number\"" : short.contains(column) ? " class=\"short\"" : ""
        return "<\(tag)\(tag == "th" ? " scope=\"col\"" : "")\(kind)>\(text)</\(tag)>"
      }.joined()
    }
    let body = rows.map { "<tr>\(cells("td", $0))</tr>\n" }.joined()
    return scrolling(
      "<table><thead><tr>\(cells("th", header))</tr></thead>\n<tbody>\(body)</tbody></table>", columns: header.count,
      label: label)
  }
}
