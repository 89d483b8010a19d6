// Recipes out of JSON trees, with refusals for people. Foundation's decoder names Swift types, and names no field where
// a number does not fit.

internal import Basics
internal import Datasets
internal import Objectives
internal import Tensors

/// A place in a tree, to decode a value from. All that it throws are `FieldError`s.
struct RecipeDecoder: Decoder, SingleValueDecodingContainer {
  let tree: JSON
  private(set) var codingPath: [any CodingKey] = []
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  init(_ tree: JSON) { self.tree = tree }

  /// The value here.
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let allowed = Self.allowed(type)
    if let scalar = type as? any JSONScalar.Type {
      guard let value = scalar.init(json: tree) as? Value else { throw mismatch(scalar.allowed) }
      return value
    }
    if let choices = Self.choices(type) {
      guard case .string(let text) = tree, choices.contains(text) else { throw mismatch(allowed) }
    }
    if let kinds = type as? any JSONKinds.Type {
      guard case .object(let members) = tree, members.contains(where: { kinds.kinds.contains($0.name) }) else {
        throw mismatch(allowed)
      }
    }
    do {
      return try Value(from: self)
    } catch DecodingError.dataCorrupted(let context) {
      throw mismatch(allowed, found: "not understood (\(context.debugDescription))")
    } catch is DecodingError {
      throw mismatch(allowed)
    }
  }

  func decodeNil() -> Bool { tree == JSON.null }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let members) = tree else { throw mismatch("an object, { … }") }
    return KeyedDecodingContainer(Members(decoder: self, names: members.map(\.name)))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let values) = tree else { throw mismatch("a list, [ … ]") }
    return Elements(decoder: self, values: values)
  }

  /// What stands at `key`; throws if nothing does where a `type` is needed.
  fileprivate func member(_ key: some CodingKey, as type: Any.Type) throws -> RecipeDecoder {
    guard let value = tree[key.stringValue] else {
      throw FieldError(field: inner(JSON.null, key).field, value: "missing", allowed: Self.allowed(type))
    }
    return inner(value, key)
  }

  fileprivate func inner(_ value: JSON, _ key: some CodingKey) -> RecipeDecoder {
    var inner = RecipeDecoder(value)
    inner.codingPath = codingPath + [key]
    return inner
  }

  // MARK: Words

  /// `augmentation.steps[0].crop.padding`, or "the file" at the top.
  private var field: String {
    let path = codingPath.reduce(into: "") { path, key in
      path += key.intValue.map { "[\($0)]" } ?? (path.isEmpty ? "" : ".") + key.stringValue
    }
    return path.isEmpty ? "the file" : path
  }

  private func mismatch(_ allowed: String, found: String? = nil) -> FieldError {
    let value =
      switch tree {
      case .object: "an object"
      case .array: "a list"
      case .number(let text): text
      default: tree.canonical
      }
    return FieldError(field: field, value: found ?? value, allowed: allowed)
  }

  /// What a value of this type is, for people.
  private static func allowed(_ type: Any.Type) -> String {
    if let scalar = type as? any JSONScalar.Type { return scalar.allowed }
    if let choices = choices(type) { return choices.map(JSON.quoted).joined(separator: ", ") }
    if let kinds = type as? any JSONKinds.Type { return "an object with one of " + kinds.kinds.joined(separator: ", ") }
    return "a value as `workbench recipes explain NAME --json` prints"
  }

  /// The texts that stand for the cases of an enumeration; nil for another type.
  private static func choices(_ type: Any.Type) -> [String]? {
    func all<Choice: CaseIterable & RawRepresentable>(_: Choice.Type) -> [String] {
      Choice.allCases.map { "\($0.rawValue)" }
    }
    guard let type = type as? any (CaseIterable & RawRepresentable).Type else { return nil }
    return all(type)
  }
}

// MARK: - Containers

