// How often networks are right on some images, clean and under a quick attack.

public import Attacks
public import Datasets
internal import Networks
internal import Tensors
public import Training

/// What a network, or an ensemble, gets right of some images.
public struct Accuracies: Hashable, Sendable, Codable {
  /// Images that were looked at.
  public var images: Int
  /// How many images are right without attack, and how many under attack.
  public var cleanCount: Int, robustCount: Int
  /// Mean cross-entropy of the attacked images, nats.
  public var robustLoss: Double

  /// Counts of right answers among `images`, and the mean loss under attack in nats.
  public init(images: Int, cleanCount: Int, robustCount: Int, robustLoss: Double) {
    (self.images, self.cleanCount, self.robustCount) = (images, cleanCount, robustCount)
    self.robustLoss = robustLoss
  }

  /// Share of the images that are right without attack, 0…1.
  public var clean: Double { share(cleanCount) }
  /// Share of the images that are right under attack, 0…1.
  public var robust: Double { share(robustCount) }
  /// The 95 % interval of the accuracy without attack, shares in 0…1.
  public var cleanInterval: WilsonInterval { WilsonInterval(successes: cleanCount, trials: images) }
  /// The 95 % interval of the robust accuracy, shares in 0…1.
  public var robustInterval: WilsonInterval { WilsonInterval(successes: robustCount, trials: images) }

  /// Throws `BelowFloor` unless both shares reach their floors: what is said of a network that has not learned its task
  /// means nothing.
  public func require(clean floor: Double, robust robustFloor: Double, of name: String) throws(BelowFloor) {
    if clean < floor { throw BelowFloor(network: name, what: "clean accuracy", found: clean, floor: floor) }
    if robust < robustFloor {
      throw BelowFloor(network: name, what: "accuracy under attack", found: robust, floor: robustFloor)
    }
  }

  private func share(_ count: Int) -> Double { images == 0 ? 0 : Double(count) / Double(images) }
}

/// A network that is worse than a notebook counts on.
public struct BelowFloor: Error, Hashable, Sendable, CustomStringConvertible {
  /// The network, and which accuracy of it.
  public let network: String, what: String
  /// In 0…1.
  public let found: Double, floor: Double

  /// An accuracy `found` below its `floor`, shares in 0…1.
  public init(network: String, what: String, found: Double, floor: Double) {
    (self.network, self.what, self.found, self.floor) = (network, what, found, floor)
  }

  /// The network with both numbers, and what to do.
  public var description: String {
    "\(network): the \(what) on test images is \(percent(found)), below its floor of \(percent(floor)); "
      + "what this notebook says of it would mean nothing. Train longer, or look at `workbench runs show \(network)`"
  }
}

/// What the result of a quick attack hangs on.
struct QuickAttackInputs: Encodable {
  let runs: [String], images: String, attack: PGD
}

extension NotebookSession {
  /// Accuracies of a network in evaluation mode; computed once for each network, images and attack.
  public func accuracies(
    of trained: TrainedModel, on images: LabeledImages, attack: PGD = .pgd10
  ) throws -> Accuracies {
    try accuracies(of: [trained], on: images, attack: attack)
  }

  /// Accuracies of the mean of the networks' logits, attacked end to end.
  public func accuracies(
    of networks: [TrainedModel], on images: LabeledImages, attack: PGD = .pgd10
  ) throws -> Accuracies {
    let inputs = QuickAttackInputs(runs: networks.map(\.identity), images: images.contentHash, attack: attack)
    return try computed("accuracies", from: inputs, version: 2) {
      try quickOutcomes(of: networks, on: images, attack: attack).accuracies
    }
  }

  /// The networks as one classifier, in evaluation mode.
  ///
  /// Throws `RunError.withoutWeights` if one was published without weights.
  func classifier(_ networks: [TrainedModel]) throws(RunError) -> EnsembleClassifier {
    var members: [ModelClassifier] = []
    for network in networks { members.append(ModelClassifier(try network.loadedModel(), threads: threads)) }
    return EnsembleClassifier(members)
  }
}
