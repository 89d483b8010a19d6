// How much work a notebook does, as data: a name that folders and commands have, and the numbers that recipes read.

/// How much work a run of a notebook does.
///
/// Four scales are the workbench's own. A project adds others in `notebooks/scales.yml`, one line each; such a scale is
/// *like* one of the four, which answers wherever it has no number of its own.
public struct Scale: Hashable, Sendable, CustomStringConvertible {
  /// The four scales for which experiments are written down.
  public enum Basis: String, Hashable, Codable, CaseIterable, Sendable {
    case draft, demo, cifar, paper
  }

  /// A number that a scale of one's own may set, named as the field of the recipe that it becomes.
  public enum Quantity: String, Hashable, Codable, CaseIterable, Sendable {
    /// Epochs of training, for a recipe whose published run has 200 of them.
    case epochs
    /// Images of a training step.
    case batchSize
    /// Depth of the wide ResNets, 6n + 4.
    case depth
    /// Factor on the width of the wide ResNets.
    case widenFactor
    /// Training images at most, those held out included.
    case trainCount
    /// Training images that are held out.
    case heldOut
    /// Test images at most.
    case testCount
  }

  /// What commands and folders call it: lower-case letters, digits and "-", a letter first.
  public let name: String
  /// One line for help.
  public let explanation: String
  /// The scale whose values stand where this one has none.
  public let basis: Basis
  /// What it sets itself, each at least 1; empty for the workbench's own four.
  public let values: [Quantity: Int]

  /// A scale like `basis`, but for `values`.
  ///
  /// Throws `ScaleError` if the name cannot be a folder's or is one of the workbench's own, or a value is below 1.
  public init(
    name: String, like basis: Basis, values: [Quantity: Int] = [:], explanation: String? = nil
  ) throws(ScaleError) {
    let plain = name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    guard plain, let first = name.utf8.first, first >= 97, name.utf8.count <= 64 else { throw .badName(name) }
    guard Basis(rawValue: name) == nil else { throw .taken(name) }
    for (quantity, value) in values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where value < 1 {
      throw .badValue(scale: name, quantity, value)
    }
    self.init(basis, name, values, explanation ?? "like \(basis.rawValue)")
  }

  private init(_ basis: Basis, _ name: String, _ values: [Quantity: Int], _ explanation: String) {
    (self.basis, self.name, self.values, self.explanation) = (basis, name, values, explanation)
  }

  /// Seconds: for changing a cell and looking.
  public static let draft = Scale(.draft, "draft", [:], "seconds, for changing a cell and looking")
  /// Minutes on two cores, on the embedded data set.
  public static let demo = Scale(.demo, "demo", [:], "minutes, on images that need no download")
  /// Hours, on CIFAR-10.
  public static let cifar = Scale(.cifar, "cifar", [:], "hours, on CIFAR-10")
  /// The numbers of the paper.
  public static let paper = Scale(.paper, "paper", [:], "months, with the published numbers")

  /// The workbench's own scales, from the least work to the most.
  public static let standard: [Scale] = [draft, demo, cifar, paper]

  /// The scale of this name among `own` and the workbench's. Throws `ScaleError.unknown`, which names all of them.
  public static func named(_ name: String, among own: [Scale] = []) throws(ScaleError) -> Scale {
    let all = standard + own
    guard let found = all.first(where: { $0.name == name }) else { throw .unknown(name, known: all.map(\.name)) }
    return found
  }

  /// The value for this scale; for one of a project's own that of the scale that it is like.
  public func pick<Value>(draft: Value, demo: Value, cifar: Value, paper: Value) -> Value {
    switch basis {
    case .draft: draft
    case .demo: demo
    case .cifar: cifar
    case .paper: paper
    }
  }

  /// The number that this scale sets itself; nil where it has none.
  public subscript(quantity: Quantity) -> Int? { values[quantity] }

  /// The scale's name.
  public var description: String { name }

  /// The name, and for a scale of one's own its basis and numbers: what a program that ran at this scale depends on.
  public var identity: String {
    if Basis(rawValue: name) != nil { return name }
    let numbers = values.map { "\($0.key.rawValue)=\($0.value)" }.sorted()
    return ([name, "like", basis.rawValue] + numbers).joined(separator: " ")
  }
}

/// A scale that there is not, or that cannot be. Messages say what there is.
public enum ScaleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No scale has this name; the names that there are.
  case unknown(String, known: [String])
  /// A name that cannot be a folder's.
  case badName(String)
  /// The name of one of the workbench's own scales.
  case taken(String)
  /// A number below 1.
  case badValue(scale: String, Scale.Quantity, Int)

  /// The scale, and what there is or may be.
  public var description: String {
    switch self {
    case .unknown(let name, let known):
      "no scale \"\(name)\"; there are \(known.joined(separator: ", ")); notebooks/scales.yml adds one in a line"
    case .badName(let name):
      "\"\(name)\" cannot be a scale's name: use lower-case letters, digits and \"-\", a letter first"
    case .taken(let name): "\"\(name)\" is one of the workbench's own scales; choose another name"
    case .badValue(let scale, let quantity, let value):
      "scale \"\(scale)\": \(quantity.rawValue) is \(value); allowed: 1 or more"
    }
  }
}

/// A scale of the workbench's own is its name; another one is a mapping with everything that it sets.
extension Scale: Codable {
  private enum CodingKeys: String, CodingKey { case name, like, values, explanation }

  /// Reads a name or a mapping. Throws `ScaleError` or `DecodingError` if it is no scale.
  public init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      self = try Scale.named(name)
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let values = try container.decode([String: Int].self, forKey: .values)
    try self.init(
      name: container.decode(String.self, forKey: .name), like: container.decode(Basis.self, forKey: .like),
      values: Dictionary(
        uniqueKeysWithValues: try values.map { key, value in
          guard let quantity = Quantity(rawValue: key) else {
            throw DecodingError.dataCorruptedError(
              forKey: .values, in: container,
              debugDescription:
                "no quantity \"\(key)\"; there are \(Quantity.allCases.map(\.rawValue).joined(separator: ", "))")
          }
          return (quantity, value)
        }),
      explanation: container.decode(String.self, forKey: .explanation))
  }

  /// Writes the name of one of the workbench's own scales, and a mapping for another one.
  public func encode(to encoder: any Encoder) throws {
    if Basis(rawValue: name) != nil {
      var container = encoder.singleValueContainer()
      return try container.encode(name)
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(basis, forKey: .like)
    try container.encode(
      Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) }), forKey: .values)
    try container.encode(explanation, forKey: .explanation)
  }
}
