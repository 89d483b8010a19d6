// Graphs of layers against central differences in Double, written apart from the library.

import Basics
import Networks
import Objectives
import Tensors
import Testing
import _TestSupport

struct GraphTests {
  /// A multilayer perceptron of plain loops in Double.
  struct Oracle {
    var parameters: [[Double]]  // weight, bias, weight, bias, …
    let widths: [Int]
    let isSmooth: Bool

    func logits(_ x: [Double]) -> [Double] {
      var h = x
      for (layer, width) in widths.enumerated() {
        let (w, b) = (parameters[2 * layer], parameters[2 * layer + 1])
        h = (0..<width).map { o in b[o] + h.indices.reduce(0) { $0 + w[o * h.count + $1] * h[$1] } }
        if layer < widths.count - 1 { h = h.map { isSmooth ? $0 / (1 + Maths.exp(-$0)) : max($0, 0) } }
      }
      return h
    }

    func loss(_ images: [[Double]], _ labels: [Int]) -> Double {
      zip(images, labels).reduce(0) { sum, pair in
        let z = logits(pair.0)
        let top = z.max()!
        return sum + Maths.log(z.reduce(0) { $0 + Maths.exp($1 - top) }) + top - z[pair.1]
      }
    }
  }

  @Test(arguments: [[], [7], [9, 5]], ActivationFunction.allCases)
  func `gradients by images and parameters are central differences`(
    _ hidden: [Int], _ activation: ActivationFunction
  ) throws {
    let network = try MultilayerPerceptron(
      hidden: hidden, classCount: 4, imageShape: [2, 3, 5], activation: activation)
    let model = Model(network, initialization: .xavier, key: RandomKey(seed: 4))
    let n = 3
    var stream = RandomKey(seed: 9).stream
    let images = Tensor((0..<n * 30).map { _ in stream.uniform() }, shape: [n, 2, 3, 5])
    let labels = [2, 0, 3]
    var oracle = Oracle(
      parameters: model.parameters.tensors.map { $0.tensor.elements.map(Double.init) }, widths: hidden + [4],
      isSmooth: activation == .silu)
    let rows = (0..<n).map { images.elements[$0 * 30..<($0 + 1) * 30].map(Double.init) }

    let loaded = LoadedNetwork(network)
    loaded.load(model, threads: 1)
    let pass = loaded.engine.makePass(capacity: n + 1, for: .training)
    var logits = Tensor(shape: [n, 4])
    pass.forward(&logits.elements, images: images.elements, n: n, statistics: .batch)
    expectClose(logits.elements, rows.flatMap(oracle.logits), atol: 1e-5)
    let dLogits = CrossEntropy(labels: labels).evaluate(logits: logits).gradient
    var dImages = images
    var gradient = NamedVector(network.layout.parameters)
    pass.backward(dImages: &dImages.elements, gradient: &gradient.values, dLogits: dLogits.elements, n: n)

    let h = 1e-6
    for i in 0..<30 {
      var moved = rows
      let value = { (step: Double) in
        moved[1][i] = rows[1][i] + step
        return oracle.loss(moved, labels)
      }
      expectClose(Double(dImages.elements[30 + i]), (value(h) - value(-h)) / (2 * h), atol: 2e-5)
    }
    for (t, entry) in network.layout.parameters.entries.enumerated() {
      for i in 0..<entry.shape.count {
        let start = oracle.parameters[t][i]
        let value = { (step: Double) in
          oracle.parameters[t][i] = start + step
          return oracle.loss(rows, labels)
        }
        let expected = (value(h) - value(-h)) / (2 * h)
        oracle.parameters[t][i] = start
        expectClose(Double(gradient.values[entry.offset + i]), expected, atol: 5e-5, entry.name)
      }
    }
  }

