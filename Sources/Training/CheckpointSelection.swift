// Which of a run's networks is kept.

/// Keeps the network with the lowest mean cross-entropy under PGD-10 in evaluation mode, judged after each epoch on the
/// same images with the same random starts; without a selection the last network is kept. In a run that averages
/// weights it decides which raw network is stored beside the average.
public struct CheckpointSelection: Hashable, Sendable, Codable {
  /// The images by which the network is chosen.
  public enum Judges: String, Hashable, Sendable, Codable, CaseIterable {
    /// Training images that no step sees.
    case heldOut = "held-out"
    /// The test set, as the published results were chosen. Accuracies on the same images are then too good.
    case testAsPublished = "test-as-published"
  }

  /// Which images choose the network.
  public var judges: Judges
  /// Images at most, the first ones.
  public var images: Int

  /// A choice by at most `images` images.
  public init(_ judges: Judges = .heldOut, images: Int = 256) {
    self.judges = judges
    self.images = images
  }

  /// Held-out images that are looked at after each epoch where no selection needs more.
  public static let usualProbe = 256

  /// Held-out images, at most, that the accuracies after each epoch are of.
  public static func heldOutImages(judgedBy selection: CheckpointSelection?, probe: Int = usualProbe) -> Int {
    if let selection, selection.judges == .heldOut { selection.images } else { probe }
  }
}
