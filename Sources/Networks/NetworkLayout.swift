// The tensors of a network: names, shapes, how they begin, which of them are normalised; and its layers in words.

public import Tensors

/// How a tensor of parameters begins.
public enum ParameterStart: Hashable, Sendable {
  /// Biases and shifts.
  case zero
  /// Scales.
  case one
  /// A convolution's weight, see `Initialization`.
  case convolution(input: Int, output: Int, kernel: Int)
  /// A linear layer's weight, see `Initialization`.
  case linear(input: Int, output: Int)
  /// Normal numbers of this deviation: embeddings.
  case normal(deviation: Float)
}

/// What a network is made of, filled in the order of its forward pass.
///
///     var layout = NetworkLayout(spectralNormalization: false)
///     let hidden = layout.linear("hidden", input: 3072, output: 256)
///     let linear = layout.linear("linear", input: 256, output: 10)
///     layout.describe("hidden", "linear, 3072 → 256, ReLU", output: [256])
public struct NetworkLayout: Sendable {
  /// The tensors that are trained.
  public private(set) var parameters = NamedLayout()
  /// Running means and variances.
  public private(set) var statistics = NamedLayout()
  /// u and v of each normalised weight: `conv1.weight_u`, `conv1.weight_v`. Empty without spectral normalisation.
  public private(set) var power = NamedLayout()
  /// The weights that are normalised, in the order of the forward pass.
  package private(set) var spectral: [SpectralNorm] = []
  /// Where running variances stand, which begin at 1.
  private(set) var variances: [Range<Int>] = []
  /// How each entry of `parameters` begins.
  private(set) var starts: [ParameterStart] = []
  /// The layers in words.
  public private(set) var rows: [Row] = []
  /// Products of one image's forward pass, for forecasts.
  public private(set) var products = 0
  /// Inputs of the linear layer that was added last: what the network's features are.
  public internal(set) var featureCount = 0
  /// Linear layers so far.
  private(set) var linearCount = 0
  private let spectralNormalization: Bool

  /// A layer, or a block of layers, in words.
  public struct Row: Hashable, Sendable {
    /// As in checkpoints: `block1.layer.0`. Parameters whose names begin with it and a dot are this layer's.
    public let layer: String
    /// "residual block, 16 → 64, 1×1 shortcut".
    public let kind: String
    /// Extents of an image's output: `[channels, height, width]` or `[classes]`.
    public let output: [Int]
  }

  /// An empty one.
  ///
  /// - Parameter spectralNormalization: whether the weights of convolutions and linear layers get u and v.
  public init(spectralNormalization: Bool) { self.spectralNormalization = spectralNormalization }

  /// Adds a tensor of parameters and returns its place. Names are used once.
  public mutating func tensor(_ name: String, _ shape: Shape, start: ParameterStart) -> Range<Int> {
    starts.append(start)
    return parameters.append(name, shape).range
  }

  /// Adds the weight `[output, input, kernel, kernel]` of a convolution, `name.weight`, and returns its place.
  ///
  /// - Parameter positions: how many outputs a channel an image has, for `products`.
  public mutating func convolution(
    _ name: String, input: Int, output: Int, kernel: Int, positions: Int
  ) -> Range<Int> {
    products += input * output * kernel * kernel * positions
    return weight(
      name, [output, input, kernel, kernel], .convolution(input: input, output: output, kernel: kernel))
  }

  /// Adds the weight `[output, input]` and the bias `[output]` of a linear layer, `name.weight` and `name.bias`, and
  /// returns their places.
  ///
  /// - Parameter positions: how often an image goes through it, for `products`.
  public mutating func linear(
    _ name: String, input: Int, output: Int, positions: Int = 1
  ) -> (weight: Range<Int>, bias: Range<Int>) {
    products += input * output * positions
    featureCount = input
    linearCount += 1
    return (
      weight(name, [output, input], .linear(input: input, output: output)),
      tensor(name + ".bias", [output], start: .zero)
    )
  }

  /// Adds scale and shift of a normalisation, `name.weight` and `name.bias`, and the running mean and variance,
  /// `name.running_mean` and `name.running_var`, of so many channels each; returns their places.
  public mutating func batchNorm(
    _ name: String, channels: Int
  ) -> (gamma: Range<Int>, beta: Range<Int>, mean: Range<Int>, variance: Range<Int>) {
    let gamma = tensor(name + ".weight", [channels], start: .one)
    let beta = tensor(name + ".bias", [channels], start: .zero)
    let mean = statistics.append(name + ".running_mean", [channels]).range
    let variance = statistics.append(name + ".running_var", [channels]).range
    variances.append(variance)
    return (gamma, beta, mean, variance)
  }

  /// Adds a line about a layer.
  public mutating func describe(_ layer: String, _ kind: String, output: [Int]) {
    rows.append(Row(layer: layer, kind: kind, output: output))
  }

  private mutating func weight(_ name: String, _ shape: Shape, _ start: ParameterStart) -> Range<Int> {
    let range = tensor(name + ".weight", shape, start: start)
    if spectralNormalization {
      let u = power.append(name + ".weight_u", [shape[0]]).range
      let v = power.append(name + ".weight_v", [range.count / shape[0]]).range
      spectral.append(SpectralNorm(name: name, weight: range, u: u, v: v))
    }
    return range
  }
}
