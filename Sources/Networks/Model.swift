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

/// A network with its weights. A value: a copy is a snapshot.
public struct Model: Sendable {
  /// What the weights are of.
  public let architecture: any Network
  /// Everything that is trained, in the spelling of public checkpoints.
  public var parameters: NamedVector
  /// Running means and variances.
  public var statistics: NamedVector
  /// u and v of each layer with spectral normalisation: `conv1.weight_u`, `conv1.weight_v`. Empty without it.
  public var power: NamedVector
  package let layout: NetworkLayout

  /// A network with random weights; scale 1, shift 0 and bias 0.
  ///
  /// - Parameters:
  ///   - initialization: of convolutions and linear layers.
  ///   - key: weights are functions of it and of their layer's place among all.
  public init(_ architecture: any Network, initialization: Initialization = .heFanOut, key: RandomKey) {
    self.init(uninitialized: architecture)
    var drawn = 0
    for (entry, start) in zip(layout.parameters.entries, layout.starts) {
      guard let draw = initialization.draw(start) else { continue }
      var stream = key.split(drawn).stream
      for j in entry.range { parameters.values[j] = draw(&stream) }
      drawn += 1
    }
    if !power.values.isEmpty {
      var stream = key.split(drawn).stream
      for j in power.values.indices { power.values[j] = stream.normal() }
      iteratePower(15)  // as PyTorch's parametrisation does at its start
    }
  }

  /// Weights 0, scale 1, shift 0; running mean 0, variance 1.
  init(uninitialized architecture: any Network) {
    self.architecture = architecture
    layout = architecture.layout
    parameters = NamedVector(layout.parameters)
    statistics = NamedVector(layout.statistics)
    power = NamedVector(layout.power)
    for (entry, start) in zip(layout.parameters.entries, layout.starts) where start == .one {
      for j in entry.range { parameters.values[j] = 1 }
    }
    for variance in layout.variances { for j in variance { statistics.values[j] = 1 } }
  }

  /// Number of trainable parameters.
  public var parameterCount: Int { parameters.values.count }

  /// What each layer is and gives, and how many parameters it has.
  package var layerRows: [(row: NetworkLayout.Row, parameters: Int)] {
    layout.rows.map { row in
      let own = layout.parameters.entries.filter { $0.name.hasPrefix(row.layer + ".") || $0.name == row.layer }
      return (row, own.reduce(0) { $0 + $1.shape.count })
    }
  }
}

extension Initialization {
  /// How one number of a tensor is drawn; nil where nothing is.
  fileprivate func draw(_ start: ParameterStart) -> ((inout RandomStream) -> Float)? {
    switch (start, self) {
    case (.zero, _), (.one, _): return nil
    case (.normal(let deviation), _): return { $0.normal() * deviation }
    case (.convolution(_, let output, let kernel), .heFanOut):
      let deviation = (2 / (Float(kernel * kernel) * Float(output))).squareRoot()
      return { $0.normal() * deviation }
    case (.convolution(let input, let output, let kernel), .xavier):
      let bound = (6 / (Float(kernel * kernel) * Float(output + input))).squareRoot()
      return { $0.uniform(-bound, bound) }
    case (.linear(let input, _), .heFanOut):
      let bound = 1 / Float(input).squareRoot()
      return { $0.uniform(-bound, bound) }
    case (.linear(let input, let output), .xavier):
      let bound = (6 / Float(input + output)).squareRoot()
      return { $0.uniform(-bound, bound) }
    }
  }
}
