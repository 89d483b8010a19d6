import Networks
import Tensors
import Testing
import _TestSupport

struct SpectralCheckpointTests {
  @Test func rawWeightsAreDividedByTheirSigma() throws {
    // u = (1, 0), v = (0, 1, 0): σ is the element in row 0, column 1.
    let file = try SafetensorsFile(
      bytes: Safetensors.encode([
        "module.conv1.weight_orig": .float32(Tensor([1, 4, 2, -3, 5, 6], shape: [2, 3, 1, 1])),
        "module.conv1.weight_u": .float32(Tensor([1, 0], shape: [2])),
        "module.conv1.weight_v": .float32(Tensor([0, 1, 0], shape: [3])),
        "module.bn1.bias": .float32(Tensor([7], shape: [1])),
      ]), name: "x")
    let folded = try file.foldingSpectralNorm()
    #expect(Set(folded.names) == ["module.conv1.weight", "module.bn1.bias"])
    #expect(try folded.tensor("module.conv1.weight") == Tensor([0.25, 1, 0.5, -0.75, 1.25, 1.5], shape: [2, 3, 1, 1]))
  }

  /// `spectral_norm` of the outside numbers: u and v after the iteration belong to the normalised weight.
  @Test(.requiresReference, arguments: 0..<3) func normalisedWeightsAreTheReferences(_ layer: Int) throws {
    let reference = try SafetensorsFile(contentsOf: OutsideFiles.referenceDirectory() + "/spectral_norm.safetensors")
    let file = try SafetensorsFile(
      bytes: Safetensors.encode([
        "x.weight_orig": .float32(reference.tensor("\(layer).weight_orig")),
        "x.weight_u": .float32(reference.tensor("\(layer).u_after")),
        "x.weight_v": .float32(reference.tensor("\(layer).v_after")),
      ]), name: "x")
    // σ is a Float32 sum in the reference.
    expectClose(
      try file.foldingSpectralNorm().tensor("x.weight"), try reference.tensor("\(layer).weight"), rtol: 2e-6, atol: 1e-7
    )
  }

  @Test func aWeightBesideUAndVIsRawToo() throws {
    let file = try SafetensorsFile(
      bytes: Safetensors.encode([
        "conv1.weight": .float32(Tensor([1, 4, 2, -3, 5, 6], shape: [2, 3])),
        "conv1.weight_u": .float32(Tensor([1, 0], shape: [2])),
        "conv1.weight_v": .float32(Tensor([0, 1, 0], shape: [3])),
        "bn1.weight": .float32(Tensor([7], shape: [1])),
      ]), name: "x")
    #expect(file.spectralLayers == ["conv1."] && file.isSpectralModel)
    let folded = try file.foldingSpectralNorm()
    #expect(Set(folded.names) == ["conv1.weight", "bn1.weight"] && !folded.isSpectralModel)
    #expect(try folded.tensor("conv1.weight") == Tensor([0.25, 1, 0.5, -0.75, 1.25, 1.5], shape: [2, 3]))
  }

  @Test func aSpectralModelsFileComputesTheSameFoldedAndNot() throws {
    let architecture = try WideResNet(
      depth: 10, widenFactor: 1, classCount: 4, imageShape: [3, 8, 8], spectralNormalization: true)
    let model = Model(architecture, key: RandomKey(seed: 5))
    let file = try SafetensorsFile(
      bytes: Safetensors.encode(
        Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.name, SafetensorsArray.float32($0.tensor)) })),
      name: "x"
    )
    #expect(file.isSpectralModel && file.spectralLayers.count == model.spectralNorms.count)
    var plain = Model(model.withEffectiveWeights.architecture, key: RandomKey(seed: 0))
    try plain.load(file.foldingSpectralNorm())
    // σ divides here and 1/σ multiplies there: a unit in the last place.
    expectClose(plain.parameters.values, model.effectiveParameters.values, rtol: 2e-7)
  }

  @Test func aMissingVectorIsNamed() throws {
    let file = try SafetensorsFile(
      bytes: Safetensors.encode(["a.weight_orig": .float32(Tensor([1], shape: [1, 1]))]), name: "x")
    #expect(throws: SafetensorsError.self) { try file.foldingSpectralNorm() }
  }
}
