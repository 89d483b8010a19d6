// The layers of a wide ResNet: hyperparameters and slots, no arrays. Formulas stand in the kernels' header.

package import Tensors

/// Batch normalisation's constants, as published. Ioffe & Szegedy, ICML 2015.
enum BatchNormConstants {
  static let epsilon = 1e-5
}

/// A convolution without bias: where its weights are, raw and packed.
package struct Convolution: Sendable {
  package let name: String
  package let geometry: ConvolutionGeometry
  /// Raw weights `[O, C, k, k]` in the parameters.
  package let weight: Range<Int>
  /// Packed weights in `PackedWeights`.
  let packedForward: Int, packedBackward: Int

  func forward(
    _ epilogue: Epilogue, _ x: Kernels.Floats, _ weights: PackedWeights, _ scratch: FloatBuffer, n: Int,
    _ profile: LayerProfile?
  ) {
    LayerProfile.measure(
      profile, name, .forward, operations: operations(images: n), bytes: bytes(images: n)
    ) {
      Kernels.convolution(
        epilogue, x, weights.convolutions.pointer + packedForward, scratch: scratch.pointer, n: n, geometry, .forward)
    }
  }

  func backwardInput(
    _ epilogue: Epilogue, _ dy: Kernels.Floats, _ weights: PackedWeights, _ scratch: FloatBuffer, n: Int,
    _ profile: LayerProfile?
  ) {
    LayerProfile.measure(
      profile, name, .backwardInput, operations: operations(images: n), bytes: bytes(images: n)
    ) {
      Kernels.convolution(
        epilogue, dy, weights.convolutions.pointer + packedBackward, scratch: scratch.pointer, n: n, geometry,
        .backwardInput)
    }
  }

  /// Adds to the parameters' gradient.
  func backwardWeight(
    _ gradient: Kernels.MutableFloats, x: Kernels.Floats, dy: Kernels.Floats, _ scratch: FloatBuffer, n: Int,
    _ profile: LayerProfile?
  ) {
    LayerProfile.measure(
      profile, name, .backwardWeight, operations: operations(images: n), bytes: bytes(images: n)
    ) {
      Kernels.weightGradient(
        gradient + weight.lowerBound, x: x, dy: dy, scratch: scratch.pointer, n: n, geometry)
    }
  }

  func scratchCount(images n: Int, weightGradient: Bool) -> Int {
    max(
      geometry.scratchCount(.forward, images: n), geometry.scratchCount(.backwardInput, images: n),
      weightGradient ? geometry.weightGradientScratchCount(images: n) : 0)
  }
}

/// Batch normalisation of one activation: y = γ·(x − mean)·rstd + β.
package struct BatchNorm: Sendable {
  package let name: String
  package let shape: ActivationShape
  let gamma: Range<Int>, beta: Range<Int>
  /// In the running statistics.
  let mean: Range<Int>, variance: Range<Int>
  /// Start of this layer's per-channel vectors, `paddedChannels` each, in a buffer that holds those of all layers.
  let vectors: Int
  /// Which layer this is, in the order of the forward pass.
  let index: Int

  var channels: Int { Int(shape.channels) }

  /// |γ|/√(running variance + ε) of each channel, in Double: how much evaluation mode stretches it.
  package func stretches(_ model: Model) -> [Double] {
    zip(gamma, variance).map { gamma, variance in
      let spread = Double(model.statistics.values[variance]) + BatchNormConstants.epsilon
      return abs(Double(model.parameters.values[gamma])) / spread.squareRoot()
    }
  }

  /// One layer by itself: γ and β, and mean and variance, of C channels each in two vectors of 2C.
  package init(alone shape: ActivationShape) {
    let c = Int(shape.channels)
    self.init(
      name: "bn", shape: shape, gamma: 0..<c, beta: c..<2 * c, mean: 0..<c, variance: c..<2 * c, vectors: 0, index: 0)
  }

  init(
    name: String, shape: ActivationShape, gamma: Range<Int>, beta: Range<Int>, mean: Range<Int>, variance: Range<Int>,
    vectors: Int, index: Int
  ) {
    (self.name, self.shape, self.gamma, self.beta) = (name, shape, gamma, beta)
    (self.mean, self.variance, self.vectors, self.index) = (mean, variance, vectors, index)
  }
}

package struct Linear: Sendable {
  package let weight: Range<Int>, bias: Range<Int>
  package let classes: Int, channels: Int
}

package struct ResidualBlock: Sendable {
  package let bn1: BatchNorm, conv1: Convolution, bn2: BatchNorm, conv2: Convolution
  package let shortcut: Convolution?
  var input: ActivationShape { bn1.shape }
  var output: ActivationShape { bn2.shape }
}

