// The Swift types that a notebook's parameter can have: whatever can be read from the text of --set.

internal import FoundationEssentials

/// A type that a notebook's parameter can have.
///
/// Numbers, texts, flags and lists of them are such types. A type of one's own becomes one by saying so: an enum of texts
/// or numbers reads its raw values, a `Decodable` type reads JSON, any other one reads what its initialiser reads.
///
/// ```swift
/// enum Start: String, CaseIterable, ParameterValue { case zero, random }
/// struct Sweep: Codable, ParameterValue { var low: Double, high: Double }
/// let start = notebook.parameter("start", default: Start.zero)             // --set start=random
/// let sweep = notebook.parameter("sweep", default: Sweep(low: 0, high: 1))  // --set sweep='{"low": 0, "high": 2}'
/// ```
public protocol ParameterValue: Sendable {
  /// How the text is checked before the program runs.
  static var kind: ParameterKind { get }
  /// Reads the canonical spelling; nil when the text is not such a value.
  init?(parameterText: String)
  /// What it may be, in words: "a whole number such as 3".
  static var example: String { get }
}

extension ParameterValue {
  /// Any text is let through to the program.
  public static var kind: ParameterKind { .text }
  /// What a value of this kind looks like.
  public static var example: String { kind.example }
}

// MARK: Enums

extension ParameterValue where Self: RawRepresentable, RawValue: ParameterValue {
  /// The kind of its raw values.
  public static var kind: ParameterKind { RawValue.kind }
  /// What its raw values look like.
  public static var example: String { RawValue.example }
  /// The value of the raw value that the text is; nil if there is none.
  public init?(parameterText: String) {
    guard let raw = RawValue(parameterText: parameterText) else { return nil }
    self.init(rawValue: raw)
  }
}

extension ParameterValue where Self: RawRepresentable & CaseIterable, RawValue: ParameterValue {
  /// All raw values: "zero or random".
  public static var example: String { allCases.map { "\($0.rawValue)" }.joined(separator: " or ") }
}

// MARK: Decodable types

extension ParameterValue where Self: Decodable {
  /// That JSON is expected, and of which type.
  public static var example: String { "JSON of a \(Self.self)" }
  /// The value that the text is as JSON; nil if it is none.
  public init?(parameterText: String) {
    guard let value = try? JSONDecoder().decode(Self.self, from: Data(parameterText.utf8)) else { return nil }
    self = value
  }
}

// An enum that is Decodable too reads its raw values, not JSON.
extension ParameterValue where Self: RawRepresentable & Decodable, RawValue: ParameterValue {
  /// What its raw values look like.
  public static var example: String { RawValue.example }
  /// The value of the raw value that the text is; nil if there is none.
  public init?(parameterText: String) {
    guard let raw = RawValue(parameterText: parameterText) else { return nil }
    self.init(rawValue: raw)
  }
}

extension ParameterValue where Self: RawRepresentable & CaseIterable & Decodable, RawValue: ParameterValue {
  /// All raw values: "zero or random".
  public static var example: String { allCases.map { "\($0.rawValue)" }.joined(separator: " or ") }
}

// MARK: Numbers, texts, flags, lists

extension Int: ParameterValue {
  /// A whole number.
  public static var kind: ParameterKind { .integer }
  /// The whole number that the text is; nil if it is none or too large.
  public init?(parameterText: String) { self.init(parameterText) }
  /// A whole number.
  public static var example: String { ParameterKind.integer.example }
}

extension UInt64: ParameterValue {
  /// A whole number.
  public static var kind: ParameterKind { .integer }
  /// The whole number of 0 or more that the text is; nil if it is none.
  public init?(parameterText: String) { self.init(parameterText) }
  /// A whole number of 0 or more.
  public static var example: String { "a whole number of 0 or more" }
}

extension Double: ParameterValue {
  /// A number.
  public static var kind: ParameterKind { .number }
  /// The number that the text is; nil if it is none.
  public init?(parameterText: String) { self.init(parameterText) }
  /// A number.
  public static var example: String { kind.example }
}

extension Float: ParameterValue {
  /// A number.
  public static var kind: ParameterKind { .number }
  /// The number that the text is in single precision; nil if it is none.
  public init?(parameterText: String) { self.init(parameterText) }
  /// A number.
  public static var example: String { kind.example }
}

extension String: ParameterValue {
  /// The text itself.
  public init?(parameterText: String) { self = parameterText }
  /// Any text.
  public static var example: String { ParameterKind.text.example }
}

extension Bool: ParameterValue {
  /// True or false.
  public static var kind: ParameterKind { .flag }
  /// True for true, yes and on, false for their opposites; nil for another text.
  public init?(parameterText: String) {
    guard let text = ParameterKind.flag.canonical(parameterText) else { return nil }
    self = text == "true"
  }
  /// True or false.
  public static var example: String { kind.example }
}

extension Array: ParameterValue where Element: ParameterValue {
  /// The elements that the text lists between commas; nil if one of them is no such value. Empty text is no element.
  public init?(parameterText: String) {
    var elements: [Element] = []
    let parts = parameterText.isEmpty ? [] : parameterText.split(separator: ",", omittingEmptySubsequences: false)
    for part in parts {
      let text = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
      guard let element = Element(parameterText: String(text)) else { return nil }
      elements.append(element)
    }
    self = elements
  }
  /// A list of what the elements look like.
  public static var example: String { "a list with commas, each \(Element.example)" }
}

/// A parameter that a cell asks for and does not get. Messages name the parameter and say what there is.
public enum ParameterValueError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nobody gives a value, and the cell has no default; the parameters that have values.
  case unknown(String, known: [String])
  /// The text is not a value of the type that the cell asks for; what it may be, in words.
  case notSuch(String, text: String, wanted: String)

  /// The parameter, and what there is or may be.
  public var description: String {
    switch self {
    case .unknown(let name, let known):
      "no parameter \"\(name)\": declare it in the front matter, or give it a default here"
        + (known.isEmpty ? "" : "; there are \(known.sorted().joined(separator: ", "))")
    case .notSuch(let name, let text, let wanted):
      "parameter \"\(name)\" is \"\(text)\", but this cell asks for \(wanted)"
    }
  }
}
