// PGD as an evaluation: several starts, any misclassified iterate counts.

public import Objectives
public import Tensors

/// Projected gradient descent from several starts; an image is broken if any iterate of any start is misclassified.
///
/// Counting every iterate is at least as strong as counting the last one, as `PGD` in training does.
public struct RestartedPGD: Attack {
  public var pgd: PGD
  /// Number of starts, at least 1. The first is random only if `pgd.randomStart`; the others always are.
  public var restarts: Int
  public let name: String

  public init(_ pgd: PGD, restarts: Int = 1) { self.init(pgd, restarts: restarts, name: "pgd-\(pgd.steps)") }

  init(_ pgd: PGD, restarts: Int, name: String) {
    precondition(restarts >= 1, "RestartedPGD: \(restarts) restarts")
    self.pgd = pgd
    self.restarts = restarts
    self.name = name
  }

  public var threatModel: ThreatModel { pgd.threatModel }
  public func cost(classCount: Int) -> Double { Double(restarts * (2 * pgd.steps + 1)) }

  public func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    check(images, labels, indices, classifier)
    var result = AttackResult(clean: images)
    var left = result.leaveOutMisclassified(labels: labels, by: classifier).right
    for restart in 0..<restarts where !left.isEmpty {
      var positions = left
      var clean = images.gathering(positions)
      var state = PGDState(clean.shape, classCount: classifier.classCount)
      state.begin(clean)
      if pgd.randomStart || restart > 0 {
        for (row, i) in positions.enumerated() {
          pgd.start(&state.images, clean, image: row, key.split(indices[i]).split(restart))
        }
      }
      var loss = CrossEntropy(labels: labels.gathering(positions))
      for step in 0...pgd.steps {
        if step < pgd.steps {
          classifier.differentiate(
            &state.gradient, losses: &state.losses, logits: &state.logits, loss: loss, images: state.images)
        } else {
          classifier.predict(&state.logits, images: state.images)
        }
        var rows: [Int] = []
        for (row, i) in positions.enumerated() {
          if state.logits.says(labels[i], row: row) {
            rows.append(row)
          } else {
            result.accept(i, state.images, row: row)
            if state.logits.hasNaN(row: row) { result.invalidLogits[i] = true }
          }
          if step == 0 && restart == 0 && pgd.steps > 0 && state.gradient.isZero(row: row) {
            result.zeroGradient[i] = true
          }
        }
        if rows.count < positions.count {
          positions = positions.gathering(rows)
          if positions.isEmpty { break }
          clean = clean.gathering(rows)
          state.keep(rows)
          loss = CrossEntropy(labels: labels.gathering(positions))
        }
        if step < pgd.steps {
          for row in positions.indices { pgd.advance(&state.images, clean, state.gradient, image: row) }
        }
        onProgress(
          AttackProgress(
            done: (Double(restart) + Double(step + 1) / Double(pgd.steps + 1)) / Double(restarts),
            left: positions.count))
      }
      left = positions
    }
    return result
  }
}

extension Tensor {
  /// True if all elements of entry `row` along the first dimension are 0.
  func isZero(row: Int) -> Bool {
    let d = stride0
    return elements.withUnsafeBufferPointer { x in
      for j in row * d..<(row + 1) * d where x[j] != 0 { return false }
      return true
    }
  }
}
