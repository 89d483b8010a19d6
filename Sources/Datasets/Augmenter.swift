// Makes views. Every decision is a function of (key, image, view): neither the batch nor the thread matters.

public import Tensors

/// Augments images of one size and fills batches; it owns the scratch memory, so give each worker its own.
public struct Augmenter: Sendable {
  public let augmentation: Augmentation
  /// Image height, pixels.
  public let height: Int
  /// Image width, pixels.
  public let width: Int
  private var image: [UInt8]
  private var scratch: [UInt8]

  public init(_ augmentation: Augmentation, height: Int, width: Int) {
    for step in augmentation.steps {
      switch step {
      case .crop(let padding): precondition(padding >= 0, "Augmenter: crop padding \(padding)")
      case .cutout(let side): precondition(side >= 0, "Augmenter: cutout side \(side)")
      case .flip: break
      }
    }
    self.augmentation = augmentation
    self.height = height
    self.width = width
    image = [UInt8](repeating: 0, count: 3 * height * width)
    scratch = image
  }

  /// The view of an image of `3·height·width` bytes, channels first, that `key` draws.
  public mutating func view(of bytes: some Sequence<UInt8>, key: RandomKey) -> [UInt8] {
    var count = 0
    for byte in bytes {
      image[count] = byte
      count += 1
    }
    precondition(count == image.count, "Augmenter: \(count) bytes are not an RGB image of \(height)×\(width)")
    augment(key)
    return image
  }

  /// Writes views of `indices` of `images` to the start of `out`: `[N, 3, height, width]` in [0, 1], byte / 255.
  ///
  /// Image i is augmented by `key.split(i).split(view)`; give the epoch's key, `key.split(epoch)`, and one number a
  /// view. `out` holds at least `indices.count · 3·height·width` elements. Nothing is allocated.
  public mutating func fill(
    _ out: inout MutableSpan<Float>, with indices: ArraySlice<Int>, of images: borrowing LabeledImages, key: RandomKey,
    view: Int = 0
  ) {
    let size = image.count
    precondition(
      images.height == height && images.width == width,
      "Augmenter: images of \(images.height)×\(images.width) instead of \(height)×\(width)")
    precondition(out.count >= indices.count * size, "Augmenter: \(out.count) elements for \(indices.count) images")
    var offset = 0
    for index in indices {
      precondition(index >= 0 && index < images.count, "Augmenter: image \(index) is not in 0..<\(images.count)")
      let start = index * size
      for j in 0..<size { image[j] = images.pixels[start + j] }
      augment(key.split(index).split(view))
      for j in 0..<size { out[offset + j] = Float(image[j]) / 255 }
      offset += size
    }
  }

  /// Views of `indices` of `images` as a new tensor `[N, 3, height, width]`; see `fill`.
  public mutating func tensor(
    _ indices: ArraySlice<Int>, of images: LabeledImages, key: RandomKey, view: Int = 0
  ) -> Tensor {
    var elements = [Float](repeating: 0, count: indices.count * image.count)
    var span = elements.mutableSpan
    fill(&span, with: indices, of: images, key: key, view: view)
    return Tensor(elements, shape: [indices.count, 3, height, width])
  }

  // MARK: Steps, on `image`

  private mutating func augment(_ key: RandomKey) {
    for step in augmentation.steps {
      var random = key.split(step.stream).stream
      switch step {
      case .crop(let padding):
        let down = random.int(below: 2 * padding + 1) - padding
        let right = random.int(below: 2 * padding + 1) - padding
        crop(down: down, right: right)
      case .flip: if random.int(below: 2) == 1 { flip() }
      case .cutout(let side):
        let row = random.int(below: height)
        let column = random.int(below: width)
        cut(row: row, column: column, side: side)
      }
    }
  }

  /// Pixel (y, x) becomes the old (y + down, x + right), 0 outside.
  private mutating func crop(down: Int, right: Int) {
    if down == 0 && right == 0 { return }
    var to = 0
    for channel in 0..<3 {
      for y in 0..<height {
        let row = y + down
        for x in 0..<width {
          let column = x + right
          let inside = row >= 0 && row < height && column >= 0 && column < width
          scratch[to] = inside ? image[(channel * height + row) * width + column] : 0
          to += 1
        }
      }
    }
    swap(&image, &scratch)
  }

  private mutating func flip() {
    for row in 0..<3 * height {
      for x in 0..<width / 2 { image.swapAt(row * width + x, row * width + width - 1 - x) }
    }
  }

  private mutating func cut(row: Int, column: Int, side: Int) {
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
