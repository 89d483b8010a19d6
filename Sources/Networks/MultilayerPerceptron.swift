// Fully connected networks. Rumelhart, Hinton & Williams, Nature 323 (1986): the smallest network that is no residual one.
//
//     h₁ = act(W₁·x + b₁), h₂ = act(W₂·h₁ + b₂), …;  logits = W·h + b

public import Basics
public import Tensors

/// The architecture of a multilayer perceptron on an image's pixels: tensors `hidden.0`, `hidden.1`, … and `linear`.
public struct MultilayerPerceptron: Network {
  /// Numbers of each hidden layer, 1 … 65536 each; none is a linear classifier.
  public var hidden: [Int]
  /// Number of classes, 2 … 10000.
  public var classCount: Int
  /// Channels, height and width of an image.
  public var imageShape: Shape
  /// Whether all layers use W/σ(W). Encoded only if true.
  public var spectralNormalization: Bool
  /// After each hidden layer. Encoded only if it is not ReLU.
  public var activation: ActivationFunction

  /// Throws `FieldError` if a number is out of range.
  public init(
    hidden: [Int], classCount: Int = 10, imageShape: Shape = [3, 32, 32], spectralNormalization: Bool = false,
    activation: ActivationFunction = .relu
  ) throws {
    self.hidden = hidden
    self.classCount = classCount
    self.imageShape = imageShape
    self.spectralNormalization = spectralNormalization
    self.activation = activation
    try validate()
  }

  /// Throws `FieldError` naming the first field that is out of range.
  public func validate() throws(FieldError) {
    if let wrong = hidden.first(where: { !(1...65536).contains($0) }) {
      throw FieldError(field: "hidden", value: "\(wrong)", allowed: "1 … 65536 for each layer")
    }
    try FieldError.check(classCount: classCount, imageShape: imageShape)
  }

  private var graph: LayerGraph {
    var graph = LayerGraph(input: imageShape, spectralNormalization: spectralNormalization)
    var value = graph.input
    for (i, width) in hidden.enumerated() {
      value = graph.add(Activate(activation), graph.add(LinearLayer("hidden.\(i)", width), value))
    }
    graph.add(LinearLayer("linear", classCount), value)
    return graph
  }

  /// The tensors of the layers.
  public var layout: NetworkLayout { graph.layout }
  /// The graph of layers, computed by this machine.
  public func makeEngine() -> any NetworkEngine { GraphEngine(graph) }
}

extension MultilayerPerceptron {
  /// The family's word in a recipe's JSON.
  public static let family = "mlp"
  /// How names of the family are formed.
  public static let nameForm = "mlp-WIDTH-WIDTH-…, such as mlp-256-256"

  /// `mlp-256-256`, with another activation than ReLU `mlp-256-silu`.
  public var name: String {
    (["mlp"] + hidden.map(String.init) + (activation == .relu ? [] : [activation.rawValue])).joined(separator: "-")
  }

  /// The network of a name of this family; nil for names of others. Throws `FieldError` if it cannot be built.
  public static func named(_ name: String, classCount: Int, imageShape: Shape) throws -> MultilayerPerceptron? {
    var parts = name.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.removeFirst() == "mlp" else { return nil }
    let activation = parts.last.flatMap(ActivationFunction.init(rawValue:))
    if activation != nil { parts.removeLast() }
    let widths = parts.compactMap { Int($0) }
    guard widths.count == parts.count else {
      throw FieldError(field: "model", value: name, allowed: nameForm)
    }
    return try MultilayerPerceptron(
      hidden: widths, classCount: classCount, imageShape: imageShape, activation: activation ?? .relu)
  }

  private enum Key: String, CodingKey { case hidden, classCount, imageShape, spectralNormalization, activation }

  /// Reads the fields; the numbers are checked by `validate`. Throws `DecodingError` if one is missing or of another
  /// type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    hidden = try container.decode([Int].self, forKey: .hidden)
    classCount = try container.decode(Int.self, forKey: .classCount)
    imageShape = try container.decode(Shape.self, forKey: .imageShape)
    spectralNormalization = try container.decodeIfPresent(Bool.self, forKey: .spectralNormalization) ?? false
    activation = try container.decodeIfPresent(ActivationFunction.self, forKey: .activation) ?? .relu
  }

  /// Writes the fields, and those with a usual value only if they have another.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(hidden, forKey: .hidden)
    try container.encode(classCount, forKey: .classCount)
    try container.encode(imageShape, forKey: .imageShape)
    if spectralNormalization { try container.encode(true, forKey: .spectralNormalization) }
    if activation != .relu { try container.encode(activation, forKey: .activation) }
  }
}
