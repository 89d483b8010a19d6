// Markdown in which marks stand in the place of our own syntax, and the way back to the columns of the source.

/// The marks that stand in Markdown for its items while it is parsed: two characters of Unicode's private area around a
/// number.
enum ItemMark {
  static let start: Unicode.Scalar = "\u{E000}"
  static let end: Unicode.Scalar = "\u{E001}"
  /// Stands on the further lines of an item, so that lines keep their numbers.
  static let filler: Unicode.Scalar = "\u{E002}"

  static func text(_ index: Int) -> String { "\(start)\(index)\(end)" }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool { (0xE000...0xE002).contains(scalar.value) }

  /// `text` without characters that would be taken for marks.
  static func cleaned(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isMark) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isMark(scalar) ? "\u{FFFD}" : scalar) }
    return String(result)
  }

  /// A piece of text with marks in it.
  enum Piece: Equatable {
    /// Characters, and the byte where they begin.
    case text(String, at: Int)
    /// A mark's number, and its bytes.
    case mark(Int, Range<Int>)
    /// The sign that an item went on to this line.
    case filler
  }

  /// The pieces of a text in order.
  static func pieces(_ text: String) -> [Piece] {
    guard text.unicodeScalars.contains(where: isMark) else { return text.isEmpty ? [] : [.text(text, at: 0)] }
    var result: [Piece] = []
    var (plain, plainStart, place) = (String.UnicodeScalarView(), 0, 0)
    var number: (value: Int, start: Int)?
    func flush() {
      if !plain.isEmpty { result.append(.text(String(plain), at: plainStart)) }
      plain = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars {
      let next = place + UTF8.width(scalar)
      if scalar == start {
        flush()
        number = (0, place)
      } else if scalar == end, let mark = number {
        result.append(.mark(mark.value, mark.start..<next))
        number = nil
      } else if let digits = number {
        number?.value = 10 * digits.value + Int(scalar.value) - 48
      } else if scalar == filler {
        flush()
        result.append(.filler)
      } else {
        if plain.isEmpty { plainStart = place }
        plain.append(scalar)
      }
      place = next
    }
    flush()
    return result
  }
}

/// The lines of a text with marks in it, and what they stand for.
struct MarkedText {
  /// What a mark stands for, and where that stands in the source.
  enum Mark {
    case item(InlineItem, SourceRange)
    /// `{#sec-x}`, which belongs at the end of a heading.
    case headingLabel(String, SourceLocation, source: String, SourceRange)
    /// `{#fig-x width=50%}`, which belongs behind a picture.
    case picture(PictureAttributes, source: String, SourceRange)

    var range: SourceRange {
      switch self {
      case .item(_, let range), .headingLabel(_, _, _, let range), .picture(_, _, let range): range
      }
    }

    /// How it was written.
    var source: String {
      switch self {
      case .item(let item, _): item.source
      case .headingLabel(_, _, let source, _), .picture(_, let source, _): source
      }
    }
  }

  private(set) var lines: [String] = []
  private(set) var marks: [Mark] = []
  /// By line: columns here, and the columns of the source that they stand for.
  private var replaced: [Int: [(columns: Range<Int>, source: Range<Int>)]] = [:]

  mutating func append(_ line: String) { lines.append(line) }

  /// Adds a mark and returns the text that stands for it.
  mutating func add(_ mark: Mark) -> String {
    marks.append(mark)
    return ItemMark.text(marks.count - 1)
  }

  mutating func replaced(line: Int, columns: Range<Int>, source: Range<Int>) {
    replaced[line, default: []].append((columns, source))
  }

  /// The column of the source that a column of these lines stands for: where an item begins for all of its mark.
  func sourceColumn(line: Int, column: Int) -> Int {
    guard let pieces = replaced[line] else { return column }
    let place = pieces.partitioningIndex { $0.columns.lowerBound > column } - 1
    guard place >= 0 else { return column }
    let piece = pieces[place]
    return column < piece.columns.upperBound
      ? piece.source.lowerBound : column - piece.columns.upperBound + piece.source.upperBound
  }

  /// The column of the source at which what ends at a column of these lines ends.
  func sourceEnd(line: Int, column: Int) -> Int {
    guard let pieces = replaced[line] else { return column }
    let place = pieces.partitioningIndex { $0.columns.lowerBound > column } - 1
    guard place >= 0 else { return column }
    let piece = pieces[place]
    return column < piece.columns.upperBound
      ? piece.source.upperBound - 1 : column - piece.columns.upperBound + piece.source.upperBound
  }

  /// Text that stands where no item can, such as in code: with what was written in the place of the marks.
  func restored(_ text: String) -> String {
    var result = ""
    for piece in ItemMark.pieces(text) {
      switch piece {
      case .text(let text, _): result += text
      case .mark(let number, _): result += marks.indices.contains(number) ? marks[number].source : ""
      // The line's end before it is in the mark's source.
      case .filler: if let last = result.last, last.isWhitespace { result.removeLast() }
      }
    }
    return result
  }
}
