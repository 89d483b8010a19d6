// A WRN-10-1 trained elsewhere, one step of it: `wrn_step` of the outside numbers (PyTorch, float32).

import Networks
import Objectives
import Tensors
import Testing
import _TestSupport

@Suite(.requiresReference) struct ReferenceStepTests {
  let file: SafetensorsFile
  let model: Model
  let images: Tensor
  let labels: [Int]

  init() throws {
    let folder = try OutsideFiles.referenceDirectory()
    file = try SafetensorsFile(contentsOf: folder + "/wrn_step.safetensors")
    model = try Model(WideResNet(depth: 10, widenFactor: 1), contentsOf: folder + "/wrn-10-1-cifar10.safetensors")
    images = try file.tensor("images")
    labels = try file.int64s("labels").map(Int.init)
  }

  @Test func evaluationLogitsAndImageGradients() throws {
    let classifier = ModelClassifier(model, threads: 2, microBatch: 5)
    let result = classifier.gradient(of: CrossEntropy(labels: labels), at: images)
    expectClose(result.logits, try file.tensor("evaluation.logits"), atol: 2e-5)  // 576-term Float32 sums, 9 layers
    expectClose(result.gradient, try file.tensor("evaluation.dimages_sum_ce"), rtol: 1e-3, atol: 2e-5)
  }

  @Test func trainingLogitsGradientsAndRunningStatistics() throws {
    let loaded = LoadedNetwork(model.architecture)
    loaded.load(model, threads: 1)
    let pass = loaded.engine.makePass(capacity: 16, for: .training)
    var logits = Tensor(shape: [16, 10])
    logits.elements.withUnsafeMutableBufferPointer { z in
      images.elements.withUnsafeBufferPointer {
        pass.forward(z.baseAddress!, images: $0.baseAddress!, n: 16, statistics: .batch)
      }
    }
    expectClose(logits, try file.tensor("training.logits"), atol: 5e-5)
    var dLogits = CrossEntropy(labels: labels).evaluate(logits: logits).gradient
    for i in dLogits.elements.indices { dLogits.elements[i] /= 16 }
    var gradient = NamedVector(model.parameters.layout)
    var dImages = Tensor(shape: images.shape)
    gradient.values.withUnsafeMutableBufferPointer { g in
      dImages.elements.withUnsafeMutableBufferPointer { dx in
        dLogits.elements.withUnsafeBufferPointer {
          pass.backward(dImages: dx.baseAddress!, gradient: g.baseAddress!, dLogits: $0.baseAddress!, n: 16)
        }
      }
    }
    expectClose(dImages, try file.tensor("training.dimages"), rtol: 1e-3, atol: 2e-5, "dimages")
    for (name, tensor) in gradient.tensors {
      // Sums of up to 16·1024 products; the smallest gradients are differences of large ones.
      expectClose(tensor, try file.tensor("training.grad." + name), rtol: 1e-3, atol: 2e-5, name)
    }
    // The outside file holds the statistics from before this pass under "after", so plain loops in Double say what they
    // should be: 0.9·old + 0.1·(mean, unbiased variance).
    var expected = model.statistics.tensors.reduce(into: [:]) { $0[$1.name] = $1.tensor.elements.map(Double.init) }
    var oracle = PlainNetwork(
      depth: 10, widenFactor: 1, classCount: 10, parameters: model.parameters.tensors,
      statistics: model.statistics.tensors)
    oracle.observe = { name, mean, variance in
      for (kind, new) in [("mean", mean), ("var", variance)] {
        let name = "\(name).running_\(kind)"
        expected[name] = zip(expected[name]!, new).map { 0.9 * $0 + 0.1 * $1 }
      }
    }
    _ = oracle.logits(Volume(images), training: true)
    var running = model.statistics
    pass.updateRunning(&running.values, n: 16, momentum: 0.1)
    for (name, tensor) in running.tensors {
      expectClose(tensor.elements, expected[name]!, rtol: 2e-5, atol: 2e-6, name)
    }
  }
}
