// The attacks that have a name: what can be asked for on a command line, and read from a recipe.

internal import Synchronization

/// An attack that can be asked for by its name.
public struct NamedAttack: Sendable {
  /// As it is given on a command line: `apgd-ce`.
  public let name: String
  /// Whether it is one of AutoAttack's standard list.
  let isStandard: Bool
  let type: any Attack.Type
  private let make: @Sendable (ThreatModel) -> any Attack

  /// The attack that `make` makes for a threat model, with the constants that it is known for.
  public init<A: Attack>(_ name: String, _ make: @escaping @Sendable (ThreatModel) -> A) {
    self.init(name, isStandard: false, make)
  }

  fileprivate init<A: Attack>(_ name: String, isStandard: Bool, _ make: @escaping @Sendable (ThreatModel) -> A) {
    self.name = name
    self.isStandard = isStandard
    type = A.self
    self.make = { make($0) }
  }

  /// The attack within `threatModel`.
  public func attack(_ threatModel: ThreatModel) -> any Attack { make(threatModel) }
}

/// All attacks that are known by name, and all types of attacks that a recipe can hold.
public enum AttackRegistry {
  /// In the order in which they are listed; those of the standard list in the order in which they are run.
  static let builtIn: [NamedAttack] = [
    NamedAttack("fgsm") { FGSM(threatModel: $0) },
    NamedAttack("pgd-10") {
      RestartedPGD(PGD(threatModel: $0, stepSize: $0.epsilon / 4, steps: 10, randomStart: true))
    },
    NamedAttack("apgd-ce", isStandard: true) { APGD(threatModel: $0, loss: .crossEntropy) },
    NamedAttack("apgd-dlr") { APGD(threatModel: $0, loss: .dlr) },
    NamedAttack("apgd-t", isStandard: true) { APGD(threatModel: $0, loss: .targetedDLR) },
    NamedAttack("fab") { FAB(threatModel: $0, targets: 0) },
    NamedAttack("fab-t", isStandard: true) { FAB(threatModel: $0) },
    NamedAttack("square", isStandard: true) { Square(threatModel: $0) },
  ]
  /// What stands for the attacks of the standard list.
  static let standardName = "autoattack"

  private static let registered = Mutex<[NamedAttack]>([])

  /// The built-in attacks, and those that were registered, in this order.
  public static var all: [NamedAttack] { builtIn + registered.withLock { $0 } }

  /// The attack with this name; nil if there is none.
  public static func named(_ name: String) -> NamedAttack? { all.first { $0.name == name } }

  /// Makes an attack known by name in this program, and its type to recipes that are read; an attack that was
  /// registered under the same name before is replaced.
  ///
  /// Throws `AttackError` if a built-in attack has the name, or another type the kind.
  public static func register(_ attack: NamedAttack) throws(AttackError) {
    if attack.name == standardName || builtIn.contains(where: { $0.name == attack.name }) {
      throw AttackError(field: "name", value: attack.name, allowed: "a name that no built-in attack has")
    }
    try check(kindOf: attack.type)
    registered.withLock { known in
      known.removeAll { $0.name == attack.name }
      known.append(attack)
    }
  }

  /// The types of attacks by their kind.
  private static var types: [any Attack.Type] { [PGD.self] + all.map(\.type) }

  /// Kinds that a recipe can be read with, each once, in the order of the registry.
  package static var kinds: [String] {
    types.reduce(into: []) { kinds, type in if !kinds.contains(type.kind) { kinds.append(type.kind) } }
  }

  /// The type of the attacks of a kind; nil if it is not known.
  package static func type(ofKind kind: String) -> (any Attack.Type)? { types.first { $0.kind == kind } }

  /// Throws `AttackError` if attacks of another type have the kind of `type`, or a recipe a field of its name.
  package static func check(kindOf type: any Attack.Type) throws(AttackError) {
    let known = self.type(ofKind: type.kind)
    if type.kind == "statistics" || (known != nil && ObjectIdentifier(known!) != ObjectIdentifier(type)) {
      throw AttackError(
        field: "kind", value: type.kind, allowed: "a kind of its own, given by `static let kind`")
    }
  }
}
