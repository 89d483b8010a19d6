// A column of numbers with gaps, that remembers how precise it was.

internal import Basics

/// Numbers of one series, gaps included.
///
/// Anything that is not finite is a gap when drawn. Equality and hashing go by bits, so that a figure with gaps equals
/// itself; encoding writes gaps and infinities as the strings "nan", "inf" and "-inf".
public struct Numbers: Hashable, Sendable, Codable, ExpressibleByArrayLiteral {
  /// The numbers; NaN where there is none.
  public var values: [Double]
  /// Whether they were `Float`, and are written with as many digits as that takes.
  public var isSingle: Bool

  /// Numbers with NaN for gaps.
  public init(_ values: [Double], isSingle: Bool = false) {
    self.values = values
    self.isSingle = isSingle
  }

  /// `[1, nil, 3]`.
  public init(arrayLiteral elements: Double?...) { self.init(elements.map { $0 ?? .nan }) }

  /// How many there are, gaps included.
  public var count: Int { values.count }

  /// The shortest text that gives the number back exactly; "nan" for a gap.
  public func text(at index: Int) -> String {
    isSingle ? Float(values[index]).description : values[index].description
  }

  /// Whether both have the same bits and the same precision; a gap equals itself.
  public static func == (a: Numbers, b: Numbers) -> Bool {
    a.isSingle == b.isSingle && a.values.elementsEqual(b.values) { $0.bitPattern == $1.bitPattern }
  }

  /// Feeds the bits and the precision.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(isSingle)
    for value in values { hasher.combine(value.bitPattern) }
  }

  private enum CodingKeys: CodingKey { case values, isSingle }

  /// Writes the numbers, and what is not finite as "nan", "inf" or "-inf".
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(isSingle, forKey: .isSingle)
    var list = container.nestedUnkeyedContainer(forKey: .values)
    for value in values {
      if value.isFinite { try list.encode(value) } else { try list.encode(value.description) }
    }
  }

  /// Reads what `encode(to:)` wrote. Throws `DecodingError` for text that is none of its words.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    isSingle = try container.decode(Bool.self, forKey: .isSingle)
    values = []
    var list = try container.nestedUnkeyedContainer(forKey: .values)
    while !list.isAtEnd {
      if let value = try? list.decode(Double.self) {
        values.append(value)
      } else {
        let text = try list.decode(String.self)
        guard let value = Double(text), !value.isFinite else {
          throw DecodingError.dataCorruptedError(in: list, debugDescription: "\"\(text)\" is not a number")
        }
        values.append(value)
      }
    }
  }

  /// Combines two columns, row by row, in the precision of the less precise one.
  static func combine(_ a: Numbers, _ b: Numbers, _ operation: (Double, Double) -> Double) -> Numbers {
    precondition(a.count == b.count, "Numbers: \(a.count) and \(b.count) values do not go together")
    let isSingle = a.isSingle && b.isSingle
    return Numbers(
      zip(a.values, b.values).map { isSingle ? Double(Float(operation($0, $1))) : operation($0, $1) },
      isSingle: isSingle)
  }
}

/// A number that can be plotted; `nil` is a gap.
public protocol Plottable {
  /// The value, NaN for a gap.
  var plotted: Double { get }
  /// Whether the value carries the precision of `Float` only.
  static var isSinglePrecision: Bool { get }
}

extension Double: Plottable {
  /// The number itself.
  public var plotted: Double { self }
  /// False.
  public static var isSinglePrecision: Bool { false }
}

extension Float: Plottable {
  /// The number itself.
  public var plotted: Double { Double(self) }
  /// True: a `Float` is written with as many digits as give that `Float` back.
  public static var isSinglePrecision: Bool { true }
}

extension Int: Plottable {
  /// The number, exact up to 2⁵³.
  public var plotted: Double { Double(self) }
  /// False.
  public static var isSinglePrecision: Bool { false }
}

extension Optional: Plottable where Wrapped: Plottable {
  /// The number, NaN for `nil`.
  public var plotted: Double { self?.plotted ?? .nan }
  /// That of the number.
  public static var isSinglePrecision: Bool { Wrapped.isSinglePrecision }
}

extension Numbers {
  /// The numbers of any sequence: `[Float]`, `[Double?]`, `0..<10`, a stride.
  public init<S: Sequence>(_ sequence: S) where S.Element: Plottable {
    self.init(sequence.map(\.plotted), isSingle: S.Element.isSinglePrecision)
  }
}
