// Spectral normalisation against PyTorch's (`spectral_norm` of the outside numbers), and what it means for a network.

import Foundation
import Networks
import Tensors
import Testing
import _TestSupport

struct SpectralNormalizationTests {
  /// σ after some power iterations of one layer, and where u and v are then.
  private func iterate(_ weight: Tensor, u: Tensor, v: Tensor, times: Int) -> (sigma: Double, u: [Float], v: [Float]) {
    let norm = SpectralNorm(alone: "layer", rows: u.count, columns: v.count)
    var power = u.elements + v.elements
    var scratch = [Double](repeating: 0, count: power.count)
    for _ in 0..<times { norm.iterate(&power, parameters: weight.elements, scratch: &scratch) }
    let sigma = norm.sigma(power, parameters: weight.elements)
    return (sigma, Array(power[..<u.count]), Array(power[u.count...]))
  }

  @Test(.requiresReference, arguments: 0..<3)
  func aPowerIterationAndItsGradientAgreeWithPyTorch(_ layer: Int) throws {
    let file = try SafetensorsFile(contentsOf: OutsideFiles.referenceDirectory() + "/spectral_norm.safetensors")
    func read(_ name: String) throws -> Tensor { try file.tensor("\(layer).\(name)") }
    let raw = try read("weight_orig")
    let found = iterate(raw, u: try read("u"), v: try read("v"), times: 1)
    expectClose(found.u, try read("u_after").elements, atol: 1e-6)  // rounded once, PyTorch's sums are in Float32
    expectClose(found.v, try read("v_after").elements, atol: 1e-6)
    expectClose(found.sigma, Double(try read("sigma_estimate").elements[0]), rtol: 1e-6)
    let effective = raw.elements.map { $0 * Float(1 / found.sigma) }
    expectClose(effective, try read("weight").elements, rtol: 2e-6, atol: 1e-7)

    // G, the gradient by the effective weight, with plain loops.
    let (x, dy) = (try read("x"), try read("dy"))
    let s = raw.shape.dimensions + (raw.shape.rank == 2 ? [1, 1] : [])
    let (h, w) = raw.shape.rank == 2 ? (1, 1) : (x.shape[2], x.shape[3])
    let (out, channels, k) = (s[0], s[1], s[2])
    var g = [Float](repeating: 0, count: raw.count)
    for o in 0..<out {
      for c in 0..<channels {
        for a in 0..<k {
          for b in 0..<k {
            var sum = 0.0
            for n in 0..<x.shape[0] {
              for i in 0..<h {
                for j in 0..<w {
                  let (r, t) = (i + a - k / 2, j + b - k / 2)
                  if r < 0 || r >= h || t < 0 || t >= w { continue }
                  sum +=
                    Double(dy.elements[((n * out + o) * h + i) * w + j])
                    * Double(x.elements[((n * channels + c) * h + r) * w + t])
                }
              }
            }
            g[((o * channels + c) * k + a) * k + b] = Float(sum)
          }
        }
      }
    }
    let norm = SpectralNorm(alone: "layer", rows: out, columns: raw.count / out)
    norm.backward(&g, power: found.u + found.v, parameters: raw.elements, sigma: found.sigma)
    expectClose(g, try read("dweight_orig").elements, rtol: 1e-5, atol: 1e-5)  // sums of 50 products
  }

  @Test(.requiresReference) func manyIterationsFindTheExactNorm() throws {
    let file = try SafetensorsFile(contentsOf: OutsideFiles.referenceDirectory() + "/spectral_norm.safetensors")
    for layer in 0..<3 {
      let found = iterate(
        try file.tensor("\(layer).weight_orig"), u: try file.tensor("\(layer).u"), v: try file.tensor("\(layer).v"),
        times: 500)
      let exact = Double(try file.tensor("\(layer).sigma_exact").elements[0])
      expectClose(found.sigma, exact, rtol: 1e-5, "layer \(layer)")
      #expect(found.sigma <= exact * (1 + 1e-6), "an estimate from below")
    }
    for operatorIndex in 0..<2 {
      let weight = try file.tensor("operator\(operatorIndex).weight")
      let (rows, columns) = (weight.shape[0], weight.stride0)
      let found = iterate(
        weight, u: Tensor(repeating: 1, shape: [rows]), v: Tensor(shape: [columns]), times: 500)
      let reshaped = Double(try file.tensor("operator\(operatorIndex).reshaped_norm").elements[0])
      expectClose(found.sigma, reshaped, rtol: 1e-5)
      // The norm as a map of images is another number, at most √(kh·kw) times this one.
      let norm = Double(try file.tensor("operator\(operatorIndex).norm_exact").elements[0])
      #expect(norm <= 3 * found.sigma && norm != found.sigma)
    }
  }

