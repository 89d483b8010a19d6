// Boxes beside the text: GitHub's alerts, `> [!NOTE]`, and the fenced divs of Quarto and Docusaurus, `::: {.callout-note}`
// and `:::note`.

/// The kinds of boxes, in the words of the tools that have them.
enum CalloutKind {
  static let names: [String: String] = [
    "note": "note", "info": "note", "tip": "tip", "important": "important", "warning": "warning", "caution": "caution",
    "danger": "caution",
  ]

  /// "Note".
  static func title(_ name: String) -> [MarkdownInline] {
    let nowhere = SourceRange(firstLine: 0, firstColumn: 0, lastLine: 0, lastColumn: 0)
    return [MarkdownInline(content: .text(name.capitalizedFirst), range: nowhere)]
  }
}

/// A line of colons that opens or closes a box.
struct DivFence {
  var line: Int
  /// What follows the colons; empty where a box ends.
  var info: String

  /// The fences among the lines of a text, outside its code.
  static func fences(in lines: [String]) -> [DivFence] {
    var result: [DivFence] = []
    var code: (sign: Character, count: Int)?
    for (index, line) in lines.enumerated() {
      let text = line.drop { $0 == " " }
      if let sign = text.first, sign == "`" || sign == "~" {
        let count = text.prefix { $0 == sign }.count
        if let open = code {
          if sign == open.sign, count >= open.count, text.dropFirst(count).allSatisfy(\.isWhitespace) { code = nil }
        } else if count >= 3, sign == "~" || !text.dropFirst(count).contains("`") {
          code = (sign, count)
        }
      }
      guard code == nil, line.hasPrefix(":::") else { continue }
      let info = line.drop { $0 == ":" }.drop { $0 == " " }
      let end = info.lastIndex { !$0.isWhitespace && $0 != ":" }
      result.append(DivFence(line: index + 1, info: end.map { String(info[...$0]) } ?? ""))
    }
    return result
  }

  /// The kind of box that this opens, in our words and in those of the text; nil for a div of another meaning.
  var kind: (name: String, word: String)? {
    let words = info.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map { $0.lowercased() }
    guard let word = words.first else { return nil }
    let plain = word.hasPrefix("callout-") ? String(word.dropFirst("callout-".count)) : word
    return CalloutKind.names[plain].map { ($0, plain) }
  }

  /// `title="…"` in Quarto's braces, `[…]` or what follows the kind in Docusaurus.
  var title: String? {
    if info.hasPrefix("{") { return info.firstMatch(of: #/title="([^"]*)"/#).map { String($0.1) } }
    let rest = info.drop { !$0.isWhitespace && $0 != "[" }.drop(while: \.isWhitespace)
    let title = rest.hasPrefix("[") ? rest.dropFirst().prefix { $0 != "]" } : rest
    return title.isEmpty ? nil : String(title)
  }
}

extension MarkdownReader {
  /// `[!NOTE]` at the beginning of a quotation makes it a box.
  static func alert(_ blocks: [MarkdownBlock]) -> MarkdownCallout? {
    guard case .paragraph(var inner) = blocks.first?.content else { return nil }
    let end = inner.firstIndex { if case .text = $0.content { false } else { true } } ?? inner.count
    let words = Array(inner[..<end]).plainText { _ in "" }
    guard let match = words.wholeMatch(of: #/\[!([A-Za-z]+)\]\s*/#), let kind = CalloutKind.names[match.1.lowercased()]
    else { return nil }
    if end < inner.count {
      guard [.softBreak, .lineBreak].contains(inner[end].content) else { return nil }
      inner.removeSubrange(...end)
    } else {
      inner = []
    }
    var rest = blocks
    rest[0].content = .paragraph(inner)
    if inner.isEmpty { rest.removeFirst() }
    return MarkdownCallout(kind: kind, title: CalloutKind.title(match.1.lowercased()), blocks: rest)
  }

  /// The blocks with those between fences in boxes, and what to say of fences that make none.
  static func boxed(
    _ blocks: [MarkdownBlock], _ fences: [DivFence]
  ) -> (blocks: [MarkdownBlock], warnings: [(line: Int, message: String)]) {
    var warnings: [(line: Int, message: String)] = []
    var rest = blocks[...]
    var open: [(fence: DivFence, blocks: [MarkdownBlock])] = []
    var top: [MarkdownBlock] = []
    func add(_ blocks: [MarkdownBlock]) {
      if open.isEmpty { top += blocks } else { open[open.count - 1].blocks += blocks }
    }
    for fence in fences {
      let before = rest.prefix { $0.range.firstLine < fence.line }
      add(Array(before))
      rest = rest.dropFirst(before.count)
      if !fence.info.isEmpty {
        open.append((fence, []))
      } else if let (opening, inner) = open.popLast() {
        add(box(opening, inner, fence.line, &warnings))
      } else {
        warnings.append((fence.line, "these colons close no box"))
      }
    }
    for (fence, inner) in open.reversed() {
      warnings.append((fence.line, "this box has no end: add a line \":::\" below it"))
      _ = open.popLast()
      add(inner)
    }
    return (top + rest, warnings.sorted { $0.line < $1.line })
  }

  private static func box(
    _ fence: DivFence, _ inner: [MarkdownBlock], _ end: Int, _ warnings: inout [(line: Int, message: String)]
  ) -> [MarkdownBlock] {
    guard let kind = fence.kind else {
      warnings.append((fence.line, "\"\(fence.info)\" is no kind of box here: what stands in it is shown without one"))
      return inner
    }
    var (blocks, title) = (inner, CalloutKind.title(fence.title ?? kind.word))
    if fence.title == nil, case .heading(_, let words, let heading) = inner.first?.content, heading?.label == nil {
      title = words
      blocks.removeFirst()
    }
    let range = SourceRange(firstLine: fence.line, firstColumn: 1, lastLine: end, lastColumn: 3)
    return [
      MarkdownBlock(content: .callout(MarkdownCallout(kind: kind.name, title: title, blocks: blocks)), range: range)
    ]
  }
}
