// The list of marks between the braces of a figure.

/// Something that can be listed in a figure: each `FigureMark`, and what stands for one.
public protocol MarkConvertible {
  /// The mark that it is, or stands for.
  var mark: Mark { get }
}

/// Lists the marks of a panel, with `if` and `for`.
@resultBuilder
public enum MarkBuilder {
  /// One mark.
  public static func buildExpression(_ mark: some MarkConvertible) -> [Mark] { [mark.mark] }
  /// Several marks of one type.
  public static func buildExpression(_ marks: [some MarkConvertible]) -> [Mark] { marks.map(\.mark) }
  /// The marks of all statements, in order.
  public static func buildBlock(_ marks: [Mark]...) -> [Mark] { marks.flatMap { $0 } }
  /// The marks of all rounds of a loop, in order.
  public static func buildArray(_ marks: [[Mark]]) -> [Mark] { marks.flatMap { $0 } }
  /// The marks of an `if`, none where its condition is false.
  public static func buildOptional(_ marks: [Mark]?) -> [Mark] { marks ?? [] }
  /// The marks of a condition's first branch.
  public static func buildEither(first marks: [Mark]) -> [Mark] { marks }
  /// The marks of a condition's second branch.
  public static func buildEither(second marks: [Mark]) -> [Mark] { marks }
  /// The marks of an `if #available`.
  public static func buildLimitedAvailability(_ marks: [Mark]) -> [Mark] { marks }
}
