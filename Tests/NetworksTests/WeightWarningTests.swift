import Networks
import Tensors
import Testing

struct WeightWarningTests {
  private func network() throws -> Model {
    Model(try WideResNet(named: "wrn-10-1", imageShape: [3, 8, 8]), key: RandomKey(seed: 1))
  }

  @Test func `a network as it is made has nothing doubtful, with and without its file`() throws {
    var spectral = try WideResNet(named: "wrn-10-1", imageShape: [3, 8, 8])
    spectral.spectralNormalization = true
    for model in [try network(), Model(spectral, key: RandomKey(seed: 2))] {
      let arrays = Dictionary(
        uniqueKeysWithValues: model.tensors.map { ($0.name, SafetensorsArray.float32($0.tensor)) })
      let file = try SafetensorsFile(bytes: Safetensors.encode(arrays), name: "x")
      #expect(model.warnings(source: "x", file: file) == [])
    }
  }

  @Test(arguments: [Float.infinity, -.infinity, .nan]) func `a value that is no number is found in any tensor`(
    _ value: Float
  ) throws {
    for name in ["linear.bias", "conv1.weight", "block1.layer.0.bn1.weight"] {
      var model = try network()
      model.parameters[name].elements[0] = value
      let found = model.warnings(source: "a.safetensors")
      #expect(found.map(\.tensor) == [name])
      let count = model.parameters[name].shape.count
      #expect(found.map(\.problem) == [.notFinite(count: 1, of: count)])
      #expect(found[0].description.hasPrefix("warning: a.safetensors: \(name) 1 of \(count) values is infinite"))
    }
    var model = try network()
    model.statistics["bn1.running_mean"].elements[1] = value
    #expect(model.warnings(source: "a").map(\.tensor) == ["bn1.running_mean"])
  }

  @Test(arguments: [Float(0), -0, -1e-6]) func `variances that are 0 or less are found, and means are not`(
    _ value: Float
  ) throws {
    var model = try network()
    model.statistics["bn1.running_mean"].elements[0] = value
    #expect(model.warnings(source: "a") == [])
    model.statistics["bn1.running_var"].elements[0] = value
    model.statistics["bn1.running_var"].elements[3] = value
    let found = model.warnings(source: "a")
    #expect(found.map(\.problem) == [.variances(count: 2, of: 64)])
    #expect(found[0].description.contains("2 of 64 running variances are 0 or less"))
  }

  @Test func `a weight that is 0 everywhere is found, and a bias is not`() throws {
    var model = try network()
    model.parameters["linear.bias"].elements = model.parameters["linear.bias"].elements.map { _ in 0 }
    #expect(model.warnings(source: "a") == [])
    model.parameters["linear.weight"].elements = model.parameters["linear.weight"].elements.map { _ in 0 }
    #expect(model.warnings(source: "a").map(\.problem) == [.allZero])
  }

  @Test func `weights that are declared as whole numbers are found, and counters are not`() throws {
    let model = try network()
    var arrays = Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.name, SafetensorsArray.float32($0.tensor)) })
    arrays["bn1.num_batches_tracked"] = .int64([3], [])
    arrays["linear.bias"] = .int64([Int64](repeating: 1, count: 10), [10])
    arrays["bn1.weight"] = .uint8([UInt8](repeating: 1, count: 64), [64])
    let file = try SafetensorsFile(bytes: Safetensors.encode(arrays), name: "x")
    let loaded = try {
      var loaded = model
      try loaded.load(file)
      return loaded
    }()
    let found = loaded.warnings(source: "x", file: file)
    #expect(found.map(\.tensor) == ["bn1.weight", "linear.bias"])
    #expect(found.map(\.problem) == [.integers(.u8), .integers(.i64)])
  }
}