  @Test func `a gradient by the features reaches images and earlier layers`() throws {
    for name in ["mlp-6", "wrn-10-1", "wrn-10-1-silu"] {
      let model = Model(
        try Architecture(named: name, classCount: 3, imageShape: [3, 8, 8]).network, key: RandomKey(seed: 1))
      let loaded = LoadedNetwork(model.architecture)
      loaded.load(model, threads: 1)
      let features = model.layout.featureCount
      var stream = RandomKey(seed: 2).stream
      let images = Tensor((0..<2 * 192).map { _ in stream.uniform() }, shape: [2, 3, 8, 8])
      // dLogits·W as a gradient by the features does what dLogits does below the last layer.
      let dLogits: [Float] = [1, -2, 0.5, 0.25, 1, -1]
      let w = model.parameters["linear.weight"].elements
      let dFeatures = (0..<2 * features).map { i in
        (0..<3).reduce(Float(0)) { $0 + dLogits[i / features * 3 + $1] * w[$1 * features + i % features] }
      }
      for use in [PassUse.training, .imageGradients] {
        let pass = loaded.engine.makePass(capacity: 2, for: use)
        func gradients(_ dz: [Float], _ df: [Float]?) -> (images: [Float], parameters: [Float]) {
          var (z, dx) = (dz, images.elements)
          var g = [Float](repeating: 0, count: model.parameterCount)
          pass.forward(&z, images: images.elements, n: 2, statistics: .running)
          g.withUnsafeMutableBufferPointer { g in
            df.withPointer {
              pass.backward(
                dImages: &dx, gradient: use == .training ? g.baseAddress! : nil, dLogits: dz, dFeatures: $0,
                inputScale: nil, n: 2)
            }
          }
          return (dx, g)
        }
        let direct = gradients(dLogits, nil)
        let through = gradients([Float](repeating: 0, count: 6), dFeatures)
        expectClose(through.images, direct.images.map(Double.init), rtol: 1e-4, atol: 1e-5, name)
        let below = model.parameters.layout["linear.weight"]!.offset
        expectClose(
          Array(through.parameters[..<below]), direct.parameters[..<below].map(Double.init), rtol: 1e-4, atol: 1e-4)
        #expect(through.parameters[below...].allSatisfy { $0 == 0 })
      }
    }
  }
}

/// A layer of a stranger with a linear weight of its own: a quarter of each image's numbers, added up class by class.
private struct Quarters: GraphLayer {
  private var weight = 0..<0
  private var inputs = 0

  mutating func prepare(_ shapes: [Shape], in layout: inout NetworkLayout) -> Shape {
    inputs = shapes[0].count
    weight = layout.linear("quarters", input: inputs / 4, output: 4).weight
    return [4]
  }

  func forward(_ pass: LayerPass) {
    for i in 0..<pass.n * 4 {
      pass.output[i] = (0..<inputs / 4).reduce(Float(0)) {
        $0 + pass.parameters[weight.lowerBound + i % 4 * (inputs / 4) + $1]
          * pass.inputs[0][i / 4 * inputs + i % 4 * (inputs / 4) + $1]
      }
    }
  }

  func backward(_ pass: LayerPass, _ gradients: LayerGradients) {}
}

/// Its last layer is not the library's, or has no weight at all.
private struct Strange: Network {
  static let family = "strange"
  static let nameForm = "strange"
  static func named(_ name: String, classCount: Int, imageShape: Shape) -> Strange? { nil }
  var hasWeight: Bool
  var spectralNormalization = false
  var name: String { "strange" }
  var classCount: Int { 4 }
  var imageShape: Shape { hasWeight ? [1, 4, 4] : [1, 2, 2] }
  func validate() throws(FieldError) {}

  private var graph: LayerGraph {
    var graph = LayerGraph(input: imageShape, spectralNormalization: false)
    let first = graph.add(Activate(.relu), graph.input)
    if hasWeight { graph.add(Quarters(), first) } else { graph.add(Activate(.silu), first) }
    return graph
  }
  var layout: NetworkLayout { graph.layout }
  func makeEngine() -> any NetworkEngine { GraphEngine(graph) }
}

struct StrangeGraphTests {
  @Test(arguments: [true, false]) func `features are what the last layer reads, whosever it is`(_ hasWeight: Bool) {
    let network = Strange(hasWeight: hasWeight)
    let count = network.imageShape.count
    let images = Tensor(
      (0..<2 * count).map { Float($0) / Float(count) }, shape: Shape([2] + network.imageShape.dimensions))
    let classifier = ModelClassifier(Model(network, key: RandomKey(seed: 1)))
    #expect(network.layout.featureCount == count)
    #expect(classifier.features(images).elements == images.elements)
  }
}

extension [Float]? {
  fileprivate func withPointer(_ body: (UnsafePointer<Float>?) -> Void) {
    if let self { self.withUnsafeBufferPointer { body($0.baseAddress!) } } else { body(nil) }
  }
}
