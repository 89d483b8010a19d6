import Objectives
import Tensors
import Testing
import _TestSupport

struct MarginLossTests {
  /// `objectives` of the outside numbers, computed in Double.
  @Test(.requiresReference) func valuesAndGradientsAreTheReferences() throws {
    let file = try SafetensorsFile(contentsOf: OutsideFiles.referenceDirectory() + "/objectives.safetensors")
    let logits = try file.tensor("logits1")
    let labels = try file.int64s("labels").map(Int.init)
    let targets = try file.int64s("targets").map(Int.init)
    let losses: [(String, any LogitLoss)] = [
      ("dlr", DLR(labels: labels)), ("dlr_targeted", TargetedDLR(labels: labels, targets: targets)),
    ]
    for (name, loss) in losses {
      let (values, gradient) = loss.evaluate(logits: logits)
      // Computed in Double from Float32 logits: only the result is rounded.
      expectClose(values, try file.tensor(name + ".value").elements, rtol: 2e-7, name)
      expectClose(gradient, try file.tensor(name + ".dlogits1"), rtol: 1e-6, atol: 1e-7, name)
    }
  }

  static let rows: [[Float]] = [
    [1, 4, 2.5, -1, 0.25], [4, 1, 2, -1, 0], [-0.5, 0.5, 3, 2, 1], [2, -3, 1, 0.5, 4],
  ]

  @Test(arguments: 2...5) func gradientsAreThoseOfCentralDifferences(_ classCount: Int) {
    let rows = Self.rows.map { $0.prefix(classCount) }
    let logits = Tensor(rows.flatMap(\.self), shape: [4, classCount])
    let labels = [0, 0, 1, 1]
    let targets = [1, 1, 0, 0]
    let losses: [any LogitLoss] = [
      DLR(labels: labels), TargetedDLR(labels: labels, targets: targets),
      LogitDifference(labels: labels, targets: targets),
    ]
    for loss in losses {
      let gradient = loss.evaluate(logits: logits).gradient
      // Float32 losses: a step of 2⁻⁷ leaves about 1e-5 of rounding and 1e-4 of curvature.
      let expected = numericalGradient(
        of: { z in
          loss.evaluate(logits: Tensor(z.map { Float($0) }, shape: logits.shape)).losses.reduce(0) { $0 + Double($1) }
        }, at: logits.elements.map(Double.init), step: 0x1p-7)
      expectClose(gradient.elements, expected, atol: 5e-4, "\(type(of: loss)), \(classCount) classes")
    }
  }

  @Test func ratiosAreWrittenOut() {
    let logits = Tensor([4, 1, 2, -1, 0], shape: [1, 5])
    // Top 4, 2, 1, 0: −(4 − 2)/(4 − 1);  −(1 − 4)/(4 − 1);  −(4 − 1)/(4 − ½(1 + 0)).
    expectClose(DLR(labels: [0]).evaluate(logits: logits).losses, [-2 / 3.0], atol: 1e-6)
    expectClose(DLR(labels: [1]).evaluate(logits: logits).losses, [1], atol: 1e-6)
    expectClose(TargetedDLR(labels: [0], targets: [1]).evaluate(logits: logits).losses, [-3 / 3.5], atol: 1e-6)
    #expect(LogitDifference(labels: [0], targets: [1]).evaluate(logits: logits).losses == [-3])
  }

  @Test func fewerClassesLeaveLogitsOutOfTheDenominator() {
    let three = Tensor([4, 1, 2], shape: [1, 3])
    expectClose(TargetedDLR(labels: [0], targets: [2]).evaluate(logits: three).losses, [-2 / 3.0], atol: 1e-6)
    let two = Tensor([4, 1], shape: [1, 2])
    #expect(DLR(labels: [0]).evaluate(logits: two).losses == [-3])
    #expect(TargetedDLR(labels: [0], targets: [1]).evaluate(logits: two).losses == [-3])
  }

  @Test func ofEqualLogitsTheHigherIndexIsTheLarger() {
    let logits = Tensor([3, 3, 1, 0], shape: [1, 4])
    // The top is class 1: for label 0 the loss is 0 with a gradient towards class 1.
    let (values, gradient) = DLR(labels: [0]).evaluate(logits: logits)
    #expect(values == [0])
    expectClose(gradient.elements, [-0.5, 0.5, 0, 0], atol: 1e-6)
    #expect(logits.classesByLogit(row: 0) == [1, 0, 2, 3])
  }

  @Test func aNaNLogitSaysNoClass() {
    let logits = Tensor([3, .nan, 1, 0, 2, 2, 1, 0], shape: [2, 4])
    #expect(!logits.says(0, row: 0) && logits.hasNaN(row: 0) && logits.margin(0, row: 0).isNaN)
    #expect(logits.says(0, row: 1) && !logits.says(1, row: 1) && logits.margin(1, row: 1) == 0)
  }
}
