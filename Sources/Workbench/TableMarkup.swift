// What Markdown marks in the cells of a table, for the table's files: formulas, code, emphasis.

internal import Basics

/// A piece of a cell.
enum TableMarkup: Equatable {
  case text(String)
  /// Between backticks.
  case code(String)
  /// TeX between dollars.
  case formula(String)
  /// Between single asterisks or underscores.
  case emphasis([TableMarkup])
  /// Between double ones.
  case strong([TableMarkup])

  /// The pieces of a cell's text. What begins and does not end is text.
  static func pieces(of text: String) -> [TableMarkup] {
    guard text.utf8.contains(where: { "`$*_".utf8.contains($0) }) else { return [.text(text)] }
    let bytes = Array(text.utf8)
    var result: [TableMarkup] = []
    var plain: [UInt8] = []
    var place = 0
    while place < bytes.count {
      if bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count {
        plain += bytes[place...place + 1]
        place += 2
      } else if let (piece, end) = piece(bytes, place) {
        if !plain.isEmpty { result.append(.text(String(decoding: plain, as: UTF8.self))) }
        plain = []
        result.append(piece)
        place = end
      } else {
        plain.append(bytes[place])
        place += 1
      }
    }
    if !plain.isEmpty { result.append(.text(String(decoding: plain, as: UTF8.self))) }
    return result
  }

  /// What begins at a byte, and where it ends.
  private static func piece(_ text: [UInt8], _ start: Int) -> (TableMarkup, end: Int)? {
    let sign = text[start]
    let run = text[start...].prefix { $0 == sign }.count
    func inside(_ close: Int, _ length: Int) -> String { String(decoding: text[start + length..<close], as: UTF8.self) }
    switch sign {
    case UInt8(ascii: "`"):
      guard let close = closing(text, sign, run, from: start + run) else { return nil }
      return (.code(inside(close, run).trimmingBlanks), close + run)
    case UInt8(ascii: "$"):
      guard run == 1, let close = closing(text, sign, 1, from: start + 1),
        FormulaDollars.areAroundFormula(text, open: start, close: close, isRow: false)
      else { return nil }
      return (.formula(inside(close, 1)), close + 1)
    case UInt8(ascii: "*"), UInt8(ascii: "_"):
      guard run <= 2, start + run < text.count, !isBlank(text[start + run]),
        sign == UInt8(ascii: "*") || start == 0 || !text[start - 1].isWord,
        let close = closing(text, sign, run, from: start + run), !isBlank(text[close - 1]),
        sign == UInt8(ascii: "*") || close + run == text.count || !text[close + run].isWord
      else { return nil }
      let inner = pieces(of: inside(close, run))
      return (run == 2 ? .strong(inner) : .emphasis(inner), close + run)
    default: return nil
    }
  }

  /// The next run of exactly `length` signs, not behind a backslash.
  private static func closing(_ text: [UInt8], _ sign: UInt8, _ length: Int, from start: Int) -> Int? {
    var place = start
    while place < text.count {
      if text[place] == UInt8(ascii: "\\"), sign != UInt8(ascii: "`") {
        place += 2
      } else if text[place] == sign {
        let run = text[place...].prefix { $0 == sign }.count
        if run == length, place > start { return place }
        place += run
      } else {
        place += 1
      }
    }
    return nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 }
}

extension UInt8 {
  /// Whether a letter, digit or part of a character beyond ASCII.
  fileprivate var isWord: Bool {
    (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self) || self >= 0x80
  }
}

extension String {
  /// Without one blank at each end, as Markdown reads code.
  fileprivate var trimmingBlanks: String {
    count > 2 && first == " " && last == " " ? String(dropFirst().dropLast()) : self
  }
}
