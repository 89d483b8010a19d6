// The weight gradients of a training pass as tasks for its threads.

internal import Tensors

/// One part of one convolution's weight gradient.
struct WeightTask: Sendable {
  let convolution: Convolution
  let part: GradientPart
  let x: Activation, dy: Activation

  /// The parts of some convolutions that begin together, those of most work first.
  static func plan(_ layers: [(convolution: Convolution, x: Activation, dy: Activation)], threads: Int) -> [WeightTask] {
    // Two of one kind need no more parts than there are threads to a convolution, and a part repeats work.
    let areAlike = layers.count > 1 && layers.allSatisfy { $0.convolution.isLike(layers[0].convolution) }
    let wanted = areAlike ? (threads + layers.count - 1) / layers.count : threads
    let tasks = layers.flatMap { layer in
      let parts = layer.convolution.geometry.weightGradientParts(wanted: wanted)
      return (0..<parts).map { part in
        WeightTask(
          convolution: layer.convolution, part: GradientPart(index: Int32(part), count: Int32(parts)), x: layer.x,
          dy: layer.dy)
      }
    }
    return threads == 1 ? tasks : tasks.sorted { $0.work > $1.work }
  }

  /// Adds the part to the gradient by all parameters.
  func run(_ gradient: Kernels.MutableFloats, _ scratch: FloatBuffer, n: Int, _ profile: LayerProfile?) {
    convolution.backwardWeight(gradient, x: x[0], dy: dy[0], scratch, n: n, part: part, profile)
  }

  /// Floats of scratch memory.
  func scratchCount(images n: Int) -> Int {
    convolution.geometry.weightGradientScratchCount(images: n, parts: Int(part.count))
  }

  /// About how long it takes, by the products that it makes: a third of them in Winograd's form.
  private var work: Double {
    let isTiled = convolution.geometry.kernel == 3 && convolution.geometry.stride == 1
    return convolution.operations(images: 1) / Double(part.count) / (isTiled ? 3 : 1)
  }
}

extension Convolution {
  fileprivate func isLike(_ other: Convolution) -> Bool {
    geometry.input == other.geometry.input && geometry.outChannels == other.geometry.outChannels
      && geometry.kernel == other.geometry.kernel && geometry.stride == other.geometry.stride
  }
}
