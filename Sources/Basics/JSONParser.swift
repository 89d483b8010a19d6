// A recursive-descent parser for JSON, RFC 8259. No extensions: no comments, trailing commas, leading zeros or NaN.

/// A text and a place in it.
struct JSONParser {
  private let bytes: [UInt8]
  private var at = 0
  private var depth = 0

  /// Nesting beyond this is refused, so that a hostile file cannot exhaust the stack.
  private static let depthLimit = 128

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSON.Failure) -> JSON {
    skipSpace()
    let value = try value()
    skipSpace()
    if at < bytes.count { throw failure("more after the end of the value") }
    return value
  }

  private mutating func value() throws(JSON.Failure) -> JSON {
    guard let byte = peek else { throw failure("the text ends where a value is needed") }
    switch byte {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func object() throws(JSON.Failure) -> JSON {
    try enter()
    var members: [JSON.Member] = []
    var names = Set<String>()
    if try !closes(UInt8(ascii: "}"), first: true) {
      repeat {
        skipSpace()
        let start = at
        if peek != UInt8(ascii: "\"") { throw failure("a member name in quotes is needed") }
        let name = try string()
        if !names.insert(name).inserted {
          throw JSON.Failure(
            message: "the name \(JSON.quoted(name)) appears twice in one object", offset: start,
            repeatedName: depth == 1 ? name : nil)
        }
        skipSpace()
        if peek != UInt8(ascii: ":") { throw failure("a colon is needed after a member name") }
        at += 1
        skipSpace()
        members.append(JSON.Member(name, try value()))
      } while try !closes(UInt8(ascii: "}"), first: false)
    }
    depth -= 1
    return .object(members)
  }

  private mutating func array() throws(JSON.Failure) -> JSON {
    try enter()
    var values: [JSON] = []
    if try !closes(UInt8(ascii: "]"), first: true) {
      repeat {
        skipSpace()
        values.append(try value())
      } while try !closes(UInt8(ascii: "]"), first: false)
    }
    depth -= 1
    return .array(values)
  }

  private mutating func enter() throws(JSON.Failure) {
    at += 1
    depth += 1
    if depth > Self.depthLimit { throw failure("more than \(Self.depthLimit) levels of nesting") }
  }

  /// True after the closing byte; false after a comma, or before the first element.
  private mutating func closes(_ closing: UInt8, first: Bool) throws(JSON.Failure) -> Bool {
    skipSpace()
    if peek == closing {
      at += 1
      return true
    }
    if first { return false }
    if peek != UInt8(ascii: ",") { throw failure("a comma or a closing bracket is needed") }
    at += 1
    return false
  }

  private mutating func word(_ word: String, _ value: JSON) throws(JSON.Failure) -> JSON {
    guard bytes[at...].starts(with: word.utf8) else { throw failure("not a JSON value") }
    at += word.utf8.count
    return value
  }

  private mutating func number() throws(JSON.Failure) -> String {
    let start = at
    if peek == UInt8(ascii: "-") { at += 1 }
    if peek == UInt8(ascii: "0") {
      at += 1
    } else {
      try digits(start)
    }
    if peek == UInt8(ascii: ".") {
      at += 1
      try digits(start)
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      at += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
      try digits(start)
    }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func digits(_ start: Int) throws(JSON.Failure) {
    let first = at
    while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { at += 1 }
    if at == first { throw JSON.Failure(message: "not a JSON value", offset: start) }
  }

  private mutating func string() throws(JSON.Failure) -> String {
    let start = at
    at += 1
    var utf8: [UInt8] = []
    while true {
      guard let byte = peek else { throw JSON.Failure(message: "a string without its end", offset: start) }
      at += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: utf8, as: UTF8.self) else {
          throw JSON.Failure(message: "a string that is not UTF-8", offset: start)
        }
        return text
      case UInt8(ascii: "\\"): utf8.append(contentsOf: try escape().utf8)
      case 0..<0x20: throw JSON.Failure(message: "a control character in a string", offset: at - 1)
      default: utf8.append(byte)
      }
    }
  }

  private mutating func escape() throws(JSON.Failure) -> String {
    guard let byte = peek else { throw failure("a string without its end") }
    at += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = UInt32(try hex4())
      if code & 0xFC00 == 0xD800, peek == UInt8(ascii: "\\"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "u") {
        at += 2
        let low = UInt32(try hex4())
        if low & 0xFC00 != 0xDC00 { throw failure("half of a surrogate pair") }
        code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("half of a surrogate pair") }
      return String(scalar)
    default: throw failure("an unknown escape")
    }
  }

  private mutating func hex4() throws(JSON.Failure) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("four hexadecimal digits are needed")
      }
      value = value << 4 | UInt16(digit)
      at += 1
    }
    return value
  }

  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private func failure(_ message: String) -> JSON.Failure { JSON.Failure(message: message, offset: at) }
}
