// Any mark as an element of a panel, and its encoding.

/// One thing drawn inside a panel: any `FigureMark`, compared, hashed and encoded by what it holds.
///
/// The encoding is `{"line": {"_0": {…}}}`: the mark's kind in camel case, then its own encoding. Draw keys are hashes
/// of it, so it must not change.
public struct Mark: Hashable, Sendable, Codable, MarkConvertible {
  /// The marks of this library, which decoding finds by their kind.
  private static let types: [any FigureMark.Type] = [
    Line.self, Band.self, Points.self, Bars.self, Rule.self, Annotation.self, HeatMap.self,
  ]

  /// The mark itself.
  public let content: any FigureMark

  /// Holds the mark.
  public init(_ content: some FigureMark) { self.content = content }

  /// The mark's name; `nil` if it has none.
  public var label: String? { content.label }

  /// Itself.
  public var mark: Mark { self }

  /// Whether the mark's type is not one of this library's.
  package var isFromOutside: Bool { !Self.types.contains { $0 == type(of: content) } }

  /// Whether both hold equal marks of one type.
  public static func == (a: Mark, b: Mark) -> Bool {
    func isEqual<M: FigureMark>(_ a: M) -> Bool { (b.content as? M) == a }
    return isEqual(a.content)
  }

  /// Feeds the mark, and what kind it is.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(type(of: content)))
    content.hash(into: &hasher)
  }

  /// Writes the mark under its kind.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    var inner = container.nestedContainer(keyedBy: Key.self, forKey: Key(kind: type(of: content).kind))
    try inner.encode(content, forKey: .content)
  }

  /// Reads a mark of this library, or of a type that `decoder.userInfo[.markTypes]` lists.
  ///
  /// Throws `DecodingError.dataCorrupted` for a kind that is neither, and what the mark's own decoding throws.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let types = Self.types + (decoder.userInfo[.markTypes] as? [any FigureMark.Type] ?? [])
    guard let key = container.allKeys.first, container.allKeys.count == 1,
      let type = types.first(where: { Key(kind: $0.kind).stringValue == key.stringValue })
    else {
      let found = container.allKeys.map(\.stringValue).sorted().joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: container.codingPath,
          debugDescription: "no mark is called \"\(found)\"; list its type in userInfo[.markTypes]"))
    }
    let inner = try container.nestedContainer(keyedBy: Key.self, forKey: key)
    func decoded<M: FigureMark>(_ type: M.Type) throws -> Mark { Mark(try inner.decode(type, forKey: .content)) }
    self = try decoded(type)
  }

  private struct Key: CodingKey {
    /// Where an enumeration would have its only value.
    static let content = Key(stringValue: "_0")

    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }

    /// "heat map" becomes "heatMap".
    init(kind: String) {
      let words = kind.split(separator: " ")
      stringValue = words.enumerated().map { $0 == 0 ? String($1) : $1.prefix(1).uppercased() + $1.dropFirst() }
        .joined()
    }
  }
}

extension CodingUserInfoKey {
  /// Where a decoder finds the types of marks from outside this library: `[any FigureMark.Type]`.
  public static let markTypes = CodingUserInfoKey(rawValue: "workbench.markTypes")!
}
