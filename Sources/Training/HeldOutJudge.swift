// What a network makes of images that it was not trained on, after each epoch.

internal import Attacks
internal import Datasets
internal import Networks
internal import Objectives
internal import Ranks
internal import Tensors

extension Trainer {
  /// Accuracies, clean and under PGD-10, and the mean cross-entropy under it, of the first `count` images in evaluation
  /// mode; nil if there are none. Each rank looks at a part of them.
  func judge(_ images: LabeledImages, count: Int) -> (clean: Double, robust: Double, loss: Double)? {
    let count = min(count, images.count)
    if count == 0 { return nil }
    let labels = Array(images.labels[..<count])
    let (clean, attacked) = logits(images, ranks.part(of: count))
    func right(_ logits: Tensor) -> Int { zip(logits.argmaxRows(), labels).count { $0 == $1 } }
    let (all, adversarial) = (gather(clean, count), gather(attacked, count))
    return (
      Double(right(all)) / Double(count), Double(right(adversarial)) / Double(count),
      Objective.standard().meanLoss(logits: adversarial, labels: labels, views: 1)
    )
  }

  /// Logits `[n, K]` of the images `part`, clean and under PGD-10.
  private func logits(_ images: LabeledImages, _ part: Range<Int>) -> (clean: Tensor, attacked: Tensor) {
    if part.isEmpty {
      return (Tensor(shape: [0, recipe.model.classCount]), Tensor(shape: [0, recipe.model.classCount]))
    }
    let classifier = ModelClassifier(weights, threads: threads)
    let clean = images.tensor(part)
    let attacked = PGD.pgd10.perturb(
      clean, labels: Array(images.labels[part]), of: classifier, key: key.split(2), indices: Array(part))
    return (classifier.logits(clean), classifier.logits(attacked))
  }

  /// The rows of all ranks, `count` together, from those of this one.
  private func gather(_ rows: Tensor, _ count: Int) -> Tensor {
    if ranks.size == 1 { return rows }
    let bytes = rows.elements.withUnsafeBytes { Array($0) }
    var all = Tensor(shape: [count, rows.shape[1]])
    var next = 0
    all.elements.withUnsafeMutableBytes { all in
      for part in ranks.gather(bytes) {
        part.withUnsafeBytes {
          if !$0.isEmpty { all.baseAddress!.advanced(by: next).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        }
        next += part.count
      }
    }
    return all
  }
}
