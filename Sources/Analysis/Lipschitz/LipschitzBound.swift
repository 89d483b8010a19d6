// A proven global Lipschitz bound of a wide ResNet in evaluation mode, L2 on images to L2 on logits.
//
//     f = W·pool·relu(bn)·(blocks)·stem,   block: y = conv2·relu(bn2)·conv1·relu(bn1)(x) + skip
//
// A composition has at most the product of the constants, a sum at most their sum; relu has 1, the mean over h×w pixels
// 1/√(h·w). Batch normalisation is a scale s = γ/√(var + ε) and a shift per channel, and goes into the convolutions:
//
//   * relu(s·t) = |s|·relu(±t) for a number, so the scale of a norm and relu can be moved past them into the columns of
//     the next convolution, and any factor a > 0 can be split off: relu(t) = a·relu(t/a).
//   * bn1's scale goes into the columns of conv1 (and of the shortcut), bn2's into the rows of conv1, then
//     conv1's rows are divided by a and conv2's columns multiplied by it; aⱼ makes row j of the one as long as column j of
//     the other. A channel that one of them does not use passes nothing on and is 0 in both.
//
// Each of these products is bounded as the one map that it is (`ConvolutionOperator.normBound`).

public import Networks
internal import Tensors

/// Norms of every layer, and what follows for the network.
///
/// The bound is about the network with its float32 weights computed in exact arithmetic. Roundings of float32 logits,
/// 1e-5 or so, are not part of it; those of this analysis are.
public struct LipschitzBound: Hashable, Sendable, Codable {
  /// A convolution or the linear layer, with its effective weight: W/σ under spectral normalisation.
  public struct Layer: Hashable, Sendable, Codable {
    /// As in the checkpoint: `block2.layer.0.conv1`.
    public let name: String
    /// Largest singular value of the weight as a matrix [out, in·kh·kw]: what spectral normalisation estimates.
    public let reshapedNorm: Double
    /// The operator's norm as power iteration finds it, from below.
    public let estimate: Double
    /// The operator's norm from above, by Gram iteration.
    public let bound: Double
    /// √(kh·kw)·`reshapedNorm`, the simple bound from above.
    public let patchBound: Double
    /// The largest scale |γ|/√(var + ε) of the batch normalisation before it; nil for the first layer.
    public let normScale: Double?
    /// Bound of the operator with the scales folded into it, as in the network's bound.
    public let folded: Double
  }

  /// y = branch(x) + skip(x).
  public struct Block: Hashable, Sendable, Codable {
    /// `block2.layer.0`.
    public let name: String
    /// Bound of the two convolutions.
    public let branch: Double
    /// 1 where x goes past the branch as it is.
    public let skip: Double
    /// Of the block.
    public var bound: Double { branch + skip }
  }

  /// In the order of the forward pass, a shortcut after its block's convolutions.
  public let layers: [Layer]
  /// The residual blocks, in the order of the forward pass.
  public let blocks: [Block]
  /// Of the mean over the last activation: 1/√(h·w).
  public let pooling: Double
  /// ‖z(x) − z(x′)‖₂ ≤ logits·‖x − x′‖₂ for all images.
  public let logits: Double
  /// |(zᵢ − zⱼ)(x) − (zᵢ − zⱼ)(x′)| ≤ pairs[i][j]·‖x − x′‖₂; at most √2·`logits`.
  public let pairs: [[Double]]

