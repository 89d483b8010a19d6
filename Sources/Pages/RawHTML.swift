// What raw HTML and addresses of the text may do on a page: mark up text, lead to pages, show pictures. Nothing of a text
// runs. One policy for the page, the report, the preview and the Markdown of cells.

internal import NotebookText

/// Raw HTML that is safe to stand in a page: known tags with known attributes, and comments; the rest is shown as text.
package enum RawHTML {
  private static let tags: Set<String> = [
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "dd", "del", "details", "dfn", "div",
    "dl",
    "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li",
    "mark",
    "ol", "p", "picture", "pre", "q", "s", "samp", "section", "small", "span", "strong", "sub", "summary", "sup",
    "table",
    "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "wbr",
  ]
  private static let attributes: Set<String> = [
    "align", "alt", "cite", "class", "colspan", "datetime", "dir", "height", "href", "id", "lang", "open", "rowspan",
    "scope", "src", "start", "title", "width",
  ]

  /// `html` as it is where all of it is known, else with what is not known as text.
  package static func cleaned(_ html: String) -> String { parted(html).html }

  /// The tags that a page shows as text, from their sign on, in order.
  package static func refused(_ html: String) -> [String] {
    let text = Array(html)
    return parted(html).refused.map { String(text[$0...].prefix { $0 != ">" && !$0.isNewline }.prefix(40)) }
  }

  /// The cleaned text, and where the signs stand that became text.
  private static func parted(_ html: String) -> (html: String, refused: [Int]) {
    let text = Array(html)
    var result = ""
    var refused: [Int] = []
    var place = 0
    while place < text.count {
      guard text[place] == "<" else {
        result.append(text[place])
        place += 1
        continue
      }
      let end = commentEnd(text, place) ?? tagEnd(text, place)
      result += end.map { String(text[place..<$0]) } ?? "&lt;"
      if end == nil { refused.append(place) }
      place = end ?? place + 1
    }
    return (result, refused)
  }

  /// The end of `<!-- … -->`, if it is a comment for every browser.
  private static func commentEnd(_ text: [Character], _ start: Int) -> Int? {
    guard text[start...].starts(with: "<!--") else { return nil }
    var place = start + 4
    if text[place...].starts(with: ">") || text[place...].starts(with: "->") { return nil }
    while place < text.count {
      if text[place...].starts(with: "-->") { return place + 3 }
      if text[place...].starts(with: "--") { return nil }
      place += 1
    }
    return nil
  }

  /// The end of a known tag whose attributes are known and harmless.
  private static func tagEnd(_ text: [Character], _ start: Int) -> Int? {
    var place = start + 1
    func skipBlanks() { while place < text.count, text[place].isWhitespace { place += 1 } }
    func name() -> String {
      let first = place
      while place < text.count, text[place].isASCII, text[place].isLetter || text[place].isNumber || text[place] == "-"
      {
        place += 1
      }
      return String(text[first..<place]).lowercased()
    }
    let isClosing = place < text.count && text[place] == "/"
    if isClosing { place += 1 }
    guard tags.contains(name()) else { return nil }
    while true {
      skipBlanks()
      if text[place...].starts(with: "/>"), !isClosing { return place + 2 }
      guard place < text.count else { return nil }
      if text[place] == ">" { return place + 1 }
      let attribute = name()
      guard !isClosing, attributes.contains(attribute) else { return nil }
      skipBlanks()
      guard place < text.count, text[place] == "=" else { continue }
      place += 1
      skipBlanks()
      guard place < text.count, text[place] == "\"" || text[place] == "'" else { return nil }
      guard let close = text[(place + 1)...].firstIndex(of: text[place]) else { return nil }
      let value = String(text[(place + 1)..<close])
      if ["href", "cite"].contains(attribute), !isSafe(escaped: value) { return nil }
      if attribute == "src", !isSafe(escaped: value), !isSafe(picture: value) { return nil }
      place = close + 1
    }
  }

  /// The addresses of pictures in raw HTML, with the places of their tags.
  package static func pictures(in html: String) -> [(address: String, place: String.Index)] {
    html.matches(of: tag).compactMap { match in
      match.address.map {
        (address: String($0.dropFirst().dropLast().replacing("&amp;", with: "&")), place: match.range.lowerBound)
      }
    }
  }

  /// `html` with other addresses of its pictures.
  static func replacingPictures(of html: String, with address: (String) -> String) -> String {
    html.utf8.contains(UInt8(ascii: "<"))
      ? html.replacing(tag) { match in
        guard let old = match.address else { return String(match.0) }
        let plain = String(old.dropFirst().dropLast().replacing("&amp;", with: "&"))
        let new = address(plain)
        return new == plain ? String(match.0) : "\(match.before ?? "")\"\(HTML.escape(new))\""
      } : html
  }

  /// A comment, or the beginning of an image's tag up to its address.
  private static var tag: Regex<(Substring, before: Substring?, address: Substring?)> {
    #/<!--(?s:.*?)-->|(?<before><(?i:img)\b[^>]*?\s(?i:src)\s*=\s*)(?<address>"[^"]*"|'[^']*')/#
  }

  /// Whether an address in a tag is safe: one with an entity among the signs of its scheme is not.
  private static func isSafe(escaped value: String) -> Bool {
    isSafe(address: value) && !value.prefix { !"/?#".contains($0) }.contains("&")
  }

  /// Whether an address leads to a page or a file: http, https, mailto, or relative.
  package static func isSafe(address: String) -> Bool {
    let plain = address.filter { !$0.isWhitespace && !($0.asciiValue.map { $0 < 32 } ?? false) }
    let head = plain.prefix { !"/?#".contains($0) }
    guard let colon = head.firstIndex(of: ":") else { return true }
    return ["http", "https", "mailto"].contains(head[..<colon].lowercased())
  }

  /// Whether a picture's address may be loaded: as for a page, and pictures that stand in the address itself.
  package static func isSafe(picture: String) -> Bool {
    isSafe(address: picture)
      || ["png", "jpeg", "gif", "webp", "svg+xml", "avif"].contains {
        picture.lowercased().hasPrefix("data:image/\($0);base64,")
      }
  }
}
