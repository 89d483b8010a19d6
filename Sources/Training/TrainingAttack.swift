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
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }

    static let statistics = Key(stringValue: "statistics")
  }

  /// Writes the attack under its kind, and the statistics.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(attack, forKey: Key(stringValue: type(of: attack).kind))
    try container.encode(statistics, forKey: .statistics)
  }

  /// Reads what `encode` wrote. Throws `DecodingError` if there is no attack, one of a kind that `AttackRegistry` does
  /// not know, or several.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let names = container.allKeys.map(\.stringValue).filter { $0 != Key.statistics.stringValue }
    let kinds = names.filter { AttackRegistry.type(ofKind: $0) != nil }
    if let unknown = names.first, kinds.isEmpty || kinds.count > 1 {
      throw DecodingError.dataCorruptedError(
        forKey: Key(stringValue: unknown), in: container,
        debugDescription: kinds.isEmpty
          ? "no attack is of kind \(unknown); there are \(AttackRegistry.kinds.joined(separator: ", "))"
          : "more than one attack: \(kinds.joined(separator: ", "))")
    }
    // Where there is none, PGD is what is missing.
    let kind = kinds.first ?? PGD.kind
    let type: any Attack.Type = AttackRegistry.type(ofKind: kind) ?? (PGD.self as any Attack.Type)
    attack = try Self.decode(type, kind, container)
    statistics = try container.decode(NormStatistics.self, forKey: .statistics)
  }

  private static func decode(
    _ type: (some Attack).Type, _ kind: String, _ container: KeyedDecodingContainer<Key>
  ) throws -> any Attack {
    try container.decode(type, forKey: Key(stringValue: kind))
  }
}
