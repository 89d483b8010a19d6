// Reverse mode by hand: the derivative of a formula by its inputs, on the row that was evaluated last.

internal import Tensors

extension LossWorkspace {
  /// Derivatives of the value that `forward` gave, by every step and input.
  mutating func backward(_ tape: Tape) {
    let k = classCount
    for i in 0..<tape.slotCount * k { adjoints[i] = 0 }
    adjoints[tape.slots[tape.operations.count - 1] * k] = 1
    for place in tape.operations.indices.reversed() {
      let out = tape.slots[place] * k
      let count = tape.strides[place] == 1 ? k : 1
      switch tape.operations[place] {
      case .input, .constant: break
      case .binary(let kind, let a, let b):
        let (x, dx) = (tape.slots[a] * k, tape.strides[a])
        let (y, dy) = (tape.slots[b] * k, tape.strides[b])
        for j in 0..<count { pull(kind, out + j, x + j * dx, y + j * dy) }
      case .map(let kind, let a):
        let x = tape.slots[a] * k
        for j in 0..<count { adjoints[x + j] += adjoints[out + j] * derivative(kind, x + j, out + j) }
      case .log(let a, let floor):
        // d log max(x, c) = 1/x where x ≥ c, else 0
        let x = tape.slots[a] * k
        for j in 0..<count where values[x + j] >= floor { adjoints[x + j] += adjoints[out + j] / values[x + j] }
      case .normalization(.softmax, let a): pullSoftmax(tape.slots[a] * k, p: out, dp: out)
      case .normalization(.logSoftmax, let a): pullLogSoftmax(tape.slots[a] * k, logP: out, dLogP: out)
      case .reduction(let kind, let a):
        let x = tape.slots[a] * k
        let d = adjoints[out]
        switch kind {
        case .sum: for j in 0..<k { adjoints[x + j] += d }
        case .mean: for j in 0..<k { adjoints[x + j] += d / Double(k) }
        case .atLabel: adjoints[x + label] += d
        case .largestOther: adjoints[largestOther(x)] += d
        }
      case .ranked(let a, let rank): adjoints[ranked(tape.slots[a] * k, rank)] += adjoints[out]
      }
    }
  }

  /// After `backward`: writes the derivatives by the logits of input `index`, before the temperature, to row `row`.
  mutating func gatherLogits(_ index: Int, temperature: Double, into out: inout [Float], row: Int) {
    let z = gatherLogits(index, temperature: temperature)
    for j in 0..<classCount { out[row * classCount + j] = Float(adjoints[z + j]) }
  }

  /// As `gatherLogits`, but adds `factor` times the derivatives.
  mutating func addLogits(
    _ index: Int, temperature: Double, times factor: Double, to out: inout [Float], row: Int
  ) {
    let z = gatherLogits(index, temperature: temperature)
    for j in 0..<classCount { out[row * classCount + j] += Float(factor * adjoints[z + j]) }
  }

  /// Adds up what was made of the logits of input `index` at the start of their adjoints; returns the place.
  private mutating func gatherLogits(_ index: Int, temperature: Double) -> Int {
    let k = classCount
    let z = Tape.slot(.logits, index) * k
    let p = Tape.slot(.probabilities, index) * k
    let logP = Tape.slot(.logProbabilities, index) * k
    pullSoftmax(z, p: p, dp: p)
    // As pullLogSoftmax, with p at hand.
    var sum = 0.0
    for j in 0..<k { sum += adjoints[logP + j] }
    for j in 0..<k { adjoints[z + j] = (adjoints[z + j] + adjoints[logP + j] - values[p + j] * sum) / temperature }
    return z
  }

  private mutating func pull(_ kind: Operation.Binary, _ out: Int, _ x: Int, _ y: Int) {
    let d = adjoints[out]
    switch kind {
    case .add:
      adjoints[x] += d
      adjoints[y] += d
    case .subtract:
      adjoints[x] += d
      adjoints[y] -= d
    case .multiply:
      let (vx, vy) = (values[x], values[y])
      adjoints[x] += d * vy
      adjoints[y] += d * vx
    case .divide:
      // d(x/y) = dx/y − (x/y)·dy/y
      adjoints[x] += d / values[y]
      adjoints[y] -= d * values[out] / values[y]
    case .maximum, .minimum:
      let (vx, vy) = (values[x], values[y])
      if vx == vy {
        adjoints[x] += d / 2
        adjoints[y] += d / 2
      } else if (vx > vy) == (kind == .maximum) {
        adjoints[x] += d
      } else {
        adjoints[y] += d
      }
    }
  }

  private func derivative(_ kind: Operation.Map, _ x: Int, _ out: Int) -> Double {
    switch kind {
    case .exp: values[out]
    case .square: 2 * values[x]
    case .absolute: values[x] > 0 ? 1 : values[x] < 0 ? -1 : 0
    }
  }

  /// dz += p · (dp − Σ p dp)
  private mutating func pullSoftmax(_ z: Int, p: Int, dp: Int) {
    var sum = 0.0
    for j in 0..<classCount { sum += values[p + j] * adjoints[dp + j] }
    for j in 0..<classCount { adjoints[z + j] += values[p + j] * (adjoints[dp + j] - sum) }
  }

  /// dz += dlogP − exp(logP) · Σ dlogP
  private mutating func pullLogSoftmax(_ z: Int, logP: Int, dLogP: Int) {
    var sum = 0.0
    for j in 0..<classCount { sum += adjoints[dLogP + j] }
    for j in 0..<classCount { adjoints[z + j] += adjoints[dLogP + j] - Maths.exp(values[logP + j]) * sum }
  }
}
