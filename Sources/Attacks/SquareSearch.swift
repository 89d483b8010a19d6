// The Square attack on a batch: Algorithm 1 of arXiv:1912.00049.

internal import Basics
internal import Objectives
internal import Tensors

/// The memory and the queries of one search.
struct SquareSearch {
  let attack: Square
  /// Rows are images that are still in the running; the results are for all.
  private(set) var survivors: Survivors
  /// The image of smallest margin so far, one a row.
  private(set) var best: Tensor
  private var candidate: Tensor
  private var streams: [RandomStream]
  private var margins: [Float]
  private var logits: Tensor
  /// One a thread.
  private var proposals: [SquareProposal] = []

  /// - Parameters:
  ///   - clean: `[N, C, H, W]`, at least one image.
  ///   - streams: draws, one an image.
  init(attack: Square, clean: Tensor, labels: [Int], streams: [RandomStream], classCount: Int) {
    precondition(clean.shape.rank == 4, "square: images \(clean.shape)")
    self.attack = attack
    survivors = Survivors(clean: clean, labels: labels)
    (best, candidate) = (clean, clean)
    self.streams = streams
    margins = [Float](repeating: .infinity, count: labels.count)
    logits = Tensor(shape: [labels.count, classCount])
  }

  /// All queries.
  ///
  /// - Parameters:
  ///   - stopsWhenBroken: drops an image at its first misclassified candidate.
  ///   - onProgress: called after every tenth query.
  mutating func run(
    on classifier: some Classifier, stopsWhenBroken: Bool, _ onProgress: (AttackProgress) -> Void
  ) {
    let queries = attack.queries
    proposals = Array(
      repeating: SquareProposal(threatModel: attack.threatModel, imageShape: classifier.imageShape),
      count: classifier.threads)
    for query in -1..<queries {
      propose(query)
      classifier.predict(&logits, images: candidate)
      takeBest()
      let resisting = survivors.takeBroken(candidate, logits)
      if stopsWhenBroken, let selection = survivors.keep(resisting) {
        if survivors.isEmpty { return }
        keep(selection)
      }
      if query % 10 == 9 {
        onProgress(AttackProgress(done: Double(query + 1) / Double(queries), left: survivors.count))
      }
    }
  }

  /// - Parameter query: from 0; −1 is the first candidate, which no other comes before.
  private mutating func propose(_ query: Int) {
    let share = attack.share(max(query, 0))
    let (n, d, threads) = (streams.count, best.stride0, proposals.count)
    let (best, clean) = (best, survivors.clean)
    candidate.withPointer { x in
      best.elements.withUnsafeBufferPointer { best in
        clean.elements.withUnsafeBufferPointer { clean in
          streams.withUnsafeMutableBufferPointer { streams in
            proposals.withUnsafeMutableBufferPointer { proposals in
              nonisolated(unsafe) let (x, best, clean) = (x, best.baseAddress!, clean.baseAddress!)
              nonisolated(unsafe) let (streams, proposals) = (streams.baseAddress!, proposals.baseAddress!)
              parallelFor(n, threads: threads) { row, worker in
                let (x, best, clean) = (x + row * d, best + row * d, clean + row * d)
                if query < 0 {
                  proposals[worker].begin(x, clean: clean, stream: &streams[row])
                } else {
                  proposals[worker].propose(x, best: best, clean: clean, share: share, stream: &streams[row])
                }
              }
            }
          }
        }
      }
    }
  }

  private mutating func takeBest() {
    for row in margins.indices {
      let margin = logits.margin(survivors.labels[row], row: row)
      if margin < margins[row] {
        margins[row] = margin
        best.copyRow(row, from: candidate, row: row)
      }
    }
  }

  private mutating func keep(_ selection: RowSelection) {
    selection(&best)
    selection(&candidate)
    selection(&streams)
    selection(&margins)
    selection(&logits)
  }
}