  private static func small(_ spectral: Bool) throws -> WideResNet {
    try WideResNet(
      depth: 10, widenFactor: 2, classCount: 4, imageShape: [3, 8, 8], spectralNormalization: spectral)
  }

  private let images = Tensor((0..<2 * 192).map { Float($0 % 23) / 23 }, shape: [2, 3, 8, 8])

  @Test func everyConvolutionAndTheLinearLayerHaveNormOne() throws {
    var model = Model(try Self.small(true), key: RandomKey(seed: 5))
    model.iteratePower(300)
    let names = model.spectralNorms.map(\.name)
    #expect(names.count == 11)  // stem, three blocks of two and a shortcut each, linear
    #expect(
      Set(names.map { $0 + ".weight" }) == Set(model.parameters.layout.entries.filter { $0.shape.rank > 1 }.map(\.name))
    )
    var again = model.withEffectiveWeights
    #expect(again.spectralNorms.isEmpty)
    again = Model(try Self.small(true), key: RandomKey(seed: 6))
    again.parameters = model.effectiveParameters
    again.iteratePower(300)
    for (name, sigma) in again.spectralNorms { expectClose(sigma, 1, rtol: 1e-4, name) }
  }

  @Test func rawWeightsHaveNoScaleAndEffectiveOnesComputeTheSame() throws {
    let model = Model(try Self.small(true), key: RandomKey(seed: 5))
    let logits = ModelClassifier(model).logits(images)
    // 1/σ is rounded before it multiplies in one of them: a few units of 2⁻²⁴ over 10 layers.
    expectClose(ModelClassifier(model.withEffectiveWeights).logits(images), logits, rtol: 1e-4, atol: 1e-5)
    var scaled = model
    for entry in model.parameters.layout.entries where entry.shape.rank > 1 {
      for i in entry.range { scaled.parameters.values[i] *= 3 }
    }
    expectClose(ModelClassifier(scaled).logits(images), logits, rtol: 1e-4, atol: 1e-5)
  }

  @Test func checkpointsHoldRawWeightsWithUAndV() throws {
    let model = Model(try Self.small(true), key: RandomKey(seed: 5))
    let names = model.tensors.map(\.name)
    #expect(names.contains("conv1.weight_u") && names.contains("linear.weight_v"))
    try withTemporaryFolder { folder in
      let path = folder + "/model.safetensors"
      try model.write(to: path)
      let back = try Model(model.architecture, contentsOf: path)
      #expect(back.parameters == model.parameters && back.power == model.power)
      // As PyTorch's hook names them.
      let hooked = model.tensors.map { name, tensor in
        (name: tensor.shape.rank > 1 ? name + "_orig" : name, tensor: tensor)
      }
      try Safetensors.write(hooked, to: path)
      #expect(try Model(model.architecture, contentsOf: path).parameters == model.parameters)
      #expect(throws: ModelFileError.self) { try Model(Self.small(false), contentsOf: path) }
    }
  }

  @Test func theOptionIsEncodedOnlyWhenItIsOn() throws {
    func text(_ spectral: Bool) throws -> String {
      String(decoding: try JSONEncoder().encode(try Self.small(spectral)), as: UTF8.self)
    }
    #expect(try !text(false).contains("spectral"))
    for spectral in [false, true] {
      let back = try JSONDecoder().decode(WideResNet.self, from: Data(text(spectral).utf8))
      #expect(back == (try Self.small(spectral)))
    }
  }
}
