// The vocabulary of the tape: what a loss on logits may be made of.

/// One step of a formula. Operands are places of earlier steps; a value is one number an example or one a class.
enum Operation: Hashable, Sendable {
  /// A row of what the loss is given.
  enum Input: String, Sendable, CaseIterable {
    /// Logits, divided by the temperature.
    case logits
    /// softmax of the logits; or a given distribution.
    case probabilities
    /// Logarithm of `probabilities`, from the logits without underflow.
    case logProbabilities
    /// 1 at the example's class, else 0.
    case oneHot
  }

  enum Binary: String, Sendable, CaseIterable {
    case add, subtract, multiply, divide, maximum, minimum
  }

  /// Number by number.
  enum Map: String, Sendable, CaseIterable {
    case exp, square, absolute
  }

  /// From one number a class to one a class.
  enum Normalization: String, Sendable, CaseIterable {
    case softmax, logSoftmax
  }

  /// From one number a class to one number.
  enum Reduction: String, Sendable, CaseIterable {
    case sum, mean
    /// The number at the example's class.
    case atLabel
    /// The largest number but that of the example's class.
    case largestOther
  }

  /// Logits 0 or 1, or their softmax; `oneHot` has only 0.
  case input(Input, Int)
  case constant(Double)
  case binary(Binary, Int, Int)
  case map(Map, Int)
  /// log max(x, floor).
  case log(Int, floor: Double)
  case normalization(Normalization, Int)
  case reduction(Reduction, Int)
  /// The number of this rank, 1 being the largest; among equals the lower class comes first.
  case ranked(Int, rank: Int)

  /// Places of the operands.
  var operands: [Int] {
    switch self {
    case .input, .constant: []
    case .binary(_, let a, let b): [a, b]
    case .map(_, let a), .log(let a, floor: _), .normalization(_, let a), .reduction(_, let a), .ranked(let a, rank: _):
      [a]
    }
  }

  /// The same step with operand `i` at `place(i)`.
  func moved(_ place: (Int) -> Int) -> Operation {
    switch self {
    case .input, .constant: self
    case .binary(let kind, let a, let b): .binary(kind, place(a), place(b))
    case .map(let kind, let a): .map(kind, place(a))
    case .log(let a, let floor): .log(place(a), floor: floor)
    case .normalization(let kind, let a): .normalization(kind, place(a))
    case .reduction(let kind, let a): .reduction(kind, place(a))
    case .ranked(let a, let rank): .ranked(place(a), rank: rank)
    }
  }
}

// {"do": "add", "of": [0, 1]}, {"do": "constant", "number": 0.5}, {"do": "probabilities", "number": 0}
extension Operation: Codable {
  private enum Key: String, CodingKey {
    case name = "do"
    case operands = "of"
    case number
  }

  private var name: String {
    switch self {
    case .input(let kind, _): kind.rawValue
    case .constant: "constant"
    case .binary(let kind, _, _): kind.rawValue
    case .map(let kind, _): kind.rawValue
    case .log: "log"
    case .normalization(let kind, _): kind.rawValue
    case .reduction(let kind, _): kind.rawValue
    case .ranked: "ranked"
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    if !operands.isEmpty { try container.encode(operands, forKey: .operands) }
    switch self {
    case .input(_, let index): try container.encode(index, forKey: .number)
    case .constant(let number): try container.encode(number, forKey: .number)
    case .log(_, let floor): try container.encode(floor, forKey: .number)
    case .ranked(_, let rank): try container.encode(rank, forKey: .number)
    case .binary, .map, .normalization, .reduction: break
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let name = try container.decode(String.self, forKey: .name)
    let operands = try container.decodeIfPresent([Int].self, forKey: .operands) ?? []
    func operand(_ i: Int, of count: Int) throws -> Int {
      if operands.count == count { return operands[i] }
      throw DecodingError.dataCorruptedError(
        forKey: .operands, in: container, debugDescription: "\(name) has \(count) operands, not \(operands.count)")
    }
    func number<T: Decodable>() throws -> T { try container.decode(T.self, forKey: .number) }

    if let kind = Input(rawValue: name) {
      self = .input(kind, try number())
    } else if let kind = Binary(rawValue: name) {
      self = .binary(kind, try operand(0, of: 2), try operand(1, of: 2))
    } else if let kind = Map(rawValue: name) {
      self = .map(kind, try operand(0, of: 1))
    } else if let kind = Normalization(rawValue: name) {
      self = .normalization(kind, try operand(0, of: 1))
    } else if let kind = Reduction(rawValue: name) {
      self = .reduction(kind, try operand(0, of: 1))
    } else if name == "constant" {
      self = .constant(try number())
    } else if name == "log" {
      self = .log(try operand(0, of: 1), floor: try number())
    } else if name == "ranked" {
      self = .ranked(try operand(0, of: 1), rank: try number())
    } else {
      throw DecodingError.dataCorruptedError(
        forKey: .name, in: container, debugDescription: "a formula has no operation \(name)")
    }
  }
}