/// The layers of an architecture with their places in the flat vectors.
package struct WideResNetLayers: Sendable {
  package let architecture: WideResNet
  package let stem: Convolution
  package let blocks: [ResidualBlock]
  package let norm: BatchNorm
  package let linear: Linear
  /// Trainable parameters, and running means and variances.
  package let parameters: NamedLayout, statistics: NamedLayout
  /// The u and v of spectral normalisation, and the layers that they belong to; empty without it.
  package let power: NamedLayout
  package let spectral: [SpectralNorm]
  /// Floats of all packed convolutions, and of one per-channel vector of all batch normalisations.
  let packedCount: Int, vectorCount: Int

  /// All convolutions and all batch normalisations.
  let convolutions: [Convolution]
  let norms: [BatchNorm]

  package init(_ architecture: WideResNet) {
    var builder = Builder(algorithm: architecture.convolutions)
    let k = architecture.widenFactor
    let image = architecture.imageShape
    var shape = ActivationShape(channels: image[0], height: image[1], width: image[2])
    stem = builder.convolution("conv1", shape, 16, kernel: 3, stride: 1)
    shape = stem.geometry.output
    var blocks: [ResidualBlock] = []
    for (group, width) in [16 * k, 32 * k, 64 * k].enumerated() {
      for i in 0..<architecture.blocksPerGroup {
        let prefix = "block\(group + 1).layer.\(i)"
        let stride = group > 0 && i == 0 ? 2 : 1
        let bn1 = builder.norm(prefix + ".bn1", shape)
        let conv1 = builder.convolution(prefix + ".conv1", shape, width, kernel: 3, stride: stride)
        let bn2 = builder.norm(prefix + ".bn2", conv1.geometry.output)
        let conv2 = builder.convolution(prefix + ".conv2", conv1.geometry.output, width, kernel: 3, stride: 1)
        let shortcut =
          Int(shape.channels) == width
          ? nil : builder.convolution(prefix + ".convShortcut", shape, width, kernel: 1, stride: stride)
        blocks.append(ResidualBlock(bn1: bn1, conv1: conv1, bn2: bn2, conv2: conv2, shortcut: shortcut))
        shape = conv2.geometry.output
      }
    }
    self.blocks = blocks
    norm = builder.norm("bn1", shape)
    let channels = Int(shape.channels)
    linear = Linear(
      weight: builder.parameters.append("linear.weight", [architecture.classCount, channels]).range,
      bias: builder.parameters.append("linear.bias", [architecture.classCount]).range,
      classes: architecture.classCount, channels: channels)
    self.architecture = architecture
    parameters = builder.parameters
    statistics = builder.statistics
    packedCount = builder.packedCount
    vectorCount = builder.vectorCount
    convolutions = [stem] + blocks.flatMap { [$0.conv1, $0.conv2] + ($0.shortcut.map { [$0] } ?? []) }
    norms = blocks.flatMap { [$0.bn1, $0.bn2] } + [norm]
    var power = NamedLayout()
    var spectral: [SpectralNorm] = []
    if architecture.spectralNormalization {
      // In the order of `convolutions`, the linear layer last.
      for (name, weight) in convolutions.map({ ($0.name, $0.weight) }) + [("linear", linear.weight)] {
        let rows = parameters[name + ".weight"]!.shape[0]
        spectral.append(
          SpectralNorm(
            name: name, weight: weight, u: power.append(name + ".weight_u", [rows]).range,
            v: power.append(name + ".weight_v", [weight.count / rows]).range))
      }
    }
    self.power = power
    self.spectral = spectral
  }

  /// Hands out slots in the order of the forward pass.
  private struct Builder {
    let algorithm: ConvolutionAlgorithm
    var parameters = NamedLayout(), statistics = NamedLayout()
    var packedCount = 0, vectorCount = 0, normCount = 0

    init(algorithm: ConvolutionAlgorithm) { self.algorithm = algorithm }

    mutating func convolution(
      _ name: String, _ input: ActivationShape, _ outChannels: Int, kernel: Int, stride: Int
    ) -> Convolution {
      let geometry = ConvolutionGeometry(
        input, outChannels: outChannels, kernel: kernel, stride: stride, algorithm: algorithm)
      let weight = parameters.append(name + ".weight", [outChannels, Int(input.channels), kernel, kernel])
      let forward = packedCount
      let backward = forward + (geometry.packedCount(.forward) + 15) / 16 * 16
      packedCount = backward + (geometry.packedCount(.backwardInput) + 15) / 16 * 16
      return Convolution(
        name: name, geometry: geometry, weight: weight.range, packedForward: forward, packedBackward: backward)
    }

    mutating func norm(_ name: String, _ shape: ActivationShape) -> BatchNorm {
      let c = Int(shape.channels)
      defer {
        vectorCount += shape.paddedChannels
        normCount += 1
      }
      return BatchNorm(
        name: name, shape: shape,
        gamma: parameters.append(name + ".weight", [c]).range, beta: parameters.append(name + ".bias", [c]).range,
        mean: statistics.append(name + ".running_mean", [c]).range,
        variance: statistics.append(name + ".running_var", [c]).range, vectors: vectorCount, index: normCount)
    }
  }
}
