import Basics
import Networks
import Objectives
import Tensors
import Testing
import _TestSupport

struct ModelTests {
  @Test(arguments: [("wrn-34-10", 46_160_474), ("wrn-28-4", 5_849_050)])
  func parameterCountsAreThePublishedOnes(_ name: String, _ count: Int) throws {
    #expect(try Model(WideResNet(named: name), key: RandomKey(seed: 0)).parameterCount == count)
  }

  @Test func aNameSaysTheActivation() throws {
    let smooth = try WideResNet(named: "wrn-10-1-silu")
    #expect(smooth.activation == .silu && smooth.name == "wrn-10-1-silu")
    #expect(
      try WideResNet(named: "wrn-10-1").activation == .relu && WideResNet(named: "wrn-10-1-relu").name == "wrn-10-1")
  }

  @Test(arguments: ["wrn-28", "resnet-18", "wrn-28-4-1", "wrn-28-4-silu-1", "wrn--1-2", "wrn-11-1", "wrn-10-0"])
  func impossibleNamesAreRefused(_ name: String) {
    #expect(throws: FieldError.self) { try WideResNet(named: name) }
  }

  @Test func initialWeightsHaveTheStatedSpread() throws {
    let he = Model(try WideResNet(named: "wrn-10-4"), key: RandomKey(seed: 1))
    let weight = he.parameters["block3.layer.0.conv2.weight"].elements
    let variance = weight.reduce(0.0) { $0 + Double($1 * $1) } / Double(weight.count)
    expectClose(variance, 2.0 / (9 * 256), rtol: 0.02)  // 589,824 draws
    let linear = he.parameters["linear.weight"].elements
    #expect(linear.allSatisfy { abs($0) <= 1 / 16 })
    #expect(he.parameters["linear.bias"].elements.allSatisfy { $0 == 0 })
    let xavier = Model(try WideResNet(named: "wrn-10-4"), initialization: .xavier, key: RandomKey(seed: 1))
    let bound = (6.0 / Float(9 * 512)).squareRoot()
    let spread = xavier.parameters["block3.layer.0.conv2.weight"].elements
    #expect(spread.allSatisfy { abs($0) <= bound } && spread.contains { abs($0) > 0.99 * bound })
  }

  @Test func checkpointsRoundTripAndForeignOnesAreExplained() throws {
    try withTemporaryFolder { folder in
      let small = try WideResNet(depth: 10, widenFactor: 1, classCount: 3, imageShape: [3, 8, 8])
      let model = Model(small, key: RandomKey(seed: 3))
      let path = folder + "/model.safetensors"
      try model.write(to: path)
      let back = try Model(small, contentsOf: path)
      #expect(back.parameters == model.parameters && back.statistics == model.statistics)

      let renamed = model.tensors.map {
        ("module." + ($0.name.hasPrefix("linear.") ? "fc." + $0.name.dropFirst(7) : $0.name), $0.tensor)
      }
      try Safetensors.write(renamed.map { (name: $0.0, tensor: $0.1) }, to: path)
      #expect(try Model(small, contentsOf: path).parameters == model.parameters)

      var other = small
      other.classCount = 4
      #expect {
        try Model(other, contentsOf: path)
      } throws: {
        "\($0)".contains("linear.weight is [3, 64], expected [4, 64]")
      }
      other.depth = 16
      #expect {
        try Model(other, contentsOf: path)
      } throws: {
        // Names and shapes together, and all of them: a second block has 10 tensors in each of three groups.
        let lines = "\($0)".split(separator: "\n")
        return lines.count == 3 && lines[1].contains("expected but not found: block1.layer.1.bn1.weight")
          && lines[1].split(separator: ",").count == 30
          && lines[2].contains("of another shape: linear.weight is [3, 64], expected [4, 64], linear.bias is [3]")
      }
      let odd = model.tensors.map { (name: $0.name == "linear.bias" ? "linear.shift" : $0.name, tensor: $0.tensor) }
      try Safetensors.write(odd, to: path)
      #expect {
        try Model(small, contentsOf: path)
      } throws: {
        "\($0)".contains("not found: linear.bias\n  found but not expected: linear.shift")
      }
    }
  }

  @Test func inputNormalizationIsPartOfTheClassifier() throws {
    let small = try WideResNet(depth: 10, widenFactor: 1, classCount: 3, imageShape: [3, 8, 8])
    let model = Model(small, key: RandomKey(seed: 3))
    var stream = RandomKey(seed: 4).stream
    let images = Tensor((0..<2 * 192).map { _ in stream.uniform() }, shape: [2, 3, 8, 8])
    let (mean, deviation): ([Float], [Float]) = ([0.5, 0.4, 0.3], [0.2, 0.25, 0.5])
    var normalized = images
    for i in normalized.elements.indices {
      let c = i / 64 % 3
      normalized.elements[i] = (images.elements[i] - mean[c]) / deviation[c]
    }
    let inside = ModelClassifier(model, normalization: .init(mean: mean, deviation: deviation))
      .gradient(of: CrossEntropy(labels: [0, 2]), at: images)
    let outside = ModelClassifier(model).gradient(of: CrossEntropy(labels: [0, 2]), at: normalized)
    expectClose(inside.logits, outside.logits, atol: 1e-4)
    for i in inside.gradient.elements.indices {
      let expected = outside.gradient.elements[i] / deviation[i / 64 % 3]
      #expect(abs(inside.gradient.elements[i] - expected) <= 1e-3 * abs(expected) + 1e-4)
    }
  }
}
