import Foundation
import Networks
import Tensors
import Testing

struct ActivationFunctionTests {
  @Test func reluIsNotWrittenSoThatNoKeyChanges() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    func json(_ network: WideResNet) throws -> String { String(decoding: try encoder.encode(network), as: UTF8.self) }
    let relu = try WideResNet(depth: 10, widenFactor: 1)
    let silu = try WideResNet(depth: 10, widenFactor: 1, activation: .silu)
    #expect(!(try json(relu)).contains("activation"))
    #expect(try json(silu).contains("\"activation\":\"silu\""))
    for network in [relu, silu] {
      #expect(try JSONDecoder().decode(WideResNet.self, from: encoder.encode(network)) == network)
    }
  }

  @Test func siluChangesTheFunctionAndNotTheParameters() throws {
    func model(_ activation: ActivationFunction) throws -> Model {
      try Model(WideResNet(depth: 10, widenFactor: 1, activation: activation), key: RandomKey(seed: 1))
    }
    let (relu, silu) = (try model(.relu), try model(.silu))
    #expect(relu.parameters == silu.parameters)
    let image = Tensor((0..<3072).map { Float($0 % 256) / 255 }, shape: [1, 3, 32, 32])
    #expect(ModelClassifier(relu).logits(image) != ModelClassifier(silu).logits(image))
    // The copy with effective weights keeps the activation.
    #expect((silu.withEffectiveWeights.architecture as? WideResNet)?.activation == .silu)
  }
}
