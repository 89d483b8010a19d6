// One evaluation in parts of its images: what is drawn for an image depends on its number alone, so parts that are attacked
// apart come to what the whole comes to.

internal import Basics
internal import Tensors

extension EvaluationState {
  /// What the state knows of some of its images, as the state of an evaluation of those alone.
  ///
  /// - Parameters:
  ///   - range: numbers of images in the data set, within the state's.
  ///   - labels: theirs.
  ///   - subject: of the evaluation of those alone.
  package func part(_ range: Range<Int>, labels: [Int], subject: String) -> EvaluationState {
    let first = identity.range.lowerBound
    precondition(
      range.lowerBound >= first && range.upperBound <= identity.range.upperBound && labels.count == range.count,
      "EvaluationState: \(range) with \(labels.count) labels of \(identity.range)")
    let own = range.lowerBound - first..<range.upperBound - first
    var part = EvaluationState(identity.part(range, labels: labels, subject: subject), stages: outcomes.count)
    part.clean = clean.isEmpty ? [] : Array(clean[own])
    part.outcomes = outcomes.map { Array($0[own]) }
    part.zeroGradients = zeroGradients.map { Array($0[own]) }
    part.invalidLogits = Array(invalidLogits[own])
    part.images = images.map { $0[rows: own] }
    return part
  }

  /// The state of this evaluation with what `parts` know beside it. Which images are right without attack is known if
  /// it is known of all; images are kept if they are of all; the time of the stages is that of all together.
  ///
  /// - Parameter parts: of ranges within this one, of the same attacks and seed; later ones count where several know
  ///   something of an image.
  package func joined(with parts: [EvaluationState]) -> EvaluationState {
    var joined = self
    var clean = self.clean.isEmpty ? [Bool?](repeating: nil, count: identity.count) : self.clean.map { $0 }
    var hasImages = [Bool](repeating: images != nil, count: identity.count)
    for part in parts {
      precondition(part.outcomes.count == outcomes.count, "EvaluationState: \(part.outcomes.count) stages in a part")
      for i in 0..<part.identity.count {
        let place = part.identity.range.lowerBound + i - identity.range.lowerBound
        if !part.clean.isEmpty { clean[place] = part.clean[i] }
        for stage in outcomes.indices {
          if part.outcomes[stage][i] != .open { joined.outcomes[stage][place] = part.outcomes[stage][i] }
          if part.zeroGradients[stage][i] { joined.zeroGradients[stage][place] = true }
        }
        if part.invalidLogits[i] { joined.invalidLogits[place] = true }
        if let images = part.images {
          if joined.images == nil {
            joined.images = Tensor(shape: Shape([identity.count] + images.shape.dimensions.dropFirst()))
          }
          joined.images?.copyRow(place, from: images, row: i)
          hasImages[place] = true
        }
      }
      for stage in outcomes.indices { joined.seconds[stage] += part.seconds[stage] }
    }
    joined.clean = clean.contains { $0 == nil } ? [] : clean.map { $0! }
    if hasImages.contains(false) { joined.images = nil }
    return joined
  }
}

extension EvaluationIdentity {
  /// The identity of an evaluation of some of the images alone.
  func part(_ range: Range<Int>, labels: [Int], subject: String) -> EvaluationIdentity {
    EvaluationIdentity(
      attacks: attacks, mode: mode, range: range, labels: labels, seed: seed, subject: subject, numerics: numerics)
  }
}

extension AutoAttack {
  /// The state of an evaluation that has not begun; the parameters are those of `evaluate`.
  package func beginning(first: Int, labels: [Int], seed: UInt64, subject: String) -> EvaluationState {
    EvaluationState(
      EvaluationIdentity(self, first: first, labels: labels, seed: seed, subject: subject), stages: attacks.count)
  }
}
