// Operations on the colours of an image, with the roundings of Pillow (ImageOps, ImageEnhance, blend): tables of bytes,
// blends in Float32 that are cut, not rounded, to bytes, and luma in 16-bit fixed point.

internal import Basics

extension PixelCanvas {
  // MARK: Tables

  mutating func invert() {
    for i in image.indices { image[i] = 255 - image[i] }
  }

  mutating func posterize(_ bits: Int) {
    precondition((0...8).contains(bits), "posterize: \(bits) bits of 8")
    let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
    for i in image.indices { image[i] &= mask }
  }

  mutating func solarize(_ threshold: Double) {
    for i in image.indices where Double(image[i]) >= threshold { image[i] = 255 - image[i] }
  }

  /// Byte v of a channel with extremes lo < hi becomes ⌊v·s − lo·s⌋ in 0…255, s = 255 / (hi − lo).
  mutating func autocontrast() {
    for channel in 0..<3 {
      count(channel)
      guard let low = histogram.firstIndex(where: { $0 > 0 }), let high = histogram.lastIndex(where: { $0 > 0 }),
        high > low
      else { continue }
      let scale = 255 / Double(high - low)
      let offset = -Double(low) * scale
      for v in 0..<256 { table[v] = UInt8(max(0, min(255, Int(Double(v) * scale + offset)))) }
      look(channel)
    }
  }

  /// With h the histogram and step = ⌊(pixels − h[last byte that occurs]) / 255⌋, byte v becomes
  /// ⌊(⌊step/2⌋ + Σ_{u<v} h[u]) / step⌋, at most 255; nothing changes if step is 0 or one byte is all there is.
  mutating func equalize() {
    for channel in 0..<3 {
      count(channel)
      guard let last = histogram.lastIndex(where: { $0 > 0 }) else { continue }
      let step = (height * width - histogram[last]) / 255
      if step == 0 { continue }
      var below = step / 2
      for v in 0..<256 {
        table[v] = UInt8(min(255, below / step))
        below += histogram[v]
      }
      look(channel)
    }
  }

  private mutating func count(_ channel: Int) {
    let plane = height * width
    for v in 0..<256 { histogram[v] = 0 }
    for i in channel * plane..<(channel + 1) * plane { histogram[Int(image[i])] += 1 }
  }

  private mutating func look(_ channel: Int) {
    let plane = height * width
    for i in channel * plane..<(channel + 1) * plane { image[i] = table[Int(image[i])] }
  }

  // MARK: Blends

  /// a + factor·(b − a) in Float32, cut to a byte.
  private static func blend(_ a: UInt8, _ b: UInt8, _ factor: Float) -> UInt8 {
    let v = Float(a) + factor * Float(Int32(b) - Int32(a))
    return UInt8(max(0, min(255, v)))
  }

  /// Luma of ITU-R 601 in 16-bit fixed point.
  private func luma(_ i: Int) -> UInt8 {
    let plane = height * width
    let sum = 19595 * UInt32(image[i]) + 38470 * UInt32(image[plane + i]) + 7471 * UInt32(image[2 * plane + i])
    return UInt8(truncatingIfNeeded: (sum + 0x8000) >> 16)
  }

  /// Every byte blended from one grey.
  mutating func blendAll(with grey: UInt8, factor: Float) {
    for v in 0..<256 { table[v] = Self.blend(grey, UInt8(v), factor) }
    for i in image.indices { image[i] = table[Int(image[i])] }
  }

  mutating func contrast(_ magnitude: Double) {
    let plane = height * width
    var sum = 0
    for i in 0..<plane { sum += Int(luma(i)) }
    blendAll(with: UInt8(Double(sum) / Double(plane) + 0.5), factor: Float(1 + magnitude))
  }

  mutating func color(_ magnitude: Double) {
    let plane = height * width
    let factor = Float(1 + magnitude)
    for i in 0..<plane {
      let grey = luma(i)
      for channel in 0..<3 { image[channel * plane + i] = Self.blend(grey, image[channel * plane + i], factor) }
    }
  }

  /// Blended from the image smoothed by [1 1 1; 1 5 1; 1 1 1] / 13, of which the border is not smoothed.
  mutating func sharpen(_ magnitude: Double) {
    let factor = Float(1 + magnitude)
    for row in 0..<3 * height {
      let y = row % height
      let start = row * width
      let inside = y > 0 && y < height - 1
      for x in 0..<width {
        let i = start + x
        if inside && x > 0 && x < width - 1 {
          var sum = 4 * Int(image[i])
          for j in i - 1...i + 1 { sum += Int(image[j - width]) + Int(image[j]) + Int(image[j + width]) }
          // Rounded to nearest; thirteenths have no ties.
          scratch[i] = Self.blend(UInt8((2 * sum + 13) / 26), image[i], factor)
        } else {
          scratch[i] = image[i]
        }
      }
    }
    swap(&image, &scratch)
  }
}
