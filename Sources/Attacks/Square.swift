// The Square attack. Andriushchenko, Croce, Flammarion & Hein, ECCV 2020, arXiv:1912.00049, Algorithms 1–3; constants of
// AutoAttack.

internal import Basics
public import Objectives
public import Tensors

/// Random search with square-shaped changes: needs logits only, no gradients.
public struct Square: Attack {
  /// Which images may be returned.
  public var threatModel: ThreatModel
  /// Queries an image, after the first; at least 1.
  public var queries: Int
  /// Share p of the pixels that a square covers at first, in (0, 1].
  public var initialShare: Double

  /// AutoAttack's constants, unless others are given.
  public init(threatModel: ThreatModel, queries: Int = 5000, initialShare: Double = 0.8) {
    precondition(
      queries >= 1 && initialShare > 0 && initialShare <= 1, "Square: \(queries) queries, initial share \(initialShare)"
    )
    self.threatModel = threatModel
    self.queries = queries
    self.initialShare = initialShare
  }

  /// `square`.
  public var name: String { "square" }
  /// Logits are all that it asks for.
  public var isGradientFree: Bool { true }
  /// A pass a query, and the first.
  public func cost(classCount: Int) -> Double { Double(queries + 1) }

  /// Throws `AttackError` unless there are 1 … 1000000 queries and the share is in (0, 1].
  public func validate(imageShape: Shape) throws(AttackError) {
    try AttackError.require("queries", queries, in: 1...1_000_000)
    if !(initialShare > 0 && initialShare <= 1) {
      throw AttackError(field: "initialShare", value: "\(initialShare)", allowed: "above 0, and at most 1")
    }
    try threatModel.validate(imageShape: imageShape)
  }

  /// The L2 pattern of a square: `side`·`side` values, row-major, of length 1.
  package static func pattern(side: Int) -> [Float] { SquareProposal.pattern(side) }

  /// Share of the pixels that the square of query `query` (from 0) covers: p halves after queries 10, 50, 200, …
  func share(_ query: Int) -> Double {
    initialShare / Double(1 << [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000].count { query > $0 })
  }

  /// Queries until an image is misclassified.
  public func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    check(images, labels, indices, classifier)
    var result = AttackResult(clean: images)
    let right = result.leaveOutMisclassified(labels: labels, by: classifier).right
    if right.isEmpty { return result }
    var search = SquareSearch(
      attack: self, clean: images.gathering(right), labels: labels.gathering(right),
      streams: right.map { key.split(indices[$0]).stream }, classCount: classifier.classCount)
    search.run(on: classifier, stopsWhenBroken: true, onProgress)
    _ = result.take(search.survivors.result, of: right, isFirst: true)
    return result
  }

  /// The images of smallest margin that the queries met; no image leaves early. `loss` and `start` must be nil.
  public func perturb(
    _ images: Tensor, labels: [Int], raising loss: (any LogitLoss)?, from start: Tensor?,
    of classifier: some Classifier, key: RandomKey, indices: [Int]
  ) -> Tensor {
    precondition(loss == nil && start == nil, "\(name): has its own goal")
    check(images, labels, indices, classifier)
    if labels.isEmpty { return images }
    var search = SquareSearch(
      attack: self, clean: images, labels: labels, streams: indices.map { key.split($0).stream },
      classCount: classifier.classCount)
    search.run(on: classifier, stopsWhenBroken: false) { _ in }
    return search.best
  }
}
