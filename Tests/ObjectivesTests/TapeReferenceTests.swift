// Every built-in formula against values and gradients that PyTorch computed in float64 and stored as float32.

import Objectives
import Tensors
import Testing
import _TestSupport

/// The reference is float32 of float64 numbers, and so are our gradients: half an ulp each.
private let rtol = 2e-7
private let atol = 1e-9

@Suite(.requiresReference) struct TapeReferenceTests {
  let file: SafetensorsFile
  let first: Tensor
  let second: Tensor
  let labels: [Int]

  init() throws {
    file = try SafetensorsFile(contentsOf: OutsideFiles.referenceDirectory() + "/objectives.safetensors")
    first = try file.tensor("logits1")
    second = try file.tensor("logits2")
    labels = try file.int64s("labels").map(Int.init)
  }

  private func check(_ divergence: Divergence, temperature: Double, _ name: String) throws {
    var values = [Double](repeating: 0, count: 6)
    var dFirst = Tensor(shape: first.shape)
    var dSecond = Tensor(shape: first.shape)
    var workspace = LossWorkspace()
    divergence.evaluate(
      values: &values, dFirst: &dFirst, dSecond: &dSecond, first: first, second: second, temperature: temperature,
      workspace: &workspace)
    let expected = try file.float64s(name + ".value")
    // One number stands for the mean over the batch, and its gradient for that of the mean.
    let scale: Float = expected.count == 1 ? 1.0 / 6 : 1
    expectClose(
      expected.count == 1 ? [values.reduce(0, +) / 6] : values, expected, rtol: rtol, atol: atol, name + ".value")
    expectClose(
      dFirst.elements.map { $0 * scale }, try file.float64s(name + ".dlogits1"), rtol: rtol, atol: atol, name)
    expectClose(
      dSecond.elements.map { $0 * scale }, try file.float64s(name + ".dlogits2"), rtol: rtol, atol: atol, name)
  }

  @Test(
    arguments: [
      (Divergence.jensenShannon, "h_js"), (.hMin, "h_min"), (.hMinAsReleased, "h_min_as_released"),
      (.kullbackLeibler, "kl"),
    ], [0.5, 1.0])
  func divergencesAgree(_ divergence: (Divergence, String), temperature: Double) throws {
    try check(divergence.0, temperature: temperature, "\(divergence.1).T\(temperature)")
  }

  @Test func logitPairingAgrees() throws { try check(.logitPairing, temperature: 1, "alp") }

  @Test(arguments: [(TracedPairLoss.trades(beta: 6), "trades_kl.beta6"), (.mart(beta: 6), "mart.beta6")])
  func pairLossesAgree(_ loss: (TracedPairLoss, String)) throws {
    var losses = [Double](repeating: 0, count: 6)
    var dAdversarial = Tensor(shape: first.shape)
    var dNatural = Tensor(shape: first.shape)
    var workspace = LossWorkspace()
    loss.0.evaluate(
      losses: &losses, dAdversarial: &dAdversarial, dNatural: &dNatural, adversarial: first, natural: second,
      labels: labels, workspace: &workspace)
    expectClose([losses.reduce(0, +) / 6], try file.float64s(loss.1 + ".value"), rtol: rtol, atol: atol, loss.1)
    expectClose(
      dAdversarial.elements.map { $0 / 6 }, try file.float64s(loss.1 + ".dlogits1"), rtol: rtol, atol: atol, loss.1)
    expectClose(
      dNatural.elements.map { $0 / 6 }, try file.float64s(loss.1 + ".dlogits2"), rtol: rtol, atol: atol, loss.1)
  }

  @Test func crossEntropyAgrees() throws {
    let (losses, gradient) = TracedLoss.crossEntropy.labeled(labels).evaluate(logits: first)
    expectClose(losses, try file.float64s("cross_entropy.value"), rtol: rtol, atol: atol)
    expectClose(gradient.elements, try file.float64s("cross_entropy.dlogits1"), rtol: rtol, atol: atol)
  }
}
