// The attack of adversarial training, as a part of recipes.

public import Attacks
public import Networks

/// How adversarial images are made during training: any attack, on the network in evaluation or in training mode.
///
/// In a recipe's JSON the attack stands under its kind: `{"pgd": {…}, "statistics": "running"}`. What is decoded is of a
/// type that `AttackRegistry` knows.
public struct TrainingAttack: Sendable {
  /// What makes the images: `Attack.perturb`.
  public var attack: any Attack
  /// `running`: the network is in evaluation mode while it is attacked; `batch`: in training mode, as in the released
  /// code, and the running statistics move at every step of the attack. `batch` is for projected gradient descent only.
  public var statistics: NormStatistics

  /// Projected gradient descent, by default PGD-10, on the network in evaluation mode unless said otherwise.
  public init(_ pgd: PGD = .pgd10, statistics: NormStatistics = .running) {
    attack = pgd
    self.statistics = statistics
  }

  /// Any attack, on the network in evaluation mode unless said otherwise.
  public init(_ attack: some Attack, statistics: NormStatistics = .running) {
    self.attack = attack
    self.statistics = statistics
  }

  /// The projected gradient descent that the attack is; nil if it is none.
  package var pgd: PGD? { attack.asPGD }
  /// Forward passes in training mode of an attack on one batch.
  var passesInTrainingMode: Int { statistics == .batch ? pgd?.steps ?? 0 : 0 }
}

extension TrainingAttack: Hashable {
  /// The same attack with the same numbers, in the same mode.
  public static func == (a: TrainingAttack, b: TrainingAttack) -> Bool {
    AnyHashable(a.attack) == AnyHashable(b.attack) && a.statistics == b.statistics
  }

  /// Hashes the attack's numbers and the mode.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(AnyHashable(attack))
    hasher.combine(statistics)
  }
}

extension TrainingAttack: Codable {
  private static let statisticsKey = AttackKey(stringValue: "statistics")

  /// Writes the attack under its kind, and the statistics.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AttackKey.self)
    try container.encode(attack: attack)
    try container.encode(statistics, forKey: Self.statisticsKey)
  }

  /// Reads what `encode` wrote. Throws `DecodingError` if there is no attack, one of a kind that `AttackRegistry` does
  /// not know, or several.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AttackKey.self)
    attack = try container.decodeAttack(beside: [Self.statisticsKey.stringValue])
    statistics = try container.decode(NormStatistics.self, forKey: Self.statisticsKey)
  }
}
