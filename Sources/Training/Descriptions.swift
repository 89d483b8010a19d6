// What printing says of trainings: names, counts and keys, never weights.

internal import Datasets
internal import Networks
internal import Runs

extension Recipe: CustomStringConvertible {
  /// "recipe baseline: wrn-10-1, images [3, 16, 16], 10 classes, 4 epochs of batches of 64, pgd-10, seed 0".
  public var description: String {
    "recipe \(name): \(model.summary), \(epochs) epochs of batches of \(batchSize), "
      + "\(attack.map { $0.attack.name } ?? "no attack"), seed \(seed)"
  }
}

extension DataRecipe: CustomStringConvertible {
  /// "shapes 16×16, 512 to train on, of them 64 held out, 128 to test, seed 0".
  public var description: String {
    "\(source.rawValue) \(imageSize)×\(imageSize), \(trainCount) to train on, of them \(heldOut) held out, "
      + "\(testCount) to test, seed \(seed)"
  }
}

extension DataSplits: CustomStringConvertible {
  /// "448 images to train on, 64 held out, 128 to test, of 16×16 pixels in 10 classes".
  public var description: String {
    "\(train.count) images to train on, \(heldOut.count) held out, \(test.count) to test, "
      + "of \(test.height)×\(test.width) pixels in \(test.classCount) classes"
  }
}

extension TrainedModel: CustomStringConvertible {
  /// "baseline: wrn-10-1, images [3, 16, 16], 10 classes, 77850 parameters, 4 epochs, run 3f5a90c1d2".
  public var description: String { "\(name): \(model), \(metrics.count) epochs, run \(key.short)" }
}

extension EpochMetrics: CustomStringConvertible {
  /// "epoch 3: loss 1.52, accuracy 0.41".
  public var description: String {
    let held = heldOutRobust.map { ", held out robust \($0)" } ?? ""
    return "epoch \(epoch): loss \(loss), accuracy \(accuracy)" + held
  }
}

extension TrainingState: CustomStringConvertible {
  /// "after epoch 3 and step 12: wrn-10-1, images [3, 16, 16], 10 classes, 77850 parameters".
  public var description: String { "after epoch \(epoch) and step \(step): \(model)" }
}

extension TrainingState.Best: CustomStringConvertible {
  /// "best after epoch 3, loss 1.52".
  public var description: String { "best after epoch \(epoch), loss \(loss)" }
}

extension Trainer: CustomStringConvertible {
  /// "trainer of recipe baseline: …".
  public var description: String { "trainer of \(recipe)" }
}

extension WeightMean: CustomStringConvertible {
  /// "mean of 5 networks".
  public var description: String { "mean of \(count) networks" }
}

extension TrainingStore: CustomStringConvertible {
  /// "trainings: runs in .workbench/runs".
  public var description: String { "trainings: \(runs)" }
}
