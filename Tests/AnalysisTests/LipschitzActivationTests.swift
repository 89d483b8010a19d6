import Analysis
import Networks
import Tensors
import Testing

struct LipschitzActivationTests {
  @Test func aNetworkWithSiLUIsRefused() throws {
    let model = try Model(WideResNet(depth: 10, widenFactor: 1, activation: .silu), key: RandomKey(seed: 1))
    #expect(throws: LipschitzError.activation(.silu)) { try LipschitzBound(of: model) }
  }
}
