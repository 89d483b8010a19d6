// Auto-PGD and its targeted form. Croce & Hein, ICML 2020, arXiv:2003.01690, Algorithm 1 and §4.1; constants of the
// reference implementation.

public import Objectives
public import Tensors

/// Projected gradient ascent with momentum that chooses its step size itself.
public struct APGD: Attack {
  /// What is raised.
  public enum Loss: String, Hashable, Sendable, Codable {
    case crossEntropy = "ce"
    case dlr
    /// Targeted DLR, for the 2nd, 3rd, … class of the clean logits in turn.
    case targetedDLR = "t"
  }

  public var threatModel: ThreatModel
  public var loss: Loss
  /// Steps of a start; at least 1.
  public var iterations: Int
  /// Random starts, for each target class if the loss has targets; at least 1.
  public var restarts: Int
  /// Target classes; at most K − 1 are used. Of no meaning for the other losses.
  public var targets: Int

  public init(threatModel: ThreatModel, loss: Loss, iterations: Int = 100, restarts: Int = 1, targets: Int = 9) {
    precondition(
      iterations >= 1 && restarts >= 1 && targets >= 1,
      "APGD: \(iterations) iterations, \(restarts) restarts, \(targets) targets")
    self.threatModel = threatModel
    self.loss = loss
    self.iterations = iterations
    self.restarts = restarts
    self.targets = targets
  }

  public var name: String { "apgd-" + loss.rawValue }
  public func cost(classCount: Int) -> Double { Double(rounds(classCount) * (2 * iterations + 2)) }

  public func remarks(classCount: Int) -> [EvaluationWarning] {
    var found: [EvaluationWarning] = []
    if loss == .targetedDLR && targets > classCount - 1 {
      found.append(.fewTargets(attack: name, used: classCount - 1, standard: targets))
    }
    if (loss == .targetedDLR && classCount < 4) || (loss == .dlr && classCount < 3) {
      found.append(.simplifiedLoss(attack: name, classCount: classCount))
    }
    return found
  }

  /// (target, restart) pairs.
  private func rounds(_ classCount: Int) -> Int { (loss == .targetedDLR ? min(targets, classCount - 1) : 1) * restarts }

  public func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    check(images, labels, indices, classifier)
    var result = AttackResult(clean: images)
    let (right, logits) = result.leaveOutMisclassified(labels: labels, by: classifier)
    var left = right
    let rounds = rounds(classifier.classCount)
    for round in 0..<rounds where !left.isEmpty {
      let target = round / restarts
      let clean = images.gathering(left)
      var start = clean
      for (row, i) in left.enumerated() {
        let key = key.split(indices[i]).split(target).split(round % restarts)
        threatModel.startOnSurface(&start, clean: clean, row: row, key)
      }
      var ascent = Ascent(
        attack: self, clean: clean, start: start, labels: labels.gathering(left),
        targets: loss == .targetedDLR ? left.map { logits.target(target, label: labels[$0], row: $0) } : [],
        classCount: classifier.classCount)
      ascent.run(on: classifier, stopsWhenBroken: true) { iteration, count in
        onProgress(
          AttackProgress(
            done: (Double(round) + Double(iteration) / Double(iterations)) / Double(rounds), left: count))
      }
      for (row, i) in left.enumerated() {
        if round == 0 && ascent.zeroGradient[row] { result.zeroGradient[i] = true }
        if ascent.invalidLogits[row] { result.invalidLogits[i] = true }
        if ascent.broken[row] { result.accept(i, ascent.adversarial, row: row) }
      }
      left = zip(left, ascent.broken).filter { !$0.1 }.map(\.0)
    }
    return result
  }

  /// One start at `start`, to its last iteration for all images.
  package func trajectory(
    from start: Tensor, clean: Tensor, labels: [Int], targets: [Int] = [], of classifier: some Classifier
  ) -> (bestLosses: [Float], best: Tensor, broken: [Bool]) {
    var ascent = Ascent(
      attack: self, clean: clean, start: start, labels: labels, targets: targets, classCount: classifier.classCount)
    ascent.run(on: classifier, stopsWhenBroken: false) { _, _ in }
    return (ascent.bestLosses, ascent.best, ascent.broken)
  }
}

extension Tensor {
  /// The class of rank `rank` (0 is the first after the label) of row `row` of clean logits `[N, K]`.
  package func target(_ rank: Int, label: Int, row: Int) -> Int {
    classesByLogit(row: row).filter { $0 != label }[rank]
  }
}

extension ThreatModel {
  /// A random start on the surface of the ball, clipped to [0, 1].
  ///
  ///     linf   t = 2U − 1;        x = clip(x₀ + ε·t/max|t|)
  ///     l2     t = normal draws;  x = clip(x₀ + ε·t/‖t‖)
  ///
  /// - Parameter scale: factor on ε.
  func startOnSurface(_ images: inout Tensor, clean: Tensor, row: Int, _ key: RandomKey, scale: Float = 1) {
    let d = clean.stride0
    var stream = key.stream
    images.elements.withUnsafeMutableBufferPointer { x in
      clean.elements.withUnsafeBufferPointer { x0 in
        let x = x.baseAddress! + row * d
        let x0 = x0.baseAddress! + row * d
        var length = 0.0
        for j in 0..<d {
          x[j] = norm == .linf ? stream.uniform(-1, 1) : stream.normal()
          length = norm == .linf ? max(length, Double(abs(x[j]))) : length + Double(x[j]) * Double(x[j])
        }
        if norm == .l2 { length = length.squareRoot() }
        let factor = epsilon * scale / Float(length + 1e-12)
        for j in 0..<d { x[j] = min(max(x0[j] + factor * x[j], 0), 1) }
        project(x, clean: x0, count: d)
      }
    }
  }

  /// Length of x − clean in this norm.
  package func distance(_ x: UnsafePointer<Float>, _ clean: UnsafePointer<Float>, count: Int) -> Float {
    switch norm {
    case .linf:
      var top: Float = 0
      for j in 0..<count { top = max(top, abs(x[j] - clean[j])) }
      return top
    case .l2:
      var square = 0.0
      for j in 0..<count { square += Double(x[j] - clean[j]) * Double(x[j] - clean[j]) }
      return Float(square.squareRoot())
    }
  }

  /// Length of row `row` of images − row `cleanRow` of clean.
  package func distance(_ images: Tensor, row: Int, clean: Tensor, row cleanRow: Int) -> Float {
    let d = clean.stride0
    return images.elements.withUnsafeBufferPointer { x in
      clean.elements.withUnsafeBufferPointer { x0 in
        distance(x.baseAddress! + row * d, x0.baseAddress! + cleanRow * d, count: d)
      }
    }
  }
}
