// The rows of a shard that one attack makes, and their memory.

internal import Attacks
internal import Datasets
internal import Networks
internal import Objectives
internal import Tensors

/// Views of a shard's images under one attack, or as they are where there is none.
///
/// A shard has one of these where all views are attacked alike, and else one a view. What is drawn hangs on an image's
/// index and its view alone, so rows are the same however they are cut.
struct AttackedRows: @unchecked Sendable {
  /// Number of the first view, and rows: images times views.
  let firstView: Int, count: Int
  /// nil leaves the images as they are.
  let attack: TrainingAttack?
  /// `[N, C, H, W]`: the views, and what the attack makes of them.
  private(set) var clean: Tensor
  private(set) var state: PGDState
  private(set) var labels: CrossEntropy
  private var keys: [Int]
  private let goal: AttackGoal
  /// What the attack climbs where it is not the cross-entropy of `labels`.
  private let climbed: ClimbedLoss?

  init(_ attack: TrainingAttack?, firstView: Int, count: Int, of network: any Network, goal: AttackGoal) {
    (self.attack, self.firstView, self.count, self.goal) = (attack, firstView, count, goal)
    clean = Tensor(shape: Shape([count] + network.imageShape.dimensions))
    state = PGDState(clean.shape, classCount: network.classCount)
    labels = CrossEntropy(labels: [Int](repeating: 0, count: count))
    keys = [Int](repeating: 0, count: count)
    climbed = attack == nil ? nil : goal.climbed(count: count, classCount: network.classCount)
  }

  /// Makes the views of the images `indices` of `data`, and puts the attack where it starts.
  ///
  /// - Parameters:
  ///   - augmenters: one a thread.
  ///   - classifier: in evaluation mode; asked where the attack's goal needs the natural logits.
  mutating func begin(
    on indices: ArraySlice<Int>, of data: LabeledImages, epochKey: RandomKey, augmenters: inout [Augmenter],
    classifier: ModelClassifier
  ) {
    let size = indices.count
    makeViews(indices, of: data, key: epochKey.split(0), &augmenters)
    for row in 0..<count {
      let index = indices[indices.startIndex + row % size]
      labels.labels[row] = data.labels[index]
      // An index of its own for each view's random start.
      keys[row] = index + (firstView + row / size) * data.count
    }
    state.begin(clean)
    guard let attack else { return }
    if let climbed {
      for row in 0..<count { climbed.labels[row] = labels.labels[row] }
      if goal.usesNaturalLogits { classifier.predict(&climbed.natural, images: clean) }
    }
    let key = epochKey.split(1)
    if let pgd = attack.pgd {
      pgd.start(&state, for: goal, clean: clean, key: key, indices: keys[...], threads: classifier.threads)
    } else if let deviation = goal.noise {
      attack.attack.threatModel.addNoise(
        to: &state.images, deviation: deviation, clean: clean, key: key, indices: keys[...],
        threads: classifier.threads)
    }
  }

  /// Fills `clean`, view after view. A thread makes some images' views.
  private mutating func makeViews(
    _ indices: ArraySlice<Int>, of data: LabeledImages, key: RandomKey, _ augmenters: inout [Augmenter]
  ) {
    let (size, pixels, firstView, threads) = (indices.count, clean.stride0, firstView, augmenters.count)
    let (parts, views) = (min(threads, size), count / size)
    clean.elements.withUnsafeMutableBufferPointer { all in
      augmenters.withUnsafeMutableBufferPointer { augmenters in
        nonisolated(unsafe) let (all, augmenters) = (all, augmenters.baseAddress!)
        parallelFor(parts * views, threads: threads) { task, worker in
          let (view, part) = (task / parts, task % parts)
          let (low, high) = (size * part / parts, size * (part + 1) / parts)
          let own = UnsafeMutableBufferPointer(
            rebasing: all[(view * size + low) * pixels..<(view * size + high) * pixels])
          var span = own.mutableSpan
          let first = indices.startIndex
          augmenters[worker].fill(
            &span, with: indices[first + low..<first + high], of: data, key: key, view: firstView + view)
        }
      }
    }
  }

  /// All of the attack, after `begin`; `epochKey` is the same.
  ///
  /// - Parameter classifier: the network in the mode that the attack asks for.
  mutating func run(epochKey: RandomKey, of classifier: some Classifier) {
    guard let attack else { return }
    if let pgd = attack.pgd {
      var target = target
      pgd.climb(&state, &target, of: classifier)
    } else {
      state.images = attack.attack.perturb(
        clean, labels: labels.labels, raising: climbed, from: goal.noise == nil ? nil : state.images, of: classifier,
        key: epochKey.split(1), indices: keys)
    }
  }

  /// One step of projected gradient descent.
  mutating func step(_ pgd: PGD, of classifier: some Classifier) { pgd.step(&state, target, of: classifier) }

  private var target: PGDTarget { PGDTarget(clean: clean, loss: climbed ?? labels) }
}
