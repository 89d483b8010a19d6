// Activations of a training pass, and how many images of a shard go through a layer together.

internal import Tensors

/// The memory of some images' activations of one shape.
struct Activation {
  let shape: ActivationShape
  let buffer: FloatBuffer

  /// Where an image begins.
  subscript(image: Int) -> UnsafeMutablePointer<Float> { buffer.pointer + image * shape.imageStride }
}

/// The images 0 ..< n in parts that go through a convolution, and the passes beside it, together.
///
/// As many as the core's cache holds activations of, 256 KiB; or, since each call reads all weights, so many that their
/// activations are as many numbers as the weights.
struct ImageParts: Sequence, IteratorProtocol {
  private var first = 0
  private let n: Int, size: Int

  init(_ n: Int, _ convolution: Convolution) {
    let (input, output) = (convolution.geometry.input, convolution.geometry.output)
    let floats = Swift.max(input.paddedChannels * input.area, output.paddedChannels * output.area)
    let most = Swift.max(Swift.max(1 << 16, convolution.weight.count) / floats, 1)
    let parts = (n + most - 1) / most
    self.n = n
    size = (n + parts - 1) / Swift.max(parts, 1)
  }

  mutating func next() -> Range<Int>? {
    if first >= n { return nil }
    defer { first += size }
    return first..<Swift.min(first + size, n)
  }
}
