// Attacks of any type in JSON: each under its kind.

/// A member of an object that holds an attack under its kind: `{"pgd": {…}}`.
package struct AttackKey: CodingKey {
  package let stringValue: String
  package var intValue: Int? { nil }

  package init(stringValue: String) { self.stringValue = stringValue }
  package init?(intValue: Int) { return nil }
}

extension KeyedEncodingContainer where Key == AttackKey {
  /// Writes an attack under its kind.
  package mutating func encode(attack: any Attack) throws {
    try encode(attack, forKey: AttackKey(stringValue: type(of: attack).kind))
  }
}

extension KeyedDecodingContainer where Key == AttackKey {
  /// The attack that stands under its kind. Throws `DecodingError` if there is none, one of a kind that `AttackRegistry`
  /// does not know, or several.
  ///
  /// - Parameter others: names of members that are no attacks.
  package func decodeAttack(beside others: Set<String> = []) throws -> any Attack {
    let names = allKeys.map(\.stringValue).filter { !others.contains($0) }
    let kinds = names.filter { AttackRegistry.type(ofKind: $0) != nil }
    if let unknown = names.first, kinds.count != 1 {
      throw DecodingError.dataCorruptedError(
        forKey: AttackKey(stringValue: unknown), in: self,
        debugDescription: kinds.isEmpty
          ? "no attack is of kind \(unknown); there are \(AttackRegistry.kinds.joined(separator: ", "))"
          : "more than one attack: \(kinds.joined(separator: ", "))")
    }
    // Where there is none, PGD is what is missing.
    let kind = kinds.first ?? PGD.kind
    return try decode(AttackRegistry.type(ofKind: kind) ?? PGD.self, kind)
  }

  private func decode(_ type: any Attack.Type, _ kind: String) throws -> any Attack {
    func decoded<A: Attack>(_ type: A.Type) throws -> any Attack {
      try decode(type, forKey: AttackKey(stringValue: kind))
    }
    return try decoded(type)
  }
}
