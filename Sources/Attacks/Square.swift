// The Square attack. Andriushchenko, Croce, Flammarion & Hein, ECCV 2020, arXiv:1912.00049, Algorithms 1–3; constants of
// AutoAttack.

public import Objectives
public import Tensors

/// Random search with square-shaped changes: needs logits only, no gradients.
public struct Square: Attack {
  public var threatModel: ThreatModel
  /// Queries an image, after the first; at least 1.
  public var queries: Int
  /// Share p of the pixels that a square covers at first.
  public var initialShare: Double

  public init(threatModel: ThreatModel, queries: Int = 5000, initialShare: Double = 0.8) {
    precondition(
      queries >= 1 && initialShare > 0 && initialShare <= 1, "Square: \(queries) queries, initial share \(initialShare)"
    )
    self.threatModel = threatModel
    self.queries = queries
    self.initialShare = initialShare
  }

  public var name: String { "square" }
  public func cost(classCount: Int) -> Double { Double(queries + 1) }

  /// The L2 pattern of a square: `side`·`side` values, row-major, of length 1.
  package static func pattern(side: Int) -> [Float] { SquareProposal.pattern(side) }

  /// Share of the pixels that the square of query `query` (from 0) covers: p halves after queries 10, 50, 200, …
  func share(_ query: Int) -> Double {
    initialShare / Double(1 << [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000].count { query > $0 })
  }

  public func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    check(images, labels, indices, classifier)
    precondition(images.shape.rank == 4, "square: images \(images.shape)")
    var result = AttackResult(clean: images)
    var positions = result.leaveOutMisclassified(labels: labels, by: classifier).right
    if positions.isEmpty { return result }
    var clean = images.gathering(positions)
    var best = clean
    var candidate = clean
    var streams = positions.map { key.split(indices[$0]).stream }
    var margins = [Float](repeating: .infinity, count: positions.count)
    var logits = Tensor(shape: [positions.count, classifier.classCount])
    var proposal = SquareProposal(
      threatModel: threatModel, imageShape: Shape(Array(images.shape.dimensions.dropFirst())))
    for query in -1..<queries {
      let share = share(max(query, 0))
      for row in positions.indices {
        candidate.withRow(row, best, clean) { x, best, clean in
          if query < 0 {
            proposal.begin(x, clean: clean, stream: &streams[row])
          } else {
            proposal.propose(x, best: best, clean: clean, share: share, stream: &streams[row])
          }
        }
      }
      classifier.predict(&logits, images: candidate)
      var rows: [Int] = []
      for (row, i) in positions.enumerated() {
        if logits.says(labels[i], row: row) {
          rows.append(row)
          let margin = logits.margin(labels[i], row: row)
          if margin < margins[row] {
            margins[row] = margin
            best.copyRow(row, from: candidate, row: row)
          }
        } else {
          result.accept(i, candidate, row: row)
          if logits.hasNaN(row: row) { result.invalidLogits[i] = true }
        }
      }
      if rows.count < positions.count {
        positions = positions.gathering(rows)
        if positions.isEmpty { break }
        clean = clean.gathering(rows)
        best = best.gathering(rows)
        candidate = candidate.gathering(rows)
        streams = streams.gathering(rows)
        margins = margins.gathering(rows)
        logits = logits.gathering(rows)
      }
      if query % 10 == 9 {
        onProgress(AttackProgress(done: Double(query + 1) / Double(queries), left: positions.count))
      }
    }
    return result
  }
}

extension Tensor {
  /// `body` with the addresses of entry `row` of self, `a` and `b`, all of one shape.
  mutating func withRow(
    _ row: Int, _ a: Tensor, _ b: Tensor,
    _ body: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) -> Void
  ) {
    let d = stride0
    precondition(a.shape == shape && b.shape == shape, "withRow: \(shape), \(a.shape), \(b.shape)")
    a.elements.withUnsafeBufferPointer { a in
      b.elements.withUnsafeBufferPointer { b in
        withPointer { body($0 + row * d, a.baseAddress! + row * d, b.baseAddress! + row * d) }
      }
    }
  }
}
