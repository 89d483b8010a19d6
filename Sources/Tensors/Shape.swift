// The extents of an array, outermost first.

internal import Basics

/// Extents of a row-major array, outermost first: `[N, C, H, W]` for images, `[N, K]` for logits.
public struct Shape: Hashable, Sendable, Codable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// One extent a dimension, each at least 0.
  public let dimensions: [Int]

  /// A shape with these extents, outermost first; none may be negative.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "Shape: negative extent in \(dimensions)")
    self.dimensions = dimensions
  }

  /// A shape written as a list: `[64, 3, 32, 32]`; no extent may be negative.
  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// A shape from a list of whole numbers. Throws `DecodingError` if one is negative.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let dimensions = try container.decode([Int].self)
    guard dimensions.allSatisfy({ $0 >= 0 }) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "negative extent in \(dimensions)")
    }
    self.dimensions = dimensions
  }

  /// Writes the extents as a list of whole numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(dimensions)
  }

  /// Number of dimensions.
  public var rank: Int { dimensions.count }

  /// Number of elements: the product of the extents, 1 for a scalar.
  public var count: Int { dimensions.reduce(1, *) }

  /// The extent of dimension `axis`, in `0..<rank`.
  public subscript(axis: Int) -> Int { dimensions[axis] }

  /// The extents in brackets: "[64, 3, 32, 32]".
  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}
