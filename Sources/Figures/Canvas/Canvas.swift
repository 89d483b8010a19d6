// What a drawing is made of, and who takes it: Cairo for files, a recorder for tests.

public import Images

/// One step of a drawing. Lengths are points (1/72 inch).
public enum DrawingCommand: Hashable, Sendable {
  /// The inside of the path in the colour.
  case fill(Path, Color)
  /// The path's outline.
  case stroke(Path, Stroke)
  /// One line of text whose baseline starts at the point, turned counter-clockwise by `angle` degrees about it.
  case text(String, at: Point, font: Font, color: Color, angle: Double)
  /// The image stretched over the rectangle; its pixels stay sharp squares.
  case image(PNGImage, in: Rect)
  /// Restricts what follows to the rectangle, until `unclip`. Clips do not nest.
  case clip(Rect)
  /// Ends the restriction of the last `clip`.
  case unclip
}

/// Takes drawing commands and measures text.
public protocol Canvas {
  /// Carries out the command on top of everything drawn before.
  mutating func perform(_ command: DrawingCommand)

  /// What one line of text measures when drawn in the font.
  func extents(of text: String, font: Font) -> TextExtents
}

extension Canvas {
  /// Fills the inside of a path.
  public mutating func fill(_ path: Path, _ color: Color) { perform(.fill(path, color)) }

  /// Draws the outline of a path.
  public mutating func stroke(_ path: Path, _ stroke: Stroke) { perform(.stroke(path, stroke)) }

  /// Draws one line of text whose baseline starts at the point, turned counter-clockwise by `angle` degrees.
  public mutating func text(_ text: String, at point: Point, font: Font, color: Color = .black, angle: Double = 0) {
    if !text.isEmpty { perform(.text(text, at: point, font: font, color: color, angle: angle)) }
  }

  /// Draws an image stretched over the rectangle.
  public mutating func image(_ image: PNGImage, in rect: Rect) { perform(.image(image, in: rect)) }

  /// Draws what the closure draws, restricted to the rectangle.
  public mutating func clipped(to rect: Rect, _ body: (inout Self) throws -> Void) rethrows {
    perform(.clip(rect))
    defer { perform(.unclip) }
    try body(&self)
  }
}

/// Keeps the commands it is given; its text measures come from a rule instead of a font file.
public struct RecordingCanvas: Canvas, Sendable {
  /// Everything drawn so far, in order.
  public private(set) var commands: [DrawingCommand] = []

  /// Nothing drawn yet.
  public init() {}

  /// Appends the command.
  public mutating func perform(_ command: DrawingCommand) { commands.append(command) }

  /// Every character is 0.6 em wide; ascent 0.9 em, descent 0.25 em, capitals 0.7 em.
  public func extents(of text: String, font: Font) -> TextExtents {
    TextExtents(
      width: 0.6 * font.size * Double(text.count), ascent: 0.9 * font.size, descent: 0.25 * font.size,
      capHeight: 0.7 * font.size)
  }

  /// The strings drawn so far, in order.
  public var texts: [String] {
    commands.compactMap { if case .text(let string, _, _, _, _) = $0 { string } else { nil } }
  }
}
