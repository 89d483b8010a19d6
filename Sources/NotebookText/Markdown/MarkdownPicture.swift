// Pictures of the text with a label or a size: `![Words](picture.png){#fig-x width=50%}`, as pandoc and Quarto have them.

/// A picture and what stands in braces behind it.
package struct MarkdownPicture: Sendable, Equatable {
  /// Where the picture is: a path beside the notebook, or an address.
  package var address: String
  /// What browsers show beside the pointer; empty without one.
  package var title: String
  /// Its description, which is the caption of a picture with a label.
  package var words: [MarkdownInline]
  /// `fig-…`: the picture is numbered among the figures.
  package var label: String?
  /// A number of pixels, a share such as "50%", or a CSS length such as "3cm"; nil for the picture's own.
  package var width: String?
  /// As `width`.
  package var height: String?
  /// left, center or right.
  package var alignment: MarkdownTable.Alignment?
  /// What is said instead of the picture, if not its words.
  package var alternative: String?
}

/// What stands in the braces behind a picture.
struct PictureAttributes {
  var label: String?
  var labelAt: SourceLocation
  var width: String?
  var height: String?
  var alignment: MarkdownTable.Alignment?
  var alternative: String?
  /// What is passed over, and where it stands.
  var unknown: [(word: String, place: SourceLocation)] = []
}

extension InlineScanner {
  /// Reads `{#fig-x width=50%}` behind the `)` or `]` of a picture. Returns false where something else stands.
  mutating func pictureAttributes() throws(NotebookError) -> Bool {
    guard syntax.endsAddress(position) || position > 0 && text[position - 1] == UInt8(ascii: "]"),
      let close = text[position...].prefix(1000).firstIndex(of: UInt8(ascii: "}"))
    else { return false }
    let words = words(position + 1..<close)
    let isOfHeading = words.count == 1 && string(words[0]).hasPrefix("#sec-")
    guard let first = words.first, !isOfHeading, words.allSatisfy(isAttribute) else { return false }
    var attributes = PictureAttributes(labelAt: location(first.lowerBound))
    for word in words { try read(word, into: &attributes) }
    emit(attributes, to: close + 1)
    return true
  }

  /// The words between braces; blanks in quotes part none.
  private func words(_ range: Range<Int>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start: Int?
    var quote: UInt8?
    for place in range.lowerBound...range.upperBound {
      let byte = place < range.upperBound ? text[place] : UInt8(ascii: " ")
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte.isSpace {
        if let first = start { result.append(first..<place) }
        start = nil
        continue
      }
      if start == nil { start = place }
    }
    // Kramdown has a colon behind the brace.
    if let first = result.first, text[first.lowerBound] == UInt8(ascii: ":") {
      result[0] = first.dropFirst()
      if result[0].isEmpty { result.removeFirst() }
    }
    return result
  }

  private func isAttribute(_ word: Range<Int>) -> Bool {
    guard let first = word.first.map({ text[$0] }) else { return false }
    return first == UInt8(ascii: "#") || first == UInt8(ascii: ".")
      || first.isLetterOrDigit && text[word].contains(UInt8(ascii: "="))
  }

  private func read(_ word: Range<Int>, into attributes: inout PictureAttributes) throws(NotebookError) {
    let written = string(word)
    if written.hasPrefix("#") {
      let label = String(written.dropFirst())
      guard label.hasPrefix("fig-"), isLabel(label) else {
        throw error(
          word.lowerBound + 1, "a picture's label begins with \"fig-\" and is made of letters, digits and \"-\"")
      }
      (attributes.label, attributes.labelAt) = (label, location(word.lowerBound + 1))
      return
    }
    let parts = written.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let value = parts.count == 2 ? parts[1].trimmingQuotes : ""
    switch parts[0] {
    case "width", "height":
      guard value.wholeMatch(of: #/\d+(\.\d+)?(px|%|in|cm|mm|em|rem|pt)?/#) != nil else {
        throw error(
          word.lowerBound, "\"\(parts[0])\" is a number of pixels, a share such as 50%, or a length such as 3cm")
      }
      if parts[0] == "width" { attributes.width = value } else { attributes.height = value }
    case "alt", "fig-alt": attributes.alternative = value
    case "align", "fig-align":
      guard let alignment = MarkdownTable.Alignment(rawValue: value) else {
        throw error(word.lowerBound, "\"\(parts[0])\" is left, center or right")
      }
      attributes.alignment = alignment
    default: attributes.unknown.append((written, location(word.lowerBound)))
    }
  }
}

extension String {
  /// Without the quotes around it.
  fileprivate var trimmingQuotes: String {
    guard count > 1, let first, first == last, first == "\"" || first == "'" else { return self }
    return String(dropFirst().dropLast())
  }
}

extension MarkdownReader {
  /// Gives what stood in braces to the picture before it; behind anything else it is text.
  mutating func attach(
    _ attributes: PictureAttributes, source: String, _ place: SourceRange, to result: inout [MarkdownInline]
  ) {
    guard case .image(let address, let title, let words) = result.last?.content else {
      return result.append(MarkdownInline(content: .text(source), range: place))
    }
    result[result.count - 1].content = .picture(
      MarkdownPicture(
        address: address, title: title, words: words, label: attributes.label, width: attributes.width,
        height: attributes.height, alignment: attributes.alignment, alternative: attributes.alternative))
    result[result.count - 1].range.lastLine = place.lastLine
    result[result.count - 1].range.lastColumn = place.lastColumn
    if let label = attributes.label { pictureLabels.append((label, attributes.labelAt)) }
    for (word, place) in attributes.unknown {
      let line = scanner.sourceLines.indices.contains(place.line - 1) ? scanner.sourceLines[place.line - 1] : nil
      warnings.append(
        NotebookWarning(
          place, "\"\(word)\" has no meaning behind a picture: there are #fig-…, width, height, align and alt",
          sourceLine: line))
    }
  }
}
