// JSON as a tree that keeps the order of members and the text of numbers. RFC 8259, strict.
// Foundation's parser keeps one of several members of the same name without a word; a safetensors header with a name
// twice must be refused, and a content hash must not depend on how a Foundation version spells a number.

/// A JSON value. Object members stay in order; two of one name are an error; numbers keep their text.
package indirect enum JSON: Hashable, Sendable {
  case object([Member])
  case array([JSON])
  case string(String)
  case number(String)
  case bool(Bool)
  case null

  package struct Member: Hashable, Sendable {
    package var name: String
    package var value: JSON

    package init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// What is wrong with a text, and where.
  package struct Failure: Error, Hashable, CustomStringConvertible {
    package var message: String
    /// Offset from the first byte of the text.
    package var offset: Int
    /// The repeated name of an object at the top, if that is what is wrong.
    package var repeatedName: String?

    package var description: String { "\(message) at byte \(offset)" }
  }

  /// Parses all of `bytes`: one value, white space around it.
  package init(parsing bytes: some Collection<UInt8>) throws(Failure) {
    var parser = JSONParser(bytes: Array(bytes))
    self = try parser.document()
  }

  package subscript(name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  package var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// The value of a number without fraction or exponent that fits.
  package var int: Int? {
    if case .number(let text) = self { return Int(text) }
    return nil
  }

  /// One line without spaces, members sorted by their UTF-8 bytes, each number in one spelling: equal values, equal text.
  package var canonical: String {
    var out = ""
    write(to: &out)
    return out
  }

  private func write(to out: inout String) {
    switch self {
    case .object(let members):
      out += "{"
      let sorted = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      for (i, member) in sorted.enumerated() {
        if i > 0 { out += "," }
        out += JSON.quoted(member.name) + ":"
        member.value.write(to: &out)
      }
      out += "}"
    case .array(let values):
      out += "["
      for (i, value) in values.enumerated() {
        if i > 0 { out += "," }
        value.write(to: &out)
      }
      out += "]"
    case .string(let text): out += JSON.quoted(text)
    case .number(let text): out += JSON.canonicalNumber(text)
    case .bool(let value): out += value ? "true" : "false"
    case .null: out += "null"
    }
  }

  /// For people: members sorted as in `canonical`, one a line, lists of plain values on one line, a newline at the end.
  package var pretty: String {
    var out = ""
    writePretty(to: &out, indent: "")
    return out + "\n"
  }

  private func writePretty(to out: inout String, indent: String) {
    let deeper = indent + "  "
    switch self {
    case .object(let members) where !members.isEmpty:
      let sorted = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      for (i, member) in sorted.enumerated() {
        out += (i == 0 ? "{\n" : ",\n") + deeper + JSON.quoted(member.name) + ": "
        member.value.writePretty(to: &out, indent: deeper)
      }
      out += "\n" + indent + "}"
    case .array(let values) where values.contains(where: \.isContainer):
      for (i, value) in values.enumerated() {
        out += (i == 0 ? "[\n" : ",\n") + deeper
        value.writePretty(to: &out, indent: deeper)
      }
      out += "\n" + indent + "]"
    case .array(let values): out += "[" + values.map(\.canonical).joined(separator: ", ") + "]"
    default: write(to: &out)
    }
  }

  private var isContainer: Bool {
    switch self {
    case .object, .array: true
    default: false
    }
  }

  /// "1.0", "1e0" and "1" become "1"; 64-bit integers keep every digit; other numbers get Double's shortest exact text.
  private static func canonicalNumber(_ text: String) -> String {
    if !text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) {
      return text
    }
    guard let value = Double(text), value.isFinite else { return text }
    if value == value.rounded() && value.magnitude < 0x1p53 {
      return value == 0 && value.sign == .minus ? "-0" : String(Int64(value))
    }
    return value.description
  }

  /// `text` as a JSON string with its quotes.
  package static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
