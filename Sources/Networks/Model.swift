// A network as a value: architecture, parameters, running statistics.

public import Tensors

/// How convolutions and the linear layer begin.
public enum Initialization: String, Sendable, Codable, CaseIterable {
  /// Normal with variance 2/(kh·kw·out) for convolutions (He et al. 2015, fan-out), uniform ±1/√in for the linear
  /// weight: the released code.
  case heFanOut = "he-fan-out"
  /// Uniform ±√(6/(fan-in + fan-out)) for convolutions and the linear weight (Glorot & Bengio 2010): the paper's text.
  case xavier
}

/// A wide ResNet with its weights. A value: a copy is a snapshot.
public struct Model: Sendable {
  public let architecture: WideResNet
  /// Everything that is trained, in the spelling of public checkpoints.
  public var parameters: NamedVector
  /// Running means and variances.
  public var statistics: NamedVector
  /// u and v of each layer with spectral normalisation: `conv1.weight_u`, `conv1.weight_v`. Empty without it.
  public var power: NamedVector
  package let layers: WideResNetLayers

  /// A network with random weights; scale 1, shift 0 and bias 0.
  public init(_ architecture: WideResNet, initialization: Initialization = .heFanOut, key: RandomKey) {
    self.init(uninitialized: architecture)
    for (i, conv) in layers.convolutions.enumerated() {
      let g = conv.geometry
      let area = Float(g.kernel * g.kernel)
      var stream = key.split(i).stream
      switch initialization {
      case .heFanOut:
        let deviation = (2 / (area * Float(g.outChannels))).squareRoot()
        for j in conv.weight { parameters.values[j] = stream.normal() * deviation }
      case .xavier:
        let bound = (6 / (area * Float(g.outChannels + g.input.channels))).squareRoot()
        for j in conv.weight { parameters.values[j] = stream.uniform(-bound, bound) }
      }
    }
    let linear = layers.linear
    let bound: Float =
      initialization == .xavier
      ? (6 / Float(linear.channels + linear.classes)).squareRoot() : 1 / Float(linear.channels).squareRoot()
    var stream = key.split(layers.convolutions.count).stream
    for j in linear.weight { parameters.values[j] = stream.uniform(-bound, bound) }
    if !power.values.isEmpty {
      stream = key.split(layers.convolutions.count + 1).stream
      for j in power.values.indices { power.values[j] = stream.normal() }
      iteratePower(15)  // as PyTorch's parametrisation does at its start
    }
  }

  /// Weights 0, scale 1, shift 0; running mean 0, variance 1.
  init(uninitialized architecture: WideResNet) {
    self.architecture = architecture
    layers = WideResNetLayers(architecture)
    parameters = NamedVector(layers.parameters)
    statistics = NamedVector(layers.statistics)
    power = NamedVector(layers.power)
    for bn in layers.norms {
      for j in bn.gamma { parameters.values[j] = 1 }
      for j in bn.variance { statistics.values[j] = 1 }
    }
  }

  /// Number of trainable parameters.
  public var parameterCount: Int { parameters.values.count }
}
