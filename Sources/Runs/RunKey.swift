// What names a run: a hash of everything that decides its numbers, and of nothing else.

internal import Basics
internal import FileSystem

/// SHA-256 over the canonical JSON of kind, recipe, data and `numericsVersion`.
public struct RunKey: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// Nil unless `hex` is 64 lower-case hexadecimal digits.
  public init?(hex: String) {
    guard hex.utf8.count == 64, hex.allSatisfy({ "0123456789abcdef".contains($0) }) else { return nil }
    self.hex = hex
  }

  init(hashing text: String) { hex = Digest.sha256(text) }

  /// A key from its 64 hexadecimal digits. Throws `DecodingError` for any other text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let key = RunKey(hex: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not 64 hexadecimal digits")
    }
    self = key
  }

  /// Writes the key as its 64 hexadecimal digits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }

  /// The first 10 digits, for people.
  public var short: String { String(hex.prefix(10)) }

  /// The first 10 digits, as `short`.
  public var description: String { short }

  /// Keys are ordered by their digits.
  public static func < (a: RunKey, b: RunKey) -> Bool { a.hex < b.hex }
}

/// Everything that decides the numbers of a run.
///
/// Not in it: names, comments, thread counts, kernel levels, times and paths, since they must not retrain anything.
public struct RunIdentity: Hashable, Sendable {
  /// What was done: "train" for example.
  public let kind: String
  /// Hash of the data.
  public let data: String
  /// The version of the bits, raised whenever the same recipe gives other bits.
  public let numericsVersion: Int
  /// The hash of everything here.
  public let key: RunKey
  /// Content of `recipe.json`.
  let tree: JSON

  /// Throws `EncodingError` if the recipe cannot be written as JSON.
  public init(kind: String = "train", recipe: some Encodable, data: String, numericsVersion: Int) throws {
    try self.init(
      tree: .object([
        JSON.Member("data", .string(data)), JSON.Member("kind", .string(kind)),
        JSON.Member("numericsVersion", .number(String(numericsVersion))),
        JSON.Member("recipe", CanonicalJSON.tree(of: recipe)),
      ]), path: "recipe")
  }

  /// The identity that the `recipe.json` at `path` holds.
  init(contentsOf path: String) throws {
    let bytes = try Files.read(path)
    let tree: JSON
    do throws(JSON.Failure) {
      tree = try JSON(parsing: bytes)
    } catch {
      throw RunError.damaged(path: path, reason: error.description)
    }
    try self.init(tree: tree, path: path)
  }

  private init(tree: JSON, path: String) throws {
    guard case .object(let members) = tree, members.count == 4, let data = tree["data"]?.string,
      let kind = tree["kind"]?.string, let version = tree["numericsVersion"]?.int, tree["recipe"] != nil
    else { throw RunError.damaged(path: path, reason: "it needs exactly data, kind, numericsVersion and recipe") }
    self.data = data
    self.kind = kind
    numericsVersion = version
    self.tree = tree
    key = RunKey(hashing: tree.canonical)
  }

  /// The recipe as a `Recipe`. Throws `RunError.recipe` if it is of another form.
  public func recipe<Recipe: Decodable>(as type: Recipe.Type) throws -> Recipe {
    do {
      return try CanonicalJSON.value(type, from: tree["recipe"] ?? .null)
    } catch {
      throw RunError.recipe(run: key, reason: CanonicalJSON.explain(error))
    }
  }

  /// Whether the two differ in nothing but the numerics version.
  func isSame(but other: RunIdentity) -> Bool {
    kind == other.kind && data == other.data && tree["recipe"]?.canonical == other.tree["recipe"]?.canonical
  }

  /// Identities are equal if their keys are.
  public static func == (a: RunIdentity, b: RunIdentity) -> Bool { a.key == b.key }

  /// Hashes the key.
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}
