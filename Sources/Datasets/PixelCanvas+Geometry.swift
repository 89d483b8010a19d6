// Operations that move pixels, with the arithmetic of Pillow's affine transforms: nearest in 16-bit fixed point, bicubic
// in Double.

internal import Tensors

extension PixelCanvas {
  mutating func shearX(_ magnitude: Double) { shear(magnitude, along: 1, across: width, extent: width, lines: height) }

  mutating func shearY(_ magnitude: Double) { shear(magnitude, along: width, across: 1, extent: height, lines: width) }

  /// Moves each line of pixels along itself: position i of line j shows i + magnitude·j, all at pixel centres.
  ///
  /// A shear moves pixels along one axis only, so of the 4×4 pixels of bicubic interpolation 4 have a weight. Their sums
  /// are integers and so exact in Double; done in Pillow's order, the bytes are Pillow's. (Another order may differ by
  /// one where the exact value is a whole number, since bytes are cut and not rounded.)
  private mutating func shear(_ magnitude: Double, along: Int, across: Int, extent: Int, lines: Int) {
    let plane = height * width
    for j in 0..<lines {
      for i in 0..<extent {
        let position = Double(i) + 0.5 + magnitude * (Double(j) + 0.5)
        let to = j * across + i * along
        guard position >= 0 && position < Double(extent) else {
          for channel in 0..<3 { scratch[channel * plane + to] = Self.grey }
          continue
        }
        let floor = (position - 0.5).rounded(.down)
        let t = position - 0.5 - floor
        // The four neighbours, those outside replaced by the last inside.
        let first = Int(floor) - 1
        let line = j * across
        let p = line + max(0, first) * along
        let q = line + max(0, first + 1) * along
        let r = line + min(extent - 1, first + 2) * along
        let s = line + min(extent - 1, first + 3) * along
        for channel in 0..<3 {
          let base = channel * plane
          let a = Double(image[base + p])
          let b = Double(image[base + q])
          let c = Double(image[base + r])
          let d = Double(image[base + s])
          // Keys' cubic with parameter −1: b + t((c − a) + t((2(a − b) + c − d) + t(b − a + d − c)))
          let v = b + t * ((c - a) + t * ((2 * (a - b) + c - d) + t * (b - a + d - c)))
          scratch[base + to] = UInt8(max(0, min(255, v)))
        }
      }
    }
    swap(&image, &scratch)
  }

  /// Turns anticlockwise around the centre of the image; nearest, grey outside.
  mutating func rotate(_ degrees: Double) {
    // Output (x, y) shows R·((x, y) − c) + c, R = [cos sin; −sin cos] of −degrees, coefficients to 15 decimals.
    let angle = -degrees.truncatingRemainder(dividingBy: 360) * .pi / 180
    let cosine = (Maths.cos(angle) * 1e15).rounded() / 1e15
    let sine = (Maths.cos(angle - .pi / 2) * 1e15).rounded() / 1e15
    let (cx, cy) = (Double(width) / 2, Double(height) / 2)
    func fixed(_ v: Double) -> Int { Int((v * 65536 + 0.5).rounded(.down)) }
    let (dx, dy) = (fixed(cosine), fixed(sine))
    // The centre of the first pixel.
    let x0 = fixed(cosine * (0.5 - cx) + sine * (0.5 - cy) + cx)
    let y0 = fixed(-sine * (0.5 - cx) + cosine * (0.5 - cy) + cy)
    let backward = fixed(-sine)
    let plane = height * width
    for y in 0..<height {
      for x in 0..<width {
        let column = (x0 + y * dy + x * dx) >> 16
        let row = (y0 + y * dx + x * backward) >> 16
        let inside = column >= 0 && column < width && row >= 0 && row < height
        for channel in 0..<3 {
          scratch[channel * plane + y * width + x] = inside ? image[channel * plane + row * width + column] : Self.grey
        }
      }
    }
    swap(&image, &scratch)
  }
}
