// What the scales mean: the same experiment in seconds, minutes, hours, or as published.

public import Channel
internal import Datasets
internal import Networks
public import Training

extension Recipe {
  /// The common ground of the experiments at `scale`; change a copy to ask a question of your own.
  ///
  /// | scale | network | images | epochs |
  /// |---|---|---|---|
  /// | draft | WRN-10-1 | 1,536 synthetic, 16×16 | 8 |
  /// | demo | WRN-10-1 | 4,096 synthetic, 16×16 | 24 |
  /// | cifar | WRN-10-1 | CIFAR-10, all found | 30 |
  /// | paper | WRN-28-4 | CIFAR-10 | 200 |
  ///
  /// A scale of a project's own has the numbers of the one that it is like, but for those that it sets.
  ///
  /// - Parameters:
  ///   - name: for people; not part of the run's key.
  ///   - attack: nil trains on the images as they are.
  ///   - epochs: instead of the scale's; the milestones move with them.
  ///
  /// Throws `RecipeError` if there are too many epochs.
  public static func standard(
    _ scale: Scale, name: String, attack: TrainingAttack?, epochs: Int? = nil, seed: UInt64 = 0
  ) throws -> Recipe {
    let synthetic = scale.basis == .draft || scale.basis == .demo
    let isPublished = scale.basis == .paper
    let size = synthetic ? 16 : 32
    let epochs = epochs ?? scale[.epochs] ?? scale.pick(draft: 8, demo: 24, cifar: 30, paper: 200)
    try check(epochs: epochs, of: name)
    // Published: ÷10 at 100 and 150 of 200 epochs. Short runs keep the rate up for longer.
    let milestones = isPublished ? [epochs / 2, epochs * 3 / 4] : [max(1, epochs * 5 / 8), max(1, epochs * 7 / 8)]
    return Recipe(
      name: name,
      model: try WideResNet(
        depth: scale[.depth] ?? (isPublished ? 28 : 10), widenFactor: scale[.widenFactor] ?? (isPublished ? 4 : 1),
        imageShape: [3, size, size]),
      data: DataRecipe(
        source: synthetic ? .synthetic : .cifar10, imageSize: size,
        trainCount: scale[.trainCount] ?? scale.pick(draft: 1600, demo: 4352, cifar: 50_000, paper: 50_000),
        heldOut: scale[.heldOut] ?? scale.pick(draft: 64, demo: 256, cifar: 512, paper: 1000),
        testCount: scale[.testCount] ?? scale.pick(draft: 200, demo: 1000, cifar: 10_000, paper: 10_000)),
      augmentation: .cropAndFlip(size: size), epochs: epochs,
      batchSize: scale[.batchSize] ?? scale.pick(draft: 64, demo: 64, cifar: 64, paper: 512), shards: 2,
      schedule: .multiStep(milestones: milestones), attack: attack, seed: seed)
  }
}
