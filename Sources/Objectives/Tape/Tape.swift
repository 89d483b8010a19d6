// A formula on rows of logits as a list of steps: what a recipe keeps of a loss.

/// The steps of a formula in the order in which they are computed; the last one is its value, one number an example.
///
/// The list is a function of the formula: equal parts occur once, unused parts do not occur, and the order is that of a
/// walk from the result. Names of variables and of the loss leave no trace.
struct Tape: Sendable {
  let operations: [Operation]
  /// Where the value of a step begins, in units of K numbers. Inputs come before all steps.
  let slots: [Int]
  /// 1 for one number a class, 0 for one number an example.
  let strides: [Int]

  /// Slots of inputs: logits, probabilities and their logarithms of two networks or views, and the label.
  static let inputSlots = 7

  static func slot(_ input: Operation.Input, _ index: Int) -> Int {
    switch input {
    case .logits: index
    case .probabilities: 2 + index
    case .logProbabilities: 4 + index
    case .oneHot: 6
    }
  }

  /// Slots in all.
  var slotCount: Int { Self.inputSlots + operations.count }

  /// Whether the formula asks for this input of either row.
  func uses(_ input: Operation.Input) -> Bool {
    operations.contains { if case .input(input, _) = $0 { true } else { false } }
  }

  /// Whether the formula asks for the label.
  var usesLabels: Bool {
    operations.contains {
      switch $0 {
      case .input(.oneHot, _), .reduction(.atLabel, _), .reduction(.largestOther, _): true
      default: false
      }
    }
  }

  /// Whether the formula asks for the second row of logits.
  var usesSecondRow: Bool { operations.contains { if case .input(_, 1) = $0 { true } else { false } } }

  /// Fewest classes that the formula makes sense for.
  var fewestClasses: Int {
    operations.reduce(1) {
      switch $1 {
      case .ranked(_, let rank): max($0, rank)
      case .reduction(.largestOther, _): max($0, 2)
      default: $0
      }
    }
  }

  /// A formula from steps of any origin. Throws `Fault` unless operands come before their use, class-wise steps get
  /// class-wise values, constants are finite and the result is one number an example.
  init(_ operations: [Operation]) throws(Fault) {
    var strides: [Int] = []
    for (place, operation) in operations.enumerated() {
      func check(_ condition: Bool, _ reason: String) throws(Fault) {
        if !condition { throw Fault(step: place, reason: reason) }
      }
      try check(operation.operands.allSatisfy { (0..<place).contains($0) }, "an operand comes later")
      switch operation {
      case .input(let kind, let index):
        try check(index == 0 || index == 1 && kind != .oneHot, "there is no input \(index)")
        strides.append(1)
      case .constant(let number):
        try check(number.isFinite, "the constant \(number) is not finite")
        strides.append(0)
      case .binary(_, let a, let b): strides.append(max(strides[a], strides[b]))
      case .map(_, let a): strides.append(strides[a])
      case .log(let a, let floor):
        try check(floor.isFinite && floor > 0, "the logarithm's lower bound \(floor) is not above 0")
        strides.append(strides[a])
      case .normalization(let kind, let a):
        try check(strides[a] == 1, "\(kind) needs one number a class and gets one an example")
        strides.append(1)
      case .reduction(let kind, let a):
        try check(strides[a] == 1, "\(kind) needs one number a class and gets one an example")
        strides.append(0)
      case .ranked(let a, let rank):
        try check(strides[a] == 1, "largest needs one number a class and gets one an example")
        try check(rank >= 1, "rank \(rank) is below 1")
        strides.append(0)
      }
    }
    guard strides.last == 0 else {
      throw Fault(
        step: max(0, operations.count - 1),
        reason: "the formula gives one number a class instead of one an example; use sum(…) or mean(…) over the classes"
      )
    }
    self.operations = operations
    self.strides = strides
    slots = operations.enumerated().map { place, operation in
      if case .input(let kind, let index) = operation { Self.slot(kind, index) } else { Self.inputSlots + place }
    }
  }

  /// Why a list of steps is no formula.
  struct Fault: Error, CustomStringConvertible {
    let step: Int
    let reason: String
    var description: String { "step \(step): \(reason)" }
  }
}

extension Tape: Hashable {
  static func == (a: Tape, b: Tape) -> Bool { a.operations == b.operations }
  func hash(into hasher: inout Hasher) { hasher.combine(operations) }
}

extension Tape: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let operations = try container.decode([Operation].self)
    do throws(Fault) {
      try self.init(operations)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a formula: \(error)")
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(operations)
  }
}
