// One pair of axes and what is drawn between them.

/// One plot of a figure.
public struct Panel: Hashable, Sendable, Codable {
  /// Bold text above the plot.
  public var title: String?
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// The panel's marks, drawn in order, later ones on top.
  public var marks: [Mark]

  /// A panel of given marks.
  public init(title: String? = nil, x: Axis = .linear(), y: Axis = .linear(), marks: [Mark]) {
    self.title = title
    self.x = x
    self.y = y
    self.marks = marks
  }

  /// A panel that lists its marks: `Panel(x: .linear("Epoch"), y: .log("Loss")) { Line(x: …, y: …) }`.
  public init(
    _ title: String? = nil, x: Axis = .linear(), y: Axis = .linear(), @MarkBuilder marks: () throws -> [Mark]
  ) rethrows {
    self.init(title: title, x: x, y: y, marks: try marks())
  }
}

/// Lists panels, with `if` and `for`.
@resultBuilder
public enum PanelBuilder {
  /// One panel.
  public static func buildExpression(_ panel: Panel) -> [Panel] { [panel] }
  /// Several panels.
  public static func buildExpression(_ panels: [Panel]) -> [Panel] { panels }
  /// The panels of all statements, in order.
  public static func buildBlock(_ panels: [Panel]...) -> [Panel] { panels.flatMap { $0 } }
  /// The panels of all rounds of a loop, in order.
  public static func buildArray(_ panels: [[Panel]]) -> [Panel] { panels.flatMap { $0 } }
  /// The panels of an `if`, none where its condition is false.
  public static func buildOptional(_ panels: [Panel]?) -> [Panel] { panels ?? [] }
  /// The panels of a condition's first branch.
  public static func buildEither(first panels: [Panel]) -> [Panel] { panels }
  /// The panels of a condition's second branch.
  public static func buildEither(second panels: [Panel]) -> [Panel] { panels }
}
