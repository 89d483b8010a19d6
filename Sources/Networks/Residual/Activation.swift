// Activations of a training pass, and how many images of a shard go through a layer together.

internal import Tensors

/// The memory of some images' activations of one shape.
struct Activation: Sendable {
  let shape: ActivationShape
  let buffer: FloatBuffer

  /// Where an image begins.
  subscript(image: Int) -> UnsafeMutablePointer<Float> { buffer.pointer + image * shape.imageStride }
}

/// The images 0 ..< n in parts that go through a convolution, and the passes beside it, together on one thread.
///
/// As many as the core's cache holds activations of, 256 KiB; or, since each call reads all weights, so many that their
/// activations are as many numbers as the weights. Several threads have as many parts each, where there are so many
/// images.
struct ImageParts {
  let n: Int, count: Int
  private let threads: Int

  init(_ n: Int, _ convolution: Convolution, threads: Int) {
    let (input, output) = (convolution.geometry.input, convolution.geometry.output)
    let floats = max(input.paddedChannels * input.area, output.paddedChannels * output.area)
    self.init(n, most: max(max(1 << 16, convolution.weight.count) / floats, 1), threads: threads)
  }

  /// - Parameter most: images of a part.
  init(_ n: Int, most: Int, threads: Int) {
    let parts = (n + most - 1) / most
    (self.n, self.threads) = (n, threads)
    count = min((parts + threads - 1) / threads * threads, n)
  }

  /// Images of the largest part.
  var largest: Int { (n + max(count, 1) - 1) / max(count, 1) }

  /// The images of a part; parts differ by one image at most.
  subscript(part: Int) -> Range<Int> { n * part / count..<n * (part + 1) / count }

  /// Where a worker keeps what is of its part alone, counted in images of `n`: always the same place, in the core's
  /// cache, and no other worker's.
  func place(_ part: Int, worker: Int) -> Int { count > threads ? worker * largest : self[part].lowerBound }
}
