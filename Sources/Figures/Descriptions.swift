// What printing says of figures: titles, kinds and counts, never the numbers drawn.

extension Numbers: CustomStringConvertible {
  /// "21 numbers from -1.0 to 1.0"; the numbers themselves where there are at most twelve.
  public var description: String {
    if count <= 12 { return "\(values)" }
    let finite = values.filter(\.isFinite)
    guard let least = finite.min(), let most = finite.max() else { return "\(count) numbers, none finite" }
    return "\(count) numbers from \(least) to \(most)"
  }
}

extension FigureMark {
  /// "line “SN” of 21 points": what is drawn, its name in the legend, and as far as it has a column how many points.
  package var summary: String {
    let name = label.map { " “\($0)”" } ?? ""
    return Self.kind + name + (column.map { " of \($0.y.count) points" } ?? "")
  }
}

extension Mark: CustomStringConvertible {
  /// What is drawn: "line “SN” of 21 points".
  public var description: String { content.summary }
}

extension Line: CustomStringConvertible {
  /// "line “SN” of 21 points".
  public var description: String { summary }
}

extension Band: CustomStringConvertible {
  /// "band “SN” of 21 points".
  public var description: String { "\(summary) of \(x.count) points" }
}

extension Points: CustomStringConvertible {
  /// "points “SN” of 21 points".
  public var description: String { lower == nil ? summary : "\(summary) of \(y.count) points" }
}

extension Bars: CustomStringConvertible {
  /// "bars “SN” of 6 points".
  public var description: String { lower == nil ? summary : "\(summary) of \(heights.count) points" }
}

extension HeatMap: CustomStringConvertible {
  /// "heat map of 21×21 values".
  public var description: String { "heat map of \(x.count)×\(y.count) values" }
}

extension Panel: CustomStringConvertible {
  /// "panel “Loss” with line “SN” of 21 points, line “none” of 21 points"; at most six marks.
  public var description: String {
    "panel" + (title.map { " “\($0)”" } ?? "") + " with "
      + (marks.isEmpty ? "nothing" : marks.prefix(6).map(\.description).joined(separator: ", "))
      + (marks.count > 6 ? " and \(marks.count - 6) more" : "")
  }
}

extension Figure: CustomStringConvertible {
  /// "figure of 432.0×288.0 points: Loss over γ; 2 panels, 6 marks".
  public var description: String {
    "figure of \(width)×\(height) points: \(summary); \(panels.count) panels, "
      + "\(panels.reduce(0) { $0 + $1.marks.count }) marks"
  }
}

extension ImageGrid: CustomStringConvertible {
  /// "Grid of 32 images, 8 columns".
  public var description: String { "\(summary), \(columns) columns" }
}

extension FigureNumbers: CustomStringConvertible {
  /// "4 series: SN, none, …"; at most six names.
  public var description: String {
    "\(series.count) series: " + series.prefix(6).map(\.name).joined(separator: ", ") + (series.count > 6 ? ", …" : "")
  }
}

extension FigureNumbers.Series: CustomStringConvertible {
  /// "line SN of 21 rows".
  public var description: String {
    "\(kind) \(name) of \([x.count, y.count, lower.count, value.count].max()!) rows"
  }
}

extension Colormap: CustomStringConvertible {
  /// "colour map of 9 colours".
  public var description: String { "colour map of \(stops.count) colours" }
}

extension Theme: CustomStringConvertible {
  /// "theme of 8 colours".
  public var description: String { "theme of \(colors.count) colours" }
}

extension RecordingCanvas: CustomStringConvertible {
  /// "canvas of 120 drawing commands".
  public var description: String { "canvas of \(commands.count) drawing commands" }
}

extension Path: CustomStringConvertible {
  /// "path of 21 elements".
  public var description: String { "path of \(elements.count) elements" }
}

extension AxisExtent: CustomStringConvertible {
  /// "must show 21 numbers from -1.0 to 1.0".
  public var description: String { "must show \(values)" }
}
