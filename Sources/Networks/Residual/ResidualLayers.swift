// The layers of a residual network: hyperparameters and slots, no arrays. Formulas stand in the kernels' header.

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

  /// Adds one part to the parameters' gradient.
  func backwardWeight(
    _ gradient: Kernels.MutableFloats, x: Kernels.Floats, dy: Kernels.Floats, _ scratch: FloatBuffer, n: Int,
    part: GradientPart, _ profile: LayerProfile?
  ) {
    LayerProfile.measure(
      profile, name, .backwardWeight, operations: operations(images: n), bytes: bytes(images: n)
    ) {
      Kernels.weightGradient(
        gradient + weight.lowerBound, x: x, dy: dy, scratch: scratch.pointer, n: n, geometry, part: part)
    }
  }

  /// Of both directions.
  func scratchCount(images n: Int) -> Int {
    max(geometry.scratchCount(.forward, images: n), geometry.scratchCount(.backwardInput, images: n))
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
  /// As in checkpoints: `block1.layer.0`.
  package let name: String
  package let bn1: BatchNorm, conv1: Convolution, bn2: BatchNorm, conv2: Convolution
  package let shortcut: Convolution?
  var input: ActivationShape { bn1.shape }
  var output: ActivationShape { bn2.shape }
}

/// The layers of a residual network with their places in the flat vectors: the one walk of its topology.
package struct ResidualLayers: Sendable {
  package let network: any ResidualNetwork
  package let stem: Convolution
  package let blocks: [ResidualBlock]
  package let norm: BatchNorm
  package let linear: Linear
  package let layout: NetworkLayout
  /// Floats of all packed convolutions, and of one per-channel vector of all batch normalisations.
  let packedCount: Int, vectorCount: Int

  /// All convolutions and all batch normalisations.
  let convolutions: [Convolution]
  let norms: [BatchNorm]

  /// The layers of a network that was validated.
  package init(_ network: some ResidualNetwork) {
    var builder = Builder(network)
    let image = network.imageShape
    let topology = network.topology
    stem = builder.convolution(
      "conv1", ActivationShape(channels: image[0], height: image[1], width: image[2]), topology.stemChannels,
      kernel: 3, stride: 1)
    builder.describe("conv1", "3×3 convolution, \(image[0]) → \(topology.stemChannels)", stem.geometry.output)
    var shape = stem.geometry.output
    var blocks: [ResidualBlock] = []
    for block in topology.blocks {
      blocks.append(builder.block(block, shape, shortcutName: topology.shortcutName))
      shape = blocks.last!.output
    }
    let channels = Int(shape.channels)
    norm = builder.norm(topology.normName, shape)
    builder.layout.describe(
      topology.normName, "normalisation, \(network.activation == .relu ? "ReLU" : "SiLU"), mean over the image",
      output: [channels])
    let places = builder.layout.linear("linear", input: channels, output: network.classCount)
    builder.layout.describe(
      "linear", "linear, \(channels) → \(network.classCount)", output: [network.classCount])
    linear = Linear(weight: places.weight, bias: places.bias, classes: network.classCount, channels: channels)
    self.network = network
    self.blocks = blocks
    layout = builder.layout
    packedCount = builder.packedCount
    vectorCount = builder.vectorCount
    convolutions = [stem] + blocks.flatMap { [$0.conv1, $0.conv2] + ($0.shortcut.map { [$0] } ?? []) }
    norms = blocks.flatMap { [$0.bn1, $0.bn2] } + [norm]
  }

  /// Hands out slots in the order of the forward pass.
  private struct Builder {
    let algorithm: ConvolutionAlgorithm
    var layout: NetworkLayout
    var packedCount = 0, vectorCount = 0, normCount = 0

    init(_ network: some ResidualNetwork) {
      algorithm = network.convolutions
      layout = NetworkLayout(spectralNormalization: network.spectralNormalization)
    }

    mutating func block(
      _ block: ResidualTopology.Block, _ input: ActivationShape, shortcutName: String
    ) -> ResidualBlock {
      let (name, width, stride) = (block.name, block.channels, block.stride)
      let bn1 = norm(name + ".bn1", input)
      let conv1 = convolution(name + ".conv1", input, width, kernel: 3, stride: stride)
      let bn2 = norm(name + ".bn2", conv1.geometry.output)
      let conv2 = convolution(name + ".conv2", conv1.geometry.output, width, kernel: 3, stride: 1)
      let shortcut =
        Int(input.channels) == width && stride == 1
        ? nil : convolution("\(name).\(shortcutName)", input, width, kernel: 1, stride: stride)
      describe(
        name,
        "residual block, \(input.channels) → \(width)" + (stride > 1 ? ", stride \(stride)" : "")
          + (shortcut == nil ? "" : ", 1×1 shortcut"), conv2.geometry.output)
      return ResidualBlock(name: name, bn1: bn1, conv1: conv1, bn2: bn2, conv2: conv2, shortcut: shortcut)
    }

    mutating func convolution(
      _ name: String, _ input: ActivationShape, _ outChannels: Int, kernel: Int, stride: Int
    ) -> Convolution {
      let geometry = ConvolutionGeometry(
        input, outChannels: outChannels, kernel: kernel, stride: stride, algorithm: algorithm)
      let weight = layout.convolution(
        name, input: Int(input.channels), output: outChannels, kernel: kernel, positions: geometry.output.area)
      let forward = packedCount
      let backward = forward + (geometry.packedCount(.forward) + 15) / 16 * 16
      packedCount = backward + (geometry.packedCount(.backwardInput) + 15) / 16 * 16
      return Convolution(
        name: name, geometry: geometry, weight: weight, packedForward: forward, packedBackward: backward)
    }

    mutating func norm(_ name: String, _ shape: ActivationShape) -> BatchNorm {
      let places = layout.batchNorm(name, channels: Int(shape.channels))
      defer {
        vectorCount += shape.paddedChannels
        normCount += 1
      }
      return BatchNorm(
        name: name, shape: shape, gamma: places.gamma, beta: places.beta, mean: places.mean,
        variance: places.variance, vectors: vectorCount, index: normCount)
    }

    mutating func describe(_ layer: String, _ kind: String, _ output: ActivationShape) {
      layout.describe(layer, kind, output: [Int(output.channels), Int(output.height), Int(output.width)])
    }
  }
}
