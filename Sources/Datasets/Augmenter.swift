// Makes views. Every decision is a function of (key, image, view): neither the batch nor the thread matters.

internal import Basics
public import Tensors

/// Augments images of one size and fills batches; it owns the scratch memory, so give each worker its own.
public struct Augmenter: Sendable {
  /// The steps that every image goes through.
  public let augmentation: Augmentation
  /// Image height, pixels.
  public let height: Int
  /// Image width, pixels.
  public let width: Int
  private var canvas: PixelCanvas

  /// Scratch memory for one thread that augments images of `height` × `width` pixels.
  public init(_ augmentation: Augmentation, height: Int, width: Int) {
    for step in augmentation.steps {
      switch step {
      case .crop(let padding): precondition(padding >= 0, "Augmenter: crop padding \(padding)")
      case .cutout(let side): precondition(side >= 0, "Augmenter: cutout side \(side)")
      case .flip, .autoAugment: break
      }
    }
    self.augmentation = augmentation
    self.height = height
    self.width = width
    canvas = PixelCanvas(height: height, width: width)
  }

  /// The view of an image of `3·height·width` bytes, channels first, that `key` draws.
  public mutating func view(of bytes: some Sequence<UInt8>, key: RandomKey) -> [UInt8] {
    var count = 0
    for byte in bytes {
      canvas.image[count] = byte
      count += 1
    }
    precondition(count == canvas.image.count, "Augmenter: \(count) bytes are not an RGB image of \(height)×\(width)")
    augment(key)
    return canvas.image
  }

  /// Writes views of `indices` of `images` to the start of `out`: `[N, 3, height, width]` in [0, 1], byte / 255.
  ///
  /// Image i is augmented by `key.split(i).split(view)`; give the epoch's key, `key.split(epoch)`, and one number a
  /// view. `out` holds at least `indices.count · 3·height·width` elements. Nothing is allocated.
  public mutating func fill(
    _ out: inout MutableSpan<Float>, with indices: ArraySlice<Int>, of images: borrowing LabeledImages, key: RandomKey,
    view: Int = 0
  ) {
    let size = canvas.image.count
    precondition(
      images.height == height && images.width == width,
      "Augmenter: images of \(images.height)×\(images.width) instead of \(height)×\(width)")
    precondition(out.count >= indices.count * size, "Augmenter: \(out.count) elements for \(indices.count) images")
    var offset = 0
    for index in indices {
      precondition(index >= 0 && index < images.count, "Augmenter: image \(index) is not in 0..<\(images.count)")
      let start = index * size
      for j in 0..<size { canvas.image[j] = images.pixels[start + j] }
      augment(key.split(index).split(view))
      for j in 0..<size { out[offset + j] = Float(canvas.image[j]) / 255 }
      offset += size
    }
  }

  /// Views of `indices` of `images` as a new tensor `[N, 3, height, width]`; see `fill`.
  public mutating func tensor(
    _ indices: ArraySlice<Int>, of images: LabeledImages, key: RandomKey, view: Int = 0
  ) -> Tensor {
    var elements = [Float](repeating: 0, count: indices.count * canvas.image.count)
    var span = elements.mutableSpan
    fill(&span, with: indices, of: images, key: key, view: view)
    return Tensor(elements, shape: [indices.count, 3, height, width])
  }

  // MARK: Steps

  private mutating func augment(_ key: RandomKey) {
    for step in augmentation.steps {
      var random = key.split(step.stream).stream
      switch step {
      case .crop(let padding):
        let down = random.int(below: 2 * padding + 1) - padding
        let right = random.int(below: 2 * padding + 1) - padding
        canvas.crop(down: down, right: right)
      case .flip: if random.int(below: 2) == 1 { canvas.flip() }
      case .autoAugment:
        // Always five draws, so that no decision hangs on another.
        let pair = AutoAugmentPolicy.pairs[random.int(below: AutoAugmentPolicy.pairs.count)]
        apply(pair.first, &random)
        apply(pair.second, &random)
      case .cutout(let side):
        let row = random.int(below: height)
        let column = random.int(below: width)
        canvas.cut(row: row, column: column, side: side)
      }
    }
  }

  private mutating func apply(_ entry: AutoAugmentPolicy.Entry, _ random: inout RandomStream) {
    let done = random.uniform() < entry.probability
    let negative = random.int(below: 2) == 1
    if done { canvas.apply(negative ? entry.negative : entry.positive) }
  }
}
