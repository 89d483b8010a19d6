// Landscapes as values and as JSON: what the key of a cached landscape is made of.

internal import Attacks
internal import Objectives

extension LossLandscape: Hashable {
  /// Whether all numbers, the attack and the loss are the same.
  public static func == (a: LossLandscape, b: LossLandscape) -> Bool {
    a.gammas == b.gammas && a.direction == b.direction && a.consistency == b.consistency
      && a.objective == b.objective && a.attack.map { AnyHashable($0) } == b.attack.map { AnyHashable($0) }
  }

  /// Hashes what equality compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(gammas)
    hasher.combine(direction)
    hasher.combine(consistency)
    hasher.combine(objective)
    hasher.combine(attack.map { AnyHashable($0) })
  }
}

extension LossLandscape: Codable {
  private enum Key: String, CodingKey { case gammas, direction, attack, otherAttack, consistency, objective }

  /// Writes projected gradient descent as `attack`, and another attack as `otherAttack` under its kind; what is nil is
  /// left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(gammas, forKey: .gammas)
    try container.encode(direction, forKey: .direction)
    if let pgd = attack as? PGD {
      try container.encode(pgd, forKey: .attack)
    } else if let attack {
      var other = container.nestedContainer(keyedBy: AttackKey.self, forKey: .otherAttack)
      try other.encode(attack: attack)
    }
    try container.encodeIfPresent(consistency, forKey: .consistency)
    try container.encodeIfPresent(objective, forKey: .objective)
  }

  /// Reads what `encode` wrote. Throws `DecodingError` naming what is missing or of another kind.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    gammas = try container.decode([Double].self, forKey: .gammas)
    direction = try container.decode(Direction.self, forKey: .direction)
    if container.contains(.otherAttack) {
      attack = try container.nestedContainer(keyedBy: AttackKey.self, forKey: .otherAttack).decodeAttack()
    } else {
      attack = try container.decodeIfPresent(PGD.self, forKey: .attack)
    }
    consistency = try container.decodeIfPresent(ConsistencyLoss.self, forKey: .consistency)
    objective = try container.decodeIfPresent(Objective.self, forKey: .objective)
  }
}
