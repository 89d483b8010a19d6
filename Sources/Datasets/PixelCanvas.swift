// An image being changed in place. The plain changes of a view are here; AutoAugment's operations are in extensions.

internal import Basics

/// An RGB image of bytes, channels first, and the scratch memory to change it: nothing is allocated by a change.
struct PixelCanvas: Sendable {
  let height: Int
  let width: Int
  /// `[3, height, width]`.
  var image: [UInt8]
  /// The next image while it is made from `image`.
  var scratch: [UInt8]
  /// What becomes of each byte, and how often each occurs.
  var table = [UInt8](repeating: 0, count: 256)
  var histogram = [Int](repeating: 0, count: 256)

  init(height: Int, width: Int) {
    self.height = height
    self.width = width
    image = [UInt8](repeating: 0, count: 3 * height * width)
    scratch = image
  }

  /// Pixel (y, x) becomes the old (y + down, x + right), `fill` outside.
  mutating func move(down: Int, right: Int, fill: UInt8) {
    if down == 0 && right == 0 { return }
    // The columns with an old pixel.
    let columns = max(0, -right)..<max(max(0, -right), min(width, width - right))
    for row in 0..<3 * height {
      let (channel, y) = row.quotientAndRemainder(dividingBy: height)
      let to = row * width
      if y + down < 0 || y + down >= height {
        for x in 0..<width { scratch[to + x] = fill }
        continue
      }
      let from = (channel * height + y + down) * width + right
      for x in 0..<columns.lowerBound where x < width { scratch[to + x] = fill }
      for x in columns { scratch[to + x] = image[from + x] }
      for x in columns.upperBound..<max(columns.upperBound, width) { scratch[to + x] = fill }
    }
    swap(&image, &scratch)
  }

  /// Pixel (y, x) becomes the old (y + down, x + right), 0 outside.
  mutating func crop(down: Int, right: Int) { move(down: down, right: right, fill: 0) }

  /// Left for right.
  mutating func flip() {
    for row in 0..<3 * height {
      for x in 0..<width / 2 { image.swapAt(row * width + x, row * width + width - 1 - x) }
    }
  }

  /// A square of `side` pixels around (row, column) set to 0, what falls outside cut off.
  mutating func cut(row: Int, column: Int, side: Int) {
    let top = row - side / 2
    let left = column - side / 2
    let columns = max(0, left)..<max(0, min(width, left + side))
    for channel in 0..<3 {
      for y in max(0, top)..<max(0, min(height, top + side)) {
        for x in columns { image[(channel * height + y) * width + x] = 0 }
      }
    }
  }
}

extension PixelOperation {
  /// The changed image. `bytes` is `[3, height, width]`.
  public func applied(to bytes: [UInt8], height: Int, width: Int) -> [UInt8] {
    precondition(
      bytes.count == 3 * height * width, "PixelOperation: \(bytes.count) bytes are no RGB image of \(height)×\(width)")
    var canvas = PixelCanvas(height: height, width: width)
    canvas.image = bytes
    canvas.apply(self)
    return canvas.image
  }
}

extension PixelCanvas {
  mutating func apply(_ operation: PixelOperation) {
    switch operation {
    case .shearX(let magnitude): shearX(magnitude)
    case .shearY(let magnitude): shearY(magnitude)
    // Nearest: the pixel in which the centre x + ½ + shift falls.
    case .translateX(let share): move(down: 0, right: nearest(share * Double(width), width), fill: Self.grey)
    case .translateY(let share): move(down: nearest(share * Double(height), height), right: 0, fill: Self.grey)
    case .rotate(let degrees): rotate(degrees)
    case .color(let magnitude): color(magnitude)
    case .contrast(let magnitude): contrast(magnitude)
    case .sharpness(let magnitude): sharpen(magnitude)
    case .brightness(let magnitude): blendAll(with: 0, factor: Float(1 + magnitude))
    case .posterize(let bits): posterize(bits)
    case .solarize(let threshold): solarize(threshold)
    case .autocontrast: autocontrast()
    case .equalize: equalize()
    case .invert: invert()
    }
  }

  /// What stands outside the image.
  static let grey: UInt8 = 128

  /// ⌊½ + shift⌋, at most the whole `extent` away.
  private func nearest(_ shift: Double, _ extent: Int) -> Int {
    Int(max(-Double(extent), min(Double(extent), (0.5 + shift).rounded(.down))))
  }
}
