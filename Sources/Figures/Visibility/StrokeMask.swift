// Strokes that cross themselves so often that a drawing of their outline would not end, as pixels.

internal import Images

extension PlotArea {
  /// What one stroke of these pieces covers, as an image for the plot and where it stands. A stroke covers once, however
  /// often it crosses itself. `nil` if no image can be made.
  func mask(of pieces: [[Point]], stroke: Stroke) -> (image: PNGImage, place: Rect)? {
    let scale = 1 / Visibility.detail
    let size = Size(rect.width, rect.height)
    guard let canvas = try? CairoCanvas(.png(scale: scale), size: size, isSmooth: false) else { return nil }
    let black = Stroke(.black, width: stroke.width, dash: stroke.dash)
    for part in Self.parted([pieces]) {
      let moved = part.map { $0.map { Point($0.x - rect.x, $0.y - rect.y) } }
      canvas.perform(.stroke(.lines(moved), black))
    }
    guard let drawn = try? canvas.pixels() else { return nil }
    let color = [stroke.color.red, stroke.color.green, stroke.color.blue].map { UInt8(($0 * 255).rounded()) }
    var rgba = drawn.rgba
    for i in stride(from: 0, to: rgba.count, by: 4) {
      let opacity = Double(255 - rgba[i]) * stroke.color.opacity
      rgba[i] = color[0]
      rgba[i + 1] = color[1]
      rgba[i + 2] = color[2]
      rgba[i + 3] = UInt8(opacity.rounded())
    }
    let place = Rect(x: rect.x, y: rect.y, width: Double(drawn.width) / scale, height: Double(drawn.height) / scale)
    return (PNGImage(width: drawn.width, height: drawn.height, rgba: rgba), place)
  }
}
