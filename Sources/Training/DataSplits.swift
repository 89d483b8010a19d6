// The images of a study: trained on, held out, tested on.

public import Datasets

/// Three disjoint sets.
public struct DataSplits: Sendable {
  /// Images that steps are made on.
  public let train: LabeledImages
  /// Training images that no step sees: what checkpoints are judged by.
  public let heldOut: LabeledImages
  /// Images that no step and no choice sees, unless a recipe chooses by them.
  public let test: LabeledImages
  /// Content of all three; part of every run's key.
  public let hash: String

  /// Images for training, for choosing and for the test.
  public init(train: LabeledImages, heldOut: LabeledImages, test: LabeledImages) {
    self.train = train
    self.heldOut = heldOut
    self.test = test
    hash = [train, heldOut, test].map(\.contentHash).joined(separator: "-")
  }

  /// Makes or reads the images of `recipe`.
  ///
  /// - Parameters:
  ///   - directory: the folder of CIFAR-10's binary batches; only read for `cifar10`.
  ///   - threads: at least 1; the images do not depend on it.
  ///
  /// Throws `DatasetError` if the folder or a file is not sound, and `RecipeError` if the numbers cannot be met.
  public init(_ recipe: DataRecipe, directory: String?, threads: Int) throws {
    try recipe.validate()
    let all: LabeledImages
    let test: LabeledImages
    switch recipe.source {
    case .synthetic:
      let shapes = SyntheticShapes(seed: recipe.seed, size: recipe.imageSize)
      all = shapes.images(.train, count: recipe.trainCount, threads: threads)
      test = shapes.images(.test, count: recipe.testCount, threads: threads)
    case .cifar10:
      guard let directory else {
        throw RecipeError(
          recipe: "data", field: "source", value: "cifar10 without a folder",
          allowed: "a folder of CIFAR-10's binary batches, given with --data DIR or WORKBENCH_DATA")
      }
      all = try CIFAR10.load(directory: directory, split: .train).prefix(recipe.trainCount)
      test = try CIFAR10.load(directory: directory, split: .test).prefix(recipe.testCount)
    }
    guard recipe.heldOut < all.count else {
      throw RecipeError(
        recipe: "data", field: "heldOut", value: "\(recipe.heldOut)",
        allowed: "0 or more and fewer than the \(all.count) training images found")
    }
    let parts = all.split(heldOut: recipe.heldOut, seed: recipe.seed)
    self.init(train: parts.rest, heldOut: parts.heldOut, test: test)
  }
}
