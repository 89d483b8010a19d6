// A plain graph of layers with planned memory: the engine of every network that has no faster one.

internal import Basics
public import Tensors

/// Layers in the order of their forward pass, each on the results of earlier ones; the last one's are the logits.
///
///     var graph = LayerGraph(input: [3, 32, 32], spectralNormalization: false)
///     let hidden = graph.add(Activate(.relu), graph.add(LinearLayer("hidden", 256), graph.input))
///     graph.add(LinearLayer("linear", 10), hidden)
public struct LayerGraph: Sendable {
  /// The result of a layer, or the images.
  public struct Value: Hashable, Sendable {
    fileprivate let index: Int
  }

  struct Node: Sendable {
    let layer: any GraphLayer
    /// Indices of values: 0 the images, i + 1 what layer i gives.
    let inputs: [Int]
  }

  private(set) var nodes: [Node] = []
  /// Shape of each value for one image.
  private(set) var shapes: [Shape]
  /// The value that the last layer with a linear weight reads, or without such a layer the last layer of all: the features.
  private(set) var featureValue = 0
  /// The tensors of all layers.
  public private(set) var layout: NetworkLayout

  /// A graph without layers, of images of this shape.
  public init(input: Shape, spectralNormalization: Bool) {
    shapes = [input]
    layout = NetworkLayout(spectralNormalization: spectralNormalization)
  }

  /// The images, normalised if the classifier does so.
  public var input: Value { Value(index: 0) }

  /// Adds a layer on these values and returns its result.
  @discardableResult
  public mutating func add(_ layer: some GraphLayer, _ inputs: Value...) -> Value {
    precondition(!inputs.isEmpty, "LayerGraph: a layer without inputs")
    var layer = layer
    let linearCount = layout.linearCount
    let shape = layer.prepare(inputs.map { shapes[$0.index] }, in: &layout)
    nodes.append(Node(layer: layer, inputs: inputs.map(\.index)))
    shapes.append(shape)
    if layout.linearCount > linearCount || linearCount == 0 {
      featureValue = inputs[0].index
      layout.featureCount = shapes[featureValue].count
    }
    return Value(index: shapes.count - 1)
  }

  /// Shape of a value for one image.
  public func shape(_ value: Value) -> Shape { shapes[value.index] }
}

/// Computes a graph layer by layer.
public final class GraphEngine: NetworkEngine, @unchecked Sendable {
  let graph: LayerGraph
  /// W·scale of every normalised weight, the others as they are.
  let parameters: FloatBuffer

  /// An engine for a graph whose last value has one number a class.
  public init(_ graph: LayerGraph) {
    precondition(!graph.nodes.isEmpty, "GraphEngine: a graph without layers")
    self.graph = graph
    parameters = FloatBuffer(count: graph.layout.parameters.count)
  }

  /// The tensors of the graph's layers.
  public var layout: NetworkLayout { graph.layout }

  /// Copies the parameters, normalised weights times their scale.
  public func load(parameters: [Float], statistics: [Float], scales: [Float], threads: Int) {
    parameters.withUnsafeBufferPointer { self.parameters.pointer.update(from: $0.baseAddress!, count: $0.count) }
    for (norm, scale) in zip(layout.spectral, scales) {
      for i in norm.weight { self.parameters.pointer[i] *= scale }
    }
  }

  /// A pass with memory for every value of the graph, and for its gradient unless it only predicts.
  public func makePass(capacity: Int, for use: PassUse) -> any NetworkPass {
    makePass(capacity: capacity, threads: 1, for: use)
  }

  /// The same of a pass whose images go through the graph in as many parts as there are threads.
  public func makePass(capacity: Int, threads: Int, for use: PassUse) -> any NetworkPass {
    GraphPass(self, capacity: capacity, threads: threads, wantsGradient: use != .prediction)
  }
}
