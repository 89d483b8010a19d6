// How far two renderings of a figure are apart.

/// Differences of two images of one size, over white.
///
/// `displacement` is the measure for regression checks: other versions of Cairo and FreeType move edges by a fraction
/// of a pixel, which it forgives, and a thin line that moved by two pixels fills it.
package struct ImageComparison: Hashable, Sendable {
  /// Largest difference of any channel, 0...255.
  package let largestDifference: Int
  /// Share of pixels with any difference, in [0, 1].
  package let differingShare: Double
  /// Worst tile of 8 × 8 pixels: its mean, in [0, 1], of how far each pixel lies outside of what the other image has
  /// within one pixel of the same place, both ways.
  ///
  /// A thin black line moved by two pixels or more gives 1/8 and more; edges smoothed in another way stay below 0.02.
  package let displacement: Double
  /// Where the worst tile is, in pixels from the top left corner.
  package let worstPlace: Pixel

  /// A place in an image, in pixels from the top left corner.
  package struct Pixel: Hashable, Sendable {
    /// Pixels to the right.
    package let x: Int
    /// Pixels downwards.
    package let y: Int
  }

  /// The second image in pale grey, with pixels that differ in red: dark where the difference is large.
  package let difference: PNGImage

  /// Compares two images; `nil` if their sizes differ.
  package init?(_ a: PNGImage, _ b: PNGImage) {
    guard a.width == b.width, a.height == b.height else { return nil }
    let width = a.width
    let height = a.height
    let pa = Self.overWhite(a)
    let pb = Self.overWhite(b)
    var largest = 0
    var differing = 0
    var out = [UInt8](repeating: 255, count: 4 * width * height)
    for i in 0..<(width * height) {
      var most = 0
      for c in 0..<3 { most = max(most, abs(Int(pa[3 * i + c]) - Int(pb[3 * i + c]))) }
      largest = max(largest, most)
      if most > 0 { differing += 1 }
      let luma = (2 * Int(pb[3 * i]) + 5 * Int(pb[3 * i + 1]) + Int(pb[3 * i + 2])) / 8
      let pale = 255 - (255 - luma) / 4
      // From pale grey to full red; even one step shows.
      let strength = most == 0 ? 0 : 64 + most * 191 / 255
      out[4 * i] = UInt8(pale + (220 - pale) * strength / 255)
      out[4 * i + 1] = UInt8(pale * (255 - strength) / 255)
      out[4 * i + 2] = out[4 * i + 1]
    }
    largestDifference = largest
    differingShare = Double(differing) / Double(width * height)
    difference = PNGImage(width: width, height: height, rgba: out)

    if differing == 0 {
      displacement = 0
      worstPlace = Pixel(x: 0, y: 0)
      return
    }
    let outside = zip(
      Self.outside(pa, pb, width: width, height: height), Self.outside(pb, pa, width: width, height: height)
    ).map { max($0, $1) }
    (displacement, worstPlace) = Self.worstTile(outside, width: width, height: height)
  }

  /// Red, green, blue of the image laid over white.
  private static func overWhite(_ image: PNGImage) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: 3 * image.width * image.height)
    for i in 0..<(image.width * image.height) {
      let alpha = Int(image.rgba[4 * i + 3])
      for c in 0..<3 {
        result[3 * i + c] = UInt8((Int(image.rgba[4 * i + c]) * alpha + 255 * (255 - alpha) + 127) / 255)
      }
    }
    return result
  }

  /// max over channels of dist(a(p), [min, max] of b over the 3 × 3 pixels about p), 0...255.
  private static func outside(_ a: [UInt8], _ b: [UInt8], width: Int, height: Int) -> [Int] {
    var result = [Int](repeating: 0, count: width * height)
    for y in 0..<height {
      for x in 0..<width {
        let i = y * width + x
        if a[3 * i] == b[3 * i], a[3 * i + 1] == b[3 * i + 1], a[3 * i + 2] == b[3 * i + 2] { continue }
        for c in 0..<3 {
          var low = 255
          var high = 0
          for v in max(0, y - 1)...min(height - 1, y + 1) {
            for u in max(0, x - 1)...min(width - 1, x + 1) {
              let value = Int(b[3 * (v * width + u) + c])
              low = min(low, value)
              high = max(high, value)
            }
          }
          let value = Int(a[3 * i + c])
          result[i] = max(result[i], low - value, value - high)
        }
      }
    }
    return result
  }

  /// The largest mean over tiles of 8 × 8 pixels that start every 4 pixels, in [0, 1].
  private static func worstTile(_ values: [Int], width: Int, height: Int) -> (Double, Pixel) {
    var worst = (0.0, Pixel(x: 0, y: 0))
    for top in stride(from: 0, to: max(1, height - 4), by: 4) {
      for left in stride(from: 0, to: max(1, width - 4), by: 4) {
        var sum = 0
        for y in top..<min(top + 8, height) {
          for x in left..<min(left + 8, width) { sum += values[y * width + x] }
        }
        let mean = Double(sum) / (64 * 255)
        if mean > worst.0 { worst = (mean, Pixel(x: left, y: top)) }
      }
    }
    return worst
  }
}
