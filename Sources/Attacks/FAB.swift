// The fast adaptive boundary attack and its targeted form. Croce & Hein, ICML 2020, arXiv:1907.02044, Algorithm 1; the
// targeted form and the constants are those of AutoAttack, arXiv:2003.01690, §4.

internal import Basics
public import Objectives
public import Tensors

/// Looks for the smallest perturbation that changes the class, by steps onto the linearised decision boundary.
///
/// The threat model's ε decides which perturbations count; the search itself does not know it.
public struct FAB: Attack {
  /// Which perturbations count.
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

  /// AutoAttack's constants, unless others are given.
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

  /// `fab-t` if there are targets, else `fab`.
  public var name: String { targets > 0 ? "fab-t" : "fab" }
  /// Gradients of one boundary or of all, and a look at the result, for each iteration; and the halvings.
  public func cost(classCount: Int) -> Double {
    let gradients = targets > 0 ? 1 : classCount - 1
    return Double(rounds(classCount) * (iterations * (2 * gradients + 1) + halvings))
  }

  /// Throws `AttackError` unless all numbers are in their ranges, and at most what an evaluation could ever take.
  public func validate(imageShape: Shape) throws(AttackError) {
    try AttackError.require("targets", targets, in: 0...1_000_000)
    try AttackError.require("iterations", iterations, in: 1...1_000_000)
    try AttackError.require("restarts", restarts, in: 1...10_000)
    try AttackError.require("halvings", halvings, in: 0...1000)
    try threatModel.validate(imageShape: imageShape)
  }

  /// Says where there are fewer target classes than asked for.
  public func remarks(classCount: Int) -> [EvaluationWarning] {
    targets > classCount - 1 ? [.fewTargets(attack: name, used: classCount - 1, standard: targets)] : []
  }

  private func rounds(_ classCount: Int) -> Int { max(min(targets, classCount - 1), 1) * restarts }

  /// Searches from one start after the other until a perturbation of at most ε is found.
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
      let clean = images.gathering(left)
      var search = BoundarySearch(
        attack: self, clean: clean, start: start(round, clean, left.map { key.split(indices[$0]) }),
        labels: labels.gathering(left),
        targets: targets > 0 ? left.map { logits.target(round / restarts, label: labels[$0], row: $0) } : [],
        classCount: classifier.classCount)
      search.run(on: classifier, stopsWithin: stopsWhenBroken ? threatModel.epsilon : nil) { iteration, count in
        onProgress(
          AttackProgress(
            done: (Double(round) + Double(iteration) / Double(iterations)) / Double(rounds), left: count))
      }
      take(search, of: left, isFirst: round == 0, stopsWhenBroken, &result, &lengths)
      if stopsWhenBroken { left = left.filter { !result.broken[$0] } }
    }
    return (result, lengths)
  }

  /// Starts of a round around `clean`, drawn from one key a row.
  private func start(_ round: Int, _ clean: Tensor, _ keys: [RandomKey]) -> Tensor {
    var start = clean
    if round % restarts == 0 { return start }
    for (row, key) in keys.enumerated() {
      threatModel.startOnSurface(
        &start, clean: clean, row: row, key.split(round / restarts).split(round % restarts), scale: 0.5)
    }
    return start
  }

  /// Takes over what a search found on `images`, where it is nearer than what was found before.
  private func take(
    _ search: BoundarySearch, of images: [Int], isFirst: Bool, _ stopsWhenBroken: Bool, _ result: inout AttackResult,
    _ lengths: inout [Float]
  ) {
    let found = search.result
    for (row, i) in images.enumerated() {
      if isFirst && found.zeroGradient[row] { result.zeroGradient[i] = true }
      if found.invalidLogits[row] { result.invalidLogits[i] = true }
      if !(search.lengths[row] < lengths[i]) { continue }
      lengths[i] = search.lengths[row]
      let isWithin = lengths[i] <= threatModel.epsilon
      if !stopsWhenBroken || isWithin {
        result.accept(i, found.images, row: row)
        result.broken[i] = isWithin
      }
    }
  }
}
