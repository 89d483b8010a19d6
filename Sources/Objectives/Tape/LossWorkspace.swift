// Evaluates a tape on one row and walks back through it. All arithmetic is in Double.

internal import Basics
internal import Tensors

/// The memory in which formulas are evaluated. It grows to what the largest formula needs and is then only reused; give
/// each thread its own.
public struct LossWorkspace: Sendable {
  var values: [Double] = []
  var adjoints: [Double] = []
  var classCount = 0
  /// The class of the row's example.
  var label = 0

  /// Memory for no formula yet; it grows with the first.
  public init() {}

  /// Makes room for `tape` on `classCount` classes.
  mutating func prepare(_ tape: Tape, classCount: Int) {
    precondition(
      classCount >= tape.fewestClasses,
      "a formula that ranks \(tape.fewestClasses) classes is evaluated on \(classCount) classes")
    self.classCount = classCount
    let needed = tape.slotCount * classCount
    if values.count < needed {
      values = [Double](repeating: 0, count: needed)
      adjoints = values
    }
  }

  // MARK: Inputs

  /// Logits of row `row` over `temperature`, and their softmax, as input `index`.
  mutating func setLogits(_ index: Int, _ logits: borrowing Tensor, row: Int, temperature: Double) {
    let k = classCount
    let z = Tape.slot(.logits, index) * k
    for j in 0..<k { values[z + j] = Double(logits.elements[row * k + j]) / temperature }
    softmax(z, Tape.slot(.probabilities, index) * k, Tape.slot(.logProbabilities, index) * k)
  }

  /// A distribution as input `index`.
  mutating func setDistribution(_ index: Int, _ p: [Double]) {
    let k = classCount
    for j in 0..<k {
      values[Tape.slot(.probabilities, index) * k + j] = p[j]
      values[Tape.slot(.logProbabilities, index) * k + j] = Maths.log(max(p[j], smallestProbability))
    }
  }

  mutating func setLabel(_ label: Int) {
    self.label = label
    let y = Tape.slot(.oneHot, 0) * classCount
    for j in 0..<classCount { values[y + j] = j == label ? 1 : 0 }
  }

  // MARK: Forward

  /// The formula's value on the inputs.
  mutating func forward(_ tape: Tape) -> Double {
    let k = classCount
    for place in tape.operations.indices {
      let out = tape.slots[place] * k
      switch tape.operations[place] {
      case .input: break
      case .constant(let number): values[out] = number
      case .binary(let kind, let a, let b):
        let (x, dx) = (tape.slots[a] * k, tape.strides[a])
        let (y, dy) = (tape.slots[b] * k, tape.strides[b])
        for j in 0..<(tape.strides[place] == 1 ? k : 1) {
          values[out + j] = Self.combine(kind, values[x + j * dx], values[y + j * dy])
        }
      case .map(let kind, let a):
        let x = tape.slots[a] * k
        for j in 0..<(tape.strides[place] == 1 ? k : 1) { values[out + j] = Self.apply(kind, values[x + j]) }
      case .log(let a, let floor):
        let x = tape.slots[a] * k
        for j in 0..<(tape.strides[place] == 1 ? k : 1) { values[out + j] = Maths.log(max(values[x + j], floor)) }
      case .normalization(.softmax, let a): softmax(tape.slots[a] * k, out, nil)
      case .normalization(.logSoftmax, let a): softmax(tape.slots[a] * k, nil, out)
      case .reduction(let kind, let a): values[out] = reduce(kind, tape.slots[a] * k)
      case .ranked(let a, let rank): values[out] = values[ranked(tape.slots[a] * k, rank)]
      }
    }
    return values[tape.slots[tape.operations.count - 1] * k]
  }

  private static func combine(_ kind: Operation.Binary, _ x: Double, _ y: Double) -> Double {
    switch kind {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .maximum: x > y || x.isNaN ? x : y
    case .minimum: x < y || x.isNaN ? x : y
    }
  }

  private static func apply(_ kind: Operation.Map, _ x: Double) -> Double {
    switch kind {
    case .exp: Maths.exp(x)
    case .square: x * x
    case .absolute: abs(x)
    }
  }

  private func reduce(_ kind: Operation.Reduction, _ x: Int) -> Double {
    switch kind {
    case .sum, .mean:
      var sum = 0.0
      for j in 0..<classCount { sum += values[x + j] }
      return kind == .sum ? sum : sum / Double(classCount)
    case .atLabel: return values[x + label]
    case .largestOther: return values[largestOther(x)]
    }
  }

  /// log p = z − max − log Σ exp(z − max) and p = exp(log p), into the given places.
  private mutating func softmax(_ z: Int, _ p: Int?, _ logP: Int?) {
    let k = classCount
    var top = values[z]
    for j in 1..<max(k, 1) { top = max(top, values[z + j]) }
    var sum = 0.0
    for j in 0..<k {
      let e = Maths.exp(values[z + j] - top)
      sum += e
      if let p { values[p + j] = e }
    }
    if let p { for j in 0..<k { values[p + j] /= sum } }
    if let logP {
      let shift = Maths.log(sum)
      for j in 0..<k { values[logP + j] = values[z + j] - top - shift }
    }
  }

  /// Place of the largest of the K numbers at `x` but the label's.
  func largestOther(_ x: Int) -> Int {
    var best = label == 0 ? 1 : 0
    for j in 0..<classCount where j != label && values[x + j] > values[x + best] { best = j }
    return x + best
  }

  /// Place of the number of rank `rank` of the K numbers at `x`: as many come before it in (value down, class up).
  func ranked(_ x: Int, _ rank: Int) -> Int {
    for j in 0..<classCount {
      var before = 0
      for i in 0..<classCount where values[x + i] > values[x + j] || (values[x + i] == values[x + j] && i < j) {
        before += 1
      }
      if before == rank - 1 { return x + j }
    }
    return x  // not a number among them
  }
}
