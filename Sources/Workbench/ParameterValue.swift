// The Swift types a notebook parameter can have.

public import Channel

/// A type that a notebook parameter can have: `Int`, `Double`, `Float`, `String`, `Bool`, or one of fixed texts.
public protocol ParameterValue: Sendable {
  static var kind: ParameterKind { get }
  /// Reads the canonical spelling; nil when the text is not such a value.
  init?(parameterText: String)
  /// What it may be, in words.
  static var example: String { get }
}

extension ParameterValue {
  public static var example: String { kind.example }
}

extension ParameterValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  public static var kind: ParameterKind { .text }
  public static var example: String { allCases.map(\.rawValue).joined(separator: " or ") }
  public init?(parameterText: String) { self.init(rawValue: parameterText) }
}

extension PaperRecipe.Mapping: ParameterValue {}
extension EnsembleMembers: ParameterValue {}

extension Int: ParameterValue {
  public static var kind: ParameterKind { .integer }
  public init?(parameterText: String) { self.init(parameterText) }
}

extension Double: ParameterValue {
  public static var kind: ParameterKind { .number }
  public init?(parameterText: String) { self.init(parameterText) }
}

extension Float: ParameterValue {
  public static var kind: ParameterKind { .number }
  public init?(parameterText: String) { self.init(parameterText) }
}

extension String: ParameterValue {
  public static var kind: ParameterKind { .text }
  public init?(parameterText: String) { self = parameterText }
}

extension Bool: ParameterValue {
  public static var kind: ParameterKind { .flag }
  public init?(parameterText: String) {
    guard let text = ParameterKind.flag.canonical(parameterText) else { return nil }
    self = text == "true"
  }
}
