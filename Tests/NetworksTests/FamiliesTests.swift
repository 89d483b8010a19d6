// Every family of networks behind the one protocol: names, JSON, layouts, and one that stands outside the library.

import Basics
import Foundation
import Networks
import Objectives
import Tensors
import Testing
import _TestSupport

/// Softmax regression: a family in one file, of which only the test knows.
struct SoftmaxRegression: Network {
  var classCount: Int
  var imageShape: Shape
  var spectralNormalization = false

  static let family = "softmax-regression"
  static let nameForm = "softmax"
  static func named(_ name: String, classCount: Int, imageShape: Shape) -> SoftmaxRegression? {
    name == "softmax" ? SoftmaxRegression(classCount: classCount, imageShape: imageShape) : nil
  }

  var name: String { "softmax" }
  func validate() throws(FieldError) {
    try FieldError.check(classCount: classCount, imageShape: imageShape)
  }
  private var graph: LayerGraph {
    var graph = LayerGraph(input: imageShape, spectralNormalization: spectralNormalization)
    graph.add(LinearLayer("linear", classCount), graph.input)
    return graph
  }
  var layout: NetworkLayout { graph.layout }
  func makeEngine() -> any NetworkEngine { GraphEngine(graph) }
}

struct FamiliesTests {
  static let names = [
    "wrn-10-1", "wrn-16-2-silu", "preact-resnet-10-w8", "preact-resnet-18-w16-silu", "mlp", "mlp-32-16",
    "mlp-24-silu",
  ]

  @Test(arguments: names) func `a name is read back, and so is its JSON`(_ name: String) throws {
    for normalized in [false, true] {
      var architecture = try Architecture(named: name, classCount: 7, imageShape: [3, 16, 16])
      architecture.network.spectralNormalization = normalized
      #expect(architecture.network.name == name)
      let data = try JSONEncoder().encode(architecture)
      let back = try JSONDecoder().decode(Architecture.self, from: data)
      #expect(back == architecture && back.hashValue == architecture.hashValue)
      #expect(back != Architecture(try WideResNet(named: "wrn-22-1")))
      let text = String(decoding: data, as: UTF8.self)
      // Recipes of wide ResNets are published without a family: their keys are hashes of that text.
      #expect(text.contains("family") == !name.hasPrefix("wrn"))
    }
  }

  @Test(arguments: names) func `every parameter belongs to a line of the summary`(_ name: String) throws {
    let model = Model(try Architecture(named: name, imageShape: [3, 12, 12]).network, key: RandomKey(seed: 1))
    #expect(model.layerRows.reduce(0) { $0 + $1.parameters } == model.parameterCount)
    #expect(model.layerRows.last?.row.output == [10])
    #expect(model.layout.products > 0)
  }

  @Test(arguments: names) func `results depend neither on threads nor on neighbours`(_ name: String) throws {
    var network = try Architecture(named: name, classCount: 4, imageShape: [3, 8, 8]).network
    network.spectralNormalization = true
    let model = Model(network, key: RandomKey(seed: 5))
    var stream = RandomKey(seed: 6).stream
    let images = Tensor((0..<5 * 192).map { _ in stream.uniform() }, shape: [5, 3, 8, 8])
    let loss = CrossEntropy(labels: [0, 1, 2, 3, 0])
    let one = ModelClassifier(model, threads: 1, microBatch: 5).gradient(of: loss, at: images)
    let two = ModelClassifier(model, threads: 2, microBatch: 1).gradient(of: loss, at: images)
    #expect(one.logits == two.logits && one.gradient == two.gradient && one.losses == two.losses)
    let features = ModelClassifier(model).features(images)
    #expect(features.shape == [5, model.layout.featureCount])
    // The last layer on the features gives the logits; Float32 sums in another order.
    let weight = model.effectiveParameters["linear.weight"]
    for row in 0..<5 {
      for k in 0..<4 {
        let sum = (0..<model.layout.featureCount).reduce(0.0) {
          $0 + Double(weight.elements[k * model.layout.featureCount + $1])
            * Double(features.elements[row * model.layout.featureCount + $1])
        }
        expectClose(Double(one.logits.elements[row * 4 + k]), sum, atol: 1e-4)
      }
    }
  }

  @Test(arguments: ["resnet-18", "preact-resnet-19", "preact-resnet-18-x", "mlp-a", "mlp-0", "wrn-11-1", ""])
  func `a name of no family says what there is`(_ name: String) {
    #expect {
      try Architecture(named: name)
    } throws: {
      let text = "\($0)"
      return text.contains("allowed:") && (text.contains("wrn-DEPTH") || text.contains("1") || text.contains("mlp-"))
    }
  }

  @Test func `an unknown family is refused with those that are known`() {
    #expect {
      try JSONDecoder().decode(Architecture.self, from: Data(#"{"family": "vgg"}"#.utf8))
    } throws: {
      "\($0)".contains("the family vgg is none of") && "\($0)".contains("wide-resnet, preact-resnet, mlp")
    }
  }

  @Test func `a family of one's own is named and read once it is registered`() throws {
    Architecture.register(SoftmaxRegression.self)
    Architecture.register(SoftmaxRegression.self)
    let architecture = try Architecture(named: "softmax", classCount: 3, imageShape: [1, 4, 4])
    let data = try JSONEncoder().encode(architecture)
    #expect(try JSONDecoder().decode(Architecture.self, from: data) == architecture)
    #expect(Architecture.nameForms.components(separatedBy: "softmax").count == 2)
    let model = Model(architecture.network, key: RandomKey(seed: 2))
    let logits = ModelClassifier(model).logits(Tensor(shape: [2, 1, 4, 4]))
    #expect(logits.elements == [Float](repeating: 0, count: 6))  // biases begin at 0
  }

  @Test(arguments: [("preact-resnet-18", 11_172_170), ("preact-resnet-18-w16", 701_018), ("mlp-256", 789_258)])
  func `parameter counts are those of PyTorch`(_ name: String, _ count: Int) throws {
    #expect(try Architecture(named: name).network.layout.parameters.count == count)
  }
}

/// A PreAct ResNet-18 of width 16 trained elsewhere: logits and gradients in float64 by PyTorch.
@Suite(.requiresReference) struct PreActReferenceTests {
  @Test func `logits and image gradients agree`() throws {
    let folder = try OutsideFiles.referenceDirectory() + "/networks/"
    let model = try Model(
      Architecture(named: "preact-resnet-18-w16").network, contentsOf: folder + "preact-resnet-18.safetensors")
    let file = try SafetensorsFile(contentsOf: folder + "preact-resnet-18-expected.safetensors")
    let inputs = try SafetensorsFile(contentsOf: OutsideFiles.referenceDirectory() + "/wrn_step.safetensors")
    let images = try inputs.tensor("images")[rows: 0..<8]
    let labels = try inputs.int64s("labels")[..<8].map(Int.init)
    let result = ModelClassifier(model, threads: 2).gradient(of: CrossEntropy(labels: labels), at: images)
    expectClose(result.logits.elements, try file.float64s("logits"), atol: 1e-4)  // Float32 against float64, 18 layers
    let expected = try file.float64s("image_gradient")
    let largest = expected.reduce(0) { max($0, abs($1)) }
    expectClose(result.gradient.elements, expected, rtol: 1e-3, atol: 2e-5 * max(largest, 1))
  }
}
