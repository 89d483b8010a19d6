// What a quick attack leaves of each image: the ground of paired comparisons without AutoAttack.

public import Attacks
internal import Basics
public import Datasets
internal import Objectives
internal import Tensors
public import Training

/// One flag an image, written as hexadecimal digits of four images each with their number before them: `10:f80`.
public struct ImageFlags: Hashable, Sendable, Codable {
  /// In the order of the images.
  public let values: [Bool]

  /// Flags in the order of the images.
  public init(_ values: [Bool]) { self.values = values }

  /// How many are true.
  public var count: Int { values.count { $0 } }

  /// Reads the text form. Throws `DecodingError` if the text is of another form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let parts = try container.decode(String.self).split(separator: ":", omittingEmptySubsequences: false)
    let digits = parts.count == 2 ? parts[1].map(\.hexDigitValue) : [nil]
    guard let count = parts.first.flatMap({ Int($0) }), count >= 0, !digits.contains(nil),
      digits.count == (count + 3) / 4
    else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a number of images, a colon and a hexadecimal digit for each four")
    }
    values = (0..<count).map { digits[$0 / 4]! & (8 >> ($0 % 4)) != 0 }
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    let digits = stride(from: 0, to: values.count, by: 4).map { start in
      let four = (0..<4).reduce(0) { $0 | (start + $1 < values.count && values[start + $1] ? 8 >> $1 : 0) }
      return String(four, radix: 16)
    }
    var container = encoder.singleValueContainer()
    try container.encode("\(values.count):" + digits.joined())
  }
}

/// Which images a network, or an ensemble, gets right, image by image.
public struct AttackOutcomes: Hashable, Sendable, Codable, PairedOutcomes {
  /// Whether each image is right without attack, and whether it is right under attack.
  public let clean: ImageFlags, robust: ImageFlags
  /// Mean cross-entropy of the attacked images, nats.
  public let robustLoss: Double

  /// Flags of the same images, and the mean loss under attack in nats.
  public init(clean: [Bool], robust: [Bool], robustLoss: Double) {
    precondition(clean.count == robust.count, "AttackOutcomes: \(clean.count) and \(robust.count) images")
    (self.clean, self.robust, self.robustLoss) = (ImageFlags(clean), ImageFlags(robust), robustLoss)
  }

  /// Whether each image is right under attack: what paired tests compare.
  public var outcomes: [Bool] { robust.values }

  /// The counts.
  public var accuracies: Accuracies {
    Accuracies(
      images: clean.values.count, cleanCount: clean.count, robustCount: robust.count, robustLoss: robustLoss)
  }

  /// Those of two sets of images as one, in this order.
  public func joined(with other: AttackOutcomes) -> AttackOutcomes {
    let (n, m) = (Double(outcomes.count), Double(other.outcomes.count))
    return AttackOutcomes(
      clean: clean.values + other.clean.values, robust: robust.values + other.robust.values,
      robustLoss: (n * robustLoss + m * other.robustLoss) / max(n + m, 1))
  }
}

extension NotebookSession {
  /// Image by image what a network in evaluation mode gets right; computed once for each network, images and attack.
  public func outcomes(
    of trained: TrainedModel, on images: LabeledImages, attack: PGD = .pgd10
  ) throws -> AttackOutcomes {
    try outcomes(of: [trained], on: images, attack: attack)
  }

  /// As of one network, of the mean of the networks' logits, attacked end to end. The random starts are those of
  /// `accuracies`, so that the counts are the same.
  public func outcomes(
    of networks: [TrainedModel], on images: LabeledImages, attack: PGD = .pgd10
  ) throws -> AttackOutcomes {
    let inputs = QuickAttackInputs(runs: networks.map(\.identity), images: images.contentHash, attack: attack)
    return try computed("outcomes", from: inputs) { try quickOutcomes(of: networks, on: images, attack: attack) }
  }

  /// Attacks all images at once.
  func quickOutcomes(of networks: [TrainedModel], on images: LabeledImages, attack: PGD) throws -> AttackOutcomes {
    let classifier = try classifier(networks)
    let (clean, labels) = (images.tensor, images.labels)
    let attacked = attack.perturb(clean, labels: labels, of: classifier, key: RandomKey(seed: 1))
    let logits = classifier.logits(attacked)
    let losses = CrossEntropy(labels: labels).evaluate(logits: logits).losses
    func right(_ classes: [Int]) -> [Bool] { zip(classes, labels).map { $0 == $1 } }
    return AttackOutcomes(
      clean: right(classifier.classes(clean)), robust: right(logits.argmaxRows()),
      robustLoss: losses.reduce(0) { $0 + Double($1) } / Double(max(labels.count, 1)))
  }
}
