// A notebook parameter's value as text that Swift and YAML both understand.

/// The types a notebook parameter can have.
public enum ParameterKind: String, Codable, CaseIterable, Sendable {
  case integer
  case number
  case text
  case flag

  /// The value in its shortest canonical spelling, or nil when `text` is not of this kind.
  public func canonical(_ text: String) -> String? {
    switch self {
    case .integer: Int(text).map { String($0) }
    case .number: Double(text).flatMap { $0.isFinite ? String($0) : nil }
    case .text: text
    case .flag: ["true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"][text]
    }
  }

  /// What a value of this kind looks like, for messages.
  public var example: String {
    switch self {
    case .integer: "a whole number such as 3"
    case .number: "a number such as 0.5"
    case .text: "text"
    case .flag: "true or false"
    }
  }
}
