// Colours, dashes, markers and sizes that a figure does not state itself.

internal import Basics

/// How series look that do not say so themselves, and the sizes of text and lines.
public struct Theme: Hashable, Sendable, Codable {
  /// Colours that the series of a figure take in turn; at least one.
  public var colors: [Color]
  /// Dashes that lines take in turn; at least one.
  public var dashes: [Dash]
  /// Markers that lines and points take in turn; at least one. Lines draw them at some places only.
  public var markers: [Marker]
  /// The width of lines in points (1/72 inch).
  public var lineWidth: Double
  /// The diameter of markers in points (1/72 inch).
  public var markerSize: Double
  /// The size of the title's font in points; axis labels, tick labels and legend are set a little smaller.
  public var titleSize: Double
  /// The size of the axis labels' font, in points.
  public var labelSize: Double
  /// The size of the font of tick labels, legend and annotations, in points.
  public var textSize: Double
  /// The colour of all text.
  public var textColor: Color
  /// The colour of frames and ticks.
  public var frameColor: Color
  /// The colour of the grid's lines at major ticks; those at minor ticks are lighter.
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

  /// The font of titles.
  public var titleFont: Font { Font(size: titleSize, isBold: true) }
  /// The font of the titles of panels.
  public var panelTitleFont: Font { Font(size: labelSize, isBold: true) }
  /// The font of axis labels.
  public var labelFont: Font { Font(size: labelSize) }
  /// The font of tick labels, legend and annotations: that of words which a mark draws.
  public var textFont: Font { Font(size: textSize) }
}
