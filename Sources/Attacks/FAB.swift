// The fast adaptive boundary attack and its targeted form. Croce & Hein, ICML 2020, arXiv:1907.02044, Algorithm 1; the
// targeted form and the constants are those of AutoAttack, arXiv:2003.01690, §4.

public import Objectives
public import Tensors

/// Looks for the smallest perturbation that changes the class, by steps onto the linearised decision boundary.
///
/// The threat model's ε decides which perturbations count; the search itself does not know it.
public struct FAB: Attack {
  public var threatModel: ThreatModel
  /// Target classes, the 2nd, 3rd, … of the clean logits in turn, at most K − 1; 0 looks at all boundaries at once.
  public var targets: Int
  /// Steps of a start; at least 1.
  public var iterations: Int
  /// Starts, for each target class if there are any; at least 1. The first is at the clean image, the others at random
  /// at half of ε.
  public var restarts: Int
  /// Halvings of the segment from the clean image to the one found, after each start (final search, §2.2 of the paper,
  /// here by bisection). AutoAttack's implementation has none and stays up to 0.5 % above the boundary.
  public var halvings: Int

  static let alphaMax: Float = 0.1  // largest weight of the step from the clean image, §2.3
  static let eta: Float = 1.05  // overshoot, §2.3
  static let beta: Float = 0.9  // what is left of the perturbation after a success, §2.4

  public init(threatModel: ThreatModel, targets: Int = 9, iterations: Int = 100, restarts: Int = 1, halvings: Int = 10)
  {
    precondition(
      iterations >= 1 && restarts >= 1 && targets >= 0 && halvings >= 0,
      "FAB: \(iterations) iterations, \(restarts) restarts, \(targets) targets, \(halvings) halvings")
    self.halvings = halvings
    self.threatModel = threatModel
    self.targets = targets
    self.iterations = iterations
    self.restarts = restarts
  }

  public var name: String { targets > 0 ? "fab-t" : "fab" }
  public func cost(classCount: Int) -> Double {
    let gradients = targets > 0 ? 1 : classCount - 1
    return Double(rounds(classCount) * (iterations * (2 * gradients + 1) + halvings))
  }

  public func remarks(classCount: Int) -> [EvaluationWarning] {
    targets > classCount - 1 ? [.fewTargets(attack: name, used: classCount - 1, standard: targets)] : []
  }

  private func rounds(_ classCount: Int) -> Int { max(min(targets, classCount - 1), 1) * restarts }

  public func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    search(images, labels, classifier, key, indices, stopsWhenBroken: true, onProgress).result
  }

  /// The smallest perturbation found for each image, whatever ε is: its length, and the image.
  ///
  /// The length is 0 for an image that is misclassified as it is, and infinite where nothing was found.
  public func minimalPerturbations(
    of images: Tensor, labels: [Int], by classifier: some Classifier, key: RandomKey, indices: [Int]? = nil
  ) -> (lengths: [Float], images: Tensor) {
    let found = search(
      images, labels, classifier, key, indices ?? Array(0..<labels.count), stopsWhenBroken: false
    ) { _ in }
    return (found.lengths, found.result.images)
  }

  /// Minimal perturbations towards one given class an image.
  package func minimalPerturbations(
    of images: Tensor, labels: [Int], towards targets: [Int], by classifier: some Classifier
  ) -> [Float] {
    var search = BoundarySearch(
      attack: self, clean: images, start: images, labels: labels, targets: targets, classCount: classifier.classCount)
    search.run(on: classifier, stopsWithin: nil) { _, _ in }
    return search.lengths
  }

  private func search(
    _ images: Tensor, _ labels: [Int], _ classifier: some Classifier, _ key: RandomKey, _ indices: [Int],
    stopsWhenBroken: Bool, _ onProgress: (AttackProgress) -> Void
  ) -> (result: AttackResult, lengths: [Float]) {
    check(images, labels, indices, classifier)
    var result = AttackResult(clean: images)
    let (right, logits) = result.leaveOutMisclassified(labels: labels, by: classifier)
    var left = right
    var lengths = result.broken.map { $0 ? Float(0) : .infinity }
    let rounds = rounds(classifier.classCount)
    for round in 0..<rounds where !left.isEmpty {
      let target = round / restarts
      let clean = images.gathering(left)
      var start = clean
      if round % restarts > 0 {
        for (row, i) in left.enumerated() {
          let key = key.split(indices[i]).split(target).split(round % restarts)
          threatModel.startOnSurface(&start, clean: clean, row: row, key, scale: 0.5)
        }
      }
      var search = BoundarySearch(
        attack: self, clean: clean, start: start, labels: labels.gathering(left),
        targets: targets > 0 ? left.map { logits.target(target, label: labels[$0], row: $0) } : [],
        classCount: classifier.classCount)
      search.run(on: classifier, stopsWithin: stopsWhenBroken ? threatModel.epsilon : nil) { iteration, count in
        onProgress(
          AttackProgress(
            done: (Double(round) + Double(iteration) / Double(iterations)) / Double(rounds), left: count))
      }
      for (row, i) in left.enumerated() {
        if round == 0 && search.zeroGradient[row] { result.zeroGradient[i] = true }
        if search.invalidLogits[row] { result.invalidLogits[i] = true }
        if !(search.lengths[row] < lengths[i]) { continue }
        lengths[i] = search.lengths[row]
        if !stopsWhenBroken || lengths[i] <= threatModel.epsilon {
          result.accept(i, search.adversarial, row: row)
          result.broken[i] = lengths[i] <= threatModel.epsilon
        }
      }
      if stopsWhenBroken { left = left.filter { !result.broken[$0] } }
    }
    return (result, lengths)
  }
}
