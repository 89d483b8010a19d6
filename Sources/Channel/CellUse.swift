// What decided a cell's figures and numbers, as the program tells it while it runs.

/// Something that a cell used or made, with the key that names it.
public enum CellUse: Codable, Sendable, Equatable {
  /// A trained network.
  case run(RunUse)
  /// A derived number: `notebook.computed`.
  case numbers(NumbersUse)
  /// A figure or table that was shown.
  case drawing(DrawingUse)
  /// Files and folders outside the store that the program looked at, absolute.
  case files([String])
}

/// Where a network or a number came from.
public enum UseState: String, Codable, Sendable {
  /// It was in the store.
  case stored
  /// It was made now.
  case made
  /// It was begun once and will go on from its checkpoint; only said by a program that plans.
  case interrupted
  /// It is not there yet; only said by a program that plans.
  case missing
}

/// A network that a cell trained or loaded.
public struct RunUse: Codable, Sendable, Equatable {
  /// For people: the recipe's name.
  public var name: String
  /// The run key, 64 hexadecimal digits.
  public var key: String
  /// Every number of the recipe: "attack.pgd.steps": "10".
  public var recipe: [String: String]
  /// Hash of the images.
  public var data: String
  /// The seed of the recipe.
  public var seed: UInt64
  /// The version of the bits that the network was trained with.
  public var numericsVersion: Int
  /// Level of the kernels it was trained with; nil before it is trained.
  public var kernelLevel: String?
  /// Seconds of training; predicted ones for a network that is missing.
  public var seconds: Double
  /// Whether the run that used it made it, or found it stored.
  public var state: UseState

  /// A use of a network: its name and key, what it was trained with, and how long that took.
  public init(
    name: String, key: String, recipe: [String: String], data: String, seed: UInt64, numericsVersion: Int,
    kernelLevel: String?, seconds: Double, state: UseState
  ) {
    self.name = name
    self.key = key
    self.recipe = recipe
    self.data = data
    self.seed = seed
    self.numericsVersion = numericsVersion
    self.kernelLevel = kernelLevel
    self.seconds = seconds
    self.state = state
  }
}

/// Numbers that a cell computed or loaded.
public struct NumbersUse: Codable, Sendable, Equatable {
  /// "landscape", "accuracies".
  public var kind: String
  /// The data key, 64 hexadecimal digits.
  public var key: String
  /// What they were computed from.
  public var inputs: [String: String]
  /// Seconds that computing took; nil when they were stored, until the runner finds it in an earlier record.
  public var seconds: Double?
  /// Whether the run that used it made it, or found it stored.
  public var state: UseState

  /// A use of derived numbers: their kind and key, and what they were derived from.
  public init(kind: String, key: String, inputs: [String: String], seconds: Double?, state: UseState) {
    self.kind = kind
    self.key = key
    self.inputs = inputs
    self.seconds = seconds
    self.state = state
  }
}

/// A figure or table that a cell showed.
public struct DrawingUse: Codable, Sendable, Equatable {
  /// The name of its files, or the label of its cell.
  public var name: String
  /// The draw key: SHA-256 of its numbers and its style.
  public var key: String
  /// SHA-256 of its numbers alone, where it has any.
  public var numbers: String?

  /// A drawing under the name `name`; nil numbers where it has none beside its picture.
  public init(name: String, key: String, numbers: String?) {
    self.name = name
    self.key = key
    self.numbers = numbers
  }
}
