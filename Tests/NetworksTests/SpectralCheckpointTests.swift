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

  @Test func aMissingVectorIsNamed() throws {
    let file = try SafetensorsFile(
      bytes: Safetensors.encode(["a.weight_orig": .float32(Tensor([1], shape: [1, 1]))]), name: "x")
    #expect(throws: SafetensorsError.self) { try file.foldingSpectralNorm() }
  }
}
