// Colours, dashes, markers and sizes that a figure does not state itself.

/// How series look that do not say so themselves, and the sizes of text and lines.
public struct Theme: Hashable, Sendable, Codable {
  /// Taken in turn by the series of a figure; at least one.
  public var colors: [Color]
  /// Taken in turn by lines; at least one.
  public var dashes: [Dash]
  /// Taken in turn by lines and points; at least one. Lines draw them at some places only.
  public var markers: [Marker]
  /// Points (1/72 inch).
  public var lineWidth: Double
  /// Diameter in points (1/72 inch).
  public var markerSize: Double
  /// Of the title in points; axis labels, tick labels and legend are set a little smaller.
  public var titleSize: Double
  /// Of axis labels, in points.
  public var labelSize: Double
  /// Of tick labels, legend and annotations, in points.
  public var textSize: Double
  /// Of all text.
  public var textColor: Color
  /// Of frames and ticks.
  public var frameColor: Color
  /// Of lines at major ticks; those at minor ticks are lighter.
  public var gridColor: Color

  /// Every property at once; sizes are in points (1/72 inch).
  public init(
    colors: [Color], dashes: [Dash] = [.solid], markers: [Marker] = [.none], lineWidth: Double = 1.4,
    markerSize: Double = 4.6, titleSize: Double = 10, labelSize: Double = 9, textSize: Double = 8,
    textColor: Color = .gray(0.1), frameColor: Color = .gray(0.25), gridColor: Color = .gray(0.88)
  ) {
    precondition(!colors.isEmpty && !dashes.isEmpty && !markers.isEmpty, "Theme: an empty list of styles")
    self.colors = colors
    self.dashes = dashes
    self.markers = markers
    self.lineWidth = lineWidth
    self.markerSize = markerSize
    self.titleSize = titleSize
    self.labelSize = labelSize
    self.textSize = textSize
    self.textColor = textColor
    self.frameColor = frameColor
    self.gridColor = gridColor
  }

  /// Unbroken lines in a palette that is told apart without colour vision (Okabe and Ito, 2008).
  public static let standard = Theme(colors: Color.okabeIto)

  /// Black, red, blue and green unbroken lines: how the field publishes loss landscapes.
  public static let paper = Theme(colors: [.black, .red, .blue, .green, .orange, .purple])

  /// The colours of `paper`, and for each series a dash and a marker of its own: readable in grey print.
  public static let print = Theme(
    colors: [.black, .red, .blue, .green, .orange, .purple],
    dashes: [.solid, .dashed, .dashDotted, .longDashed, .dotted, .solid],
    markers: [.circle, .square, .triangle, .diamond, .invertedTriangle, .cross])

  var titleFont: Font { Font(size: titleSize, isBold: true) }
  var panelTitleFont: Font { Font(size: labelSize, isBold: true) }
  var labelFont: Font { Font(size: labelSize) }
  var textFont: Font { Font(size: textSize) }
}
