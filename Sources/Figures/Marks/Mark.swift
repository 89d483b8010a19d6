// Everything that a panel can show, and the builder that lists it.

/// One thing drawn inside a panel, in the units of its axes.
public enum Mark: Hashable, Sendable, Codable {
  case line(Line)
  case band(Band)
  case points(Points)
  case bars(Bars)
  case rule(Rule)
  case annotation(Annotation)
  case heatMap(HeatMap)

  /// Name in the legend; that of a heat map stands at its colour bar instead.
  public var label: String? {
    switch self {
    case .line(let line): line.label
    case .band(let band): band.label
    case .points(let points): points.label
    case .bars(let bars): bars.label
    case .rule(let rule): rule.label
    case .annotation, .heatMap: nil
    }
  }
}

/// Something that can be listed in a figure: `Line`, `Band`, `Points`, `Bars`, `Rule`, `Annotation`, `HeatMap`.
public protocol MarkConvertible {
  var mark: Mark { get }
}

extension Mark: MarkConvertible {
  public var mark: Mark { self }
}

/// Lists marks, with `if` and `for`.
@resultBuilder
public enum MarkBuilder {
  public static func buildExpression(_ mark: some MarkConvertible) -> [Mark] { [mark.mark] }
  public static func buildExpression(_ marks: [some MarkConvertible]) -> [Mark] { marks.map(\.mark) }
  public static func buildBlock(_ marks: [Mark]...) -> [Mark] { marks.flatMap { $0 } }
  public static func buildArray(_ marks: [[Mark]]) -> [Mark] { marks.flatMap { $0 } }
  public static func buildOptional(_ marks: [Mark]?) -> [Mark] { marks ?? [] }
  public static func buildEither(first marks: [Mark]) -> [Mark] { marks }
  public static func buildEither(second marks: [Mark]) -> [Mark] { marks }
  public static func buildLimitedAvailability(_ marks: [Mark]) -> [Mark] { marks }
}
