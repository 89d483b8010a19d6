import Objectives
import Tensors
import Testing
import _TestSupport

struct EnsembleClassifierTests {
  static let a = LinearClassifier(weights: [[1, -2, 0.5, 0], [-1, 1, 0.5, 2]], imageShape: [1, 2, 2])
  static let b = LinearClassifier(weights: [[3, 0, -1, 1], [0, 1, 1, 1]], bias: [0.5, -0.5], imageShape: [1, 2, 2])
  /// The classifier whose weights are the means.
  static let mean = LinearClassifier(
    weights: [[2, -1, -0.25, 0.5], [-0.5, 1, 0.75, 1.5]], bias: [0.25, -0.25], imageShape: [1, 2, 2])
  static let images = Tensor([0.1, 0.9, 0.3, 0.2, 0.7, 0.4, 0.5, 0], shape: [2, 1, 2, 2])

  @Test func logitsAreTheMean() {
    let ensemble = EnsembleClassifier([Self.a, Self.b])
    expectClose(ensemble.logits(Self.images), Self.mean.logits(Self.images), atol: 1e-6)
  }

  @Test func theGradientIsThatOfTheMeanLogitsEndToEnd() {
    let ensemble = EnsembleClassifier([Self.a, Self.b])
    let loss = CrossEntropy(labels: [0, 1])
    let found = ensemble.gradient(of: loss, at: Self.images)
    let expected = Self.mean.gradient(of: loss, at: Self.images)
    expectClose(found.gradient, expected.gradient, atol: 1e-6)
    expectClose(found.losses, expected.losses, atol: 1e-6)
    expectClose(found.logits, expected.logits, atol: 1e-6)
  }

  @Test func oneMemberIsThatMember() {
    let ensemble = EnsembleClassifier([Self.a])
    #expect(ensemble.logits(Self.images) == Self.a.logits(Self.images))
    let loss = CrossEntropy(labels: [0, 1])
    #expect(ensemble.gradient(of: loss, at: Self.images) == Self.a.gradient(of: loss, at: Self.images))
  }
}