  /// - Parameters:
  ///   - normalization: what happens to the images first; nil for nothing.
  ///   - iterations: Gram iterations of each layer.
  ///   - threads: at least 1; results do not depend on it.
  ///
  /// Throws `LipschitzError` if a weight or a statistic is not a finite number, or a variance is negative, or the
  /// network is not a residual one with ReLU.
  public init(
    of model: Model, normalization: InputNormalization? = nil, iterations: Int = 10, threads: Int = 1
  ) throws(LipschitzError) {
    let network = FoldedNetwork(try Self.residualLayers(of: model), model, normalization)
    let layers = Self.measure(network.layers, iterations: iterations, threads: threads)
    if let broken = layers.first(where: { !$0.bound.isFinite || !$0.folded.isFinite }) {
      throw .overflow(layer: broken.name)
    }
    let folded = Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0.folded) })
    let blocks = network.blocks.map { block in
      Block(
        name: block.name, branch: folded[block.name + ".conv1"]! * folded[block.name + ".conv2"]!,
        skip: block.shortcut.map { folded[$0]! } ?? 1)
    }
    let pooling = network.pooling
    let features = blocks.reduce(layers[0].folded) { $0 * $1.bound } * pooling
    self.layers = layers
    self.blocks = blocks
    self.pooling = pooling
    // 1e-8 of each layer's bound covers the roundings of these products and of the lengths below.
    logits = features * layers.last!.folded
    pairs = network.classRows.map { a in
      network.classRows.map { b in
        features * zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      }
    }
  }

  /// The largest of `pairs`.
  public var largestPair: Double { pairs.joined().max() ?? 0 }

  /// The layers, whose numbers are all sound.
  private static func residualLayers(of model: Model) throws(LipschitzError) -> ResidualLayers {
    guard let network = model.architecture as? any ResidualNetwork else { throw .network(model.architecture.name) }
    if network.activation != .relu { throw .activation(network.activation) }
    for vector in [model.parameters, model.statistics, model.power] {
      for entry in vector.layout.entries {
        let isVariance = entry.name.hasSuffix(".running_var")
        for i in entry.range where !vector.values[i].isFinite || (isVariance && vector.values[i] < 0) {
          throw .weight(name: entry.name, value: vector.values[i])
        }
      }
    }
    return ResidualLayers(network)
  }

  private static func measure(_ layers: [FoldedNetwork.Layer], iterations: Int, threads: Int) -> [Layer] {
    // Several tasks a layer, for a few layers take most of the time.
    let works: [@Sendable (FoldedNetwork.Layer) -> Double] = [
      { $0.plain.normEstimate() }, { $0.plain.normBound(iterations: iterations) },
      { $0.folded.normBound(iterations: iterations) }, { $0.plain.reshapedNorm },
    ]
    let count = works.count
    var values = [Double](repeating: 0, count: layers.count * count)
    values.withUnsafeMutableBufferPointer { values in
      nonisolated(unsafe) let values = values.baseAddress!
      parallelFor(layers.count * count, threads: threads) { task, _ in
        values[task] = works[task % count](layers[task / count])
      }
    }
    return layers.enumerated().map { i, layer in
      let found = values[i * count..<(i + 1) * count].map { $0 }
      return Layer(
        name: layer.name, reshapedNorm: found[3], estimate: found[0], bound: found[1],
        patchBound: Double(layer.plain.kernel) * found[3], normScale: layer.normScale, folded: found[2])
    }
  }
}

/// A network whose Lipschitz bound cannot be computed, or nothing to compute it on.
public enum LipschitzError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A weight or running statistic is not a finite number, or a running variance is negative.
  case weight(name: String, value: Float)
  /// The norm of a layer exceeds what a Double holds.
  case overflow(layer: String)
  /// There are no images, or not as many labels.
  case images(count: Int, labels: Int)
  /// The bound takes scales past the activation function, which only ReLU allows.
  case activation(ActivationFunction)
  /// The bound is composed along residual blocks, which the network has not.
  case network(String)

  /// What keeps the bound from being computed, and what to do.
  public var description: String {
    switch self {
    case .weight(let name, let value):
      "\(name): \(value) among the numbers; a network with it has no Lipschitz bound. Train it again, or check the file"
    case .overflow(let layer): "\(layer): its norm with the scales of batch normalisation is not a finite number"
    case .activation(let function):
      "activation: the bound holds for networks with relu, not \(function.rawValue)"
    case .network(let name):
      "\(name): the bound is for residual networks, such as wrn-28-4 or preact-resnet-18"
    case .images(let count, let labels):
      "\(count) images and \(labels) labels: give at least one image, and one label each"
    }
  }
}
