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
    GraphPass(self, capacity: capacity, wantsGradient: use != .prediction)
  }
}

/// Memory of a pass: every value, its gradient, and what layers keep.
final class GraphPass: NetworkPass {
  private let engine: GraphEngine
  private let capacity: Int
  private let values: [FloatBuffer], gradients: [FloatBuffer], scratch: [FloatBuffer]
  /// What each layer is given, planned once so that passes allocate nothing; the gradients with and without those by
  /// the images.
  private var passes: [LayerPass] = []
  private var layerGradients: [LayerGradients] = [], withoutImages: [LayerGradients] = []
  private let featureValue: Int

  init(_ engine: GraphEngine, capacity: Int, wantsGradient: Bool) {
    self.engine = engine
    self.capacity = capacity
    let graph = engine.graph
    values = graph.shapes.map { FloatBuffer(count: capacity * $0.count) }
    gradients = wantsGradient ? graph.shapes.map { FloatBuffer(count: capacity * $0.count) } : []
    scratch = graph.nodes.map { FloatBuffer(count: capacity * $0.layer.scratchCount) }
    featureValue = graph.featureValue
    for (i, node) in graph.nodes.enumerated() {
      passes.append(
        LayerPass(
          n: 0, inputShapes: node.inputs.map { graph.shapes[$0] }, outputShape: graph.shapes[i + 1],
          inputs: node.inputs.map { UnsafePointer(values[$0].pointer) }, output: values[i + 1].pointer,
          scratch: scratch[i].pointer, parameters: UnsafePointer(engine.parameters.pointer)))
      if !wantsGradient { continue }
      func planned(withImages: Bool) -> LayerGradients {
        LayerGradients(
          output: UnsafePointer(gradients[i + 1].pointer),
          inputs: node.inputs.map { $0 == 0 && !withImages ? nil : gradients[$0].pointer }, parameters: nil)
      }
      layerGradients.append(planned(withImages: true))
      withoutImages.append(planned(withImages: false))
    }
  }

  var features: UnsafePointer<Float> { UnsafePointer(values[featureValue].pointer) }

  func forward(
    _ logits: UnsafeMutablePointer<Float>, images: UnsafePointer<Float>, inputScale: UnsafePointer<Float>?,
    inputShift: UnsafePointer<Float>?, n: Int, statistics: NormStatistics
  ) {
    precondition(n <= capacity, "GraphPass: \(n) images, planned for \(capacity)")
    importImages(images, inputScale, inputShift, n: n)
    for i in passes.indices {
      passes[i].n = n
      engine.graph.nodes[i].layer.forward(passes[i])
    }
    logits.update(from: values.last!.pointer, count: n * engine.graph.shapes.last!.count)
  }

  func backward(
    dImages: UnsafeMutablePointer<Float>?, gradient: UnsafeMutablePointer<Float>?, dLogits: UnsafePointer<Float>,
    dFeatures: UnsafePointer<Float>?, inputScale: UnsafePointer<Float>?, n: Int
  ) {
    precondition(!gradients.isEmpty, "GraphPass: planned without gradients")
    let shapes = engine.graph.shapes
    for (buffer, shape) in zip(gradients, shapes) { buffer.pointer.update(repeating: 0, count: n * shape.count) }
    gradients.last!.pointer.update(from: dLogits, count: n * shapes.last!.count)
    if let dFeatures {
      for i in 0..<n * shapes[featureValue].count { gradients[featureValue].pointer[i] += dFeatures[i] }
    }
    for i in passes.indices.reversed() {
      var wanted = dImages == nil ? withoutImages[i] : layerGradients[i]
      wanted.parameters = gradient
      engine.graph.nodes[i].layer.backward(passes[i], wanted)
    }
    if let dImages { exportGradient(dImages, inputScale, n: n) }
  }

  private func importImages(
    _ images: UnsafePointer<Float>, _ scale: UnsafePointer<Float>?, _ shift: UnsafePointer<Float>?, n: Int
  ) {
    let shape = engine.graph.shapes[0]
    let area = shape.count / shape[0]
    let target = values[0].pointer
    for plane in 0..<n * shape[0] {
      let channel = plane % shape[0]
      let (s, t) = (scale?[channel] ?? 1, shift?[channel] ?? 0)
      for i in plane * area..<(plane + 1) * area { target[i] = images[i] * s + t }
    }
  }

  private func exportGradient(_ dImages: UnsafeMutablePointer<Float>, _ scale: UnsafePointer<Float>?, n: Int) {
    let shape = engine.graph.shapes[0]
    let area = shape.count / shape[0]
    for plane in 0..<n * shape[0] {
      let s = scale?[plane % shape[0]] ?? 1
      for i in plane * area..<(plane + 1) * area { dImages[i] = gradients[0].pointer[i] * s }
    }
  }
}