private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: RecipeDecoder
  let names: [String]

  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { names.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { decoder.tree[key.stringValue] != nil }

  func decodeNil(forKey key: Key) throws -> Bool { decoder.tree[key.stringValue] == JSON.null }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try decoder.member(key, as: type).decode(type)
  }

  func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type, forKey key: Key) throws
    -> KeyedDecodingContainer<Inner>
  {
    try decoder.member(key, as: JSON.self).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder.member(key, as: JSON.self).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }

  func superDecoder(forKey key: Key) throws -> any Decoder { try decoder.member(key, as: JSON.self) }
}

private struct Elements: UnkeyedDecodingContainer {
  let decoder: RecipeDecoder
  let values: [JSON]
  var currentIndex = 0

  init(decoder: RecipeDecoder, values: [JSON]) { (self.decoder, self.values) = (decoder, values) }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { values.count }
  var isAtEnd: Bool { currentIndex >= values.count }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, values[currentIndex] == JSON.null else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().decode(type) }

  mutating func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type) throws -> KeyedDecodingContainer<Inner> {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }

  mutating func superDecoder() throws -> any Decoder { try next() }

  private mutating func next() throws -> RecipeDecoder {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(JSON.self, .init(codingPath: codingPath, debugDescription: "the list ends"))
    }
    defer { currentIndex += 1 }
    return decoder.inner(values[currentIndex], Place(intValue: currentIndex))
  }

  private struct Place: CodingKey {
    let intValue: Int?
    var stringValue: String { "\(intValue ?? 0)" }

    init(intValue: Int) { self.intValue = intValue }
    init?(stringValue: String) { return nil }
  }
}

// MARK: - Plain values

/// What one JSON value of a kind becomes.
private protocol JSONScalar {
  /// nil if `json` is of another kind or does not fit.
  init?(json: JSON)
  /// For people.
  static var allowed: String { get }
}

extension Bool: JSONScalar {
  fileprivate init?(json: JSON) {
    guard case .bool(let value) = json else { return nil }
    self = value
  }
  fileprivate static var allowed: String { "true or false" }
}

extension String: JSONScalar {
  fileprivate init?(json: JSON) {
    guard let text = json.string else { return nil }
    self = text
  }
  fileprivate static var allowed: String { "a text in quotes" }
}

extension Int: JSONScalar {
  fileprivate init?(json: JSON) { self.init(whole: json) }
  fileprivate static var allowed: String { "a whole number of at most 18 digits" }
}

extension UInt64: JSONScalar {
  fileprivate init?(json: JSON) { self.init(whole: json) }
  fileprivate static var allowed: String { "a whole number, 0 … \(max)" }
}

extension Float: JSONScalar {
  fileprivate init?(json: JSON) { self.init(finite: json) }
  fileprivate static var allowed: String { "a number, at most 3.4e38 in magnitude" }
}

extension Double: JSONScalar {
  fileprivate init?(json: JSON) { self.init(finite: json) }
  fileprivate static var allowed: String { "a number, at most 1.7e308 in magnitude" }
}

extension FixedWidthInteger {
  /// 34, and 34.0 too.
  fileprivate init?(whole json: JSON) {
    guard case .number(let text) = json else { return nil }
    guard let value = Self(text) ?? Double(text).flatMap({ Self(exactly: $0) }) else { return nil }
    self = value
  }
}

extension BinaryFloatingPoint where Self: LosslessStringConvertible {
  fileprivate init?(finite json: JSON) {
    guard case .number(let text) = json, let value = Self(text), value.isFinite else { return nil }
    self = value
  }
}

/// An enumeration whose cases have numbers: an object with the case's name as its only member.
private protocol JSONKinds {
  static var kinds: [String] { get }
}

extension Schedule: JSONKinds {
  fileprivate static var kinds: [String] { ["constant", "multiStep", "cosine"] }
}

extension Augmentation.Step: JSONKinds {
  fileprivate static var kinds: [String] { ["crop", "flip", "autoAugment", "cutout"] }
}

extension Objective.Term: JSONKinds {}
