// The functions of which formulas are made.

internal import Basics

/// Below this a probability counts as 1e-300 in a logarithm: −691 instead of −∞, so that 0·log 0 is 0 and derivatives
/// are finite. Logarithms of a softmax come from the logits and have no such bound.
let smallestProbability = 1e-300

/// Natural logarithm of max(x, `floor`). Its derivative is 0 where x is below `floor`.
public func log(_ x: Traced, atLeast floor: Double) -> Traced {
  precondition(floor.isFinite && floor > 0, "log: lower bound \(floor) is not above 0")
  return x.then(.log(x.place, floor: floor))
}

/// Natural logarithm of max(x, 1e-300). That of a distribution given by logits is their log-softmax, without the bound.
public func log(_ x: Traced) -> Traced {
  switch x.recorder.operation(at: x.place) {
  case .input(.probabilities, let index): x.recorder.input(.logProbabilities, index)
  case .normalization(.softmax, let z): x.then(.normalization(.logSoftmax, z))
  default: log(x, atLeast: smallestProbability)
  }
}

/// e to the power x.
public func exp(_ x: Traced) -> Traced { x.then(.map(.exp, x.place)) }

/// x².
public func square(_ x: Traced) -> Traced { x.then(.map(.square, x.place)) }

/// |x|. Its derivative at 0 is 0.
public func abs(_ x: Traced) -> Traced { x.then(.map(.absolute, x.place)) }

/// The larger of two values. Where they are equal each gets half of the derivative.
public func max(_ a: Traced, _ b: Traced) -> Traced { a.binary(.maximum, b) }
/// The larger of each class and a number.
public func max(_ a: Traced, _ b: Double) -> Traced { max(a, a.constant(b)) }
/// The larger of a number and each class.
public func max(_ a: Double, _ b: Traced) -> Traced { max(b.constant(a), b) }

/// The smaller of two values. Where they are equal each gets half of the derivative.
public func min(_ a: Traced, _ b: Traced) -> Traced { a.binary(.minimum, b) }
/// The smaller of each class and a number.
public func min(_ a: Traced, _ b: Double) -> Traced { min(a, a.constant(b)) }
/// The smaller of a number and each class.
public func min(_ a: Double, _ b: Traced) -> Traced { min(b.constant(a), b) }

/// Sum over the classes.
public func sum(_ x: Traced) -> Traced { x.then(.reduction(.sum, x.place)) }

/// Mean over the classes.
public func mean(_ x: Traced) -> Traced { x.then(.reduction(.mean, x.place)) }

/// The number of this rank among the classes, 1 being the largest; its class gets the derivative. Among equals the lower
/// class comes first.
public func largest(_ x: Traced, rank: Int = 1) -> Traced { x.then(.ranked(x.place, rank: rank)) }

/// The largest number but that of the example's class; the lowest such class gets the derivative.
public func largest(_ x: Traced, except label: TracedLabel) -> Traced { x.then(.reduction(.largestOther, x.place)) }

/// softmax of x / temperature over the classes.
public func softmax(_ x: Traced, temperature: Double = 1) -> Traced {
  let z = scaled(x, temperature)
  return z.then(.normalization(.softmax, z.place))
}

/// Logarithm of the softmax of x / temperature, without underflow.
public func logSoftmax(_ x: Traced, temperature: Double = 1) -> Traced {
  let z = scaled(x, temperature)
  return z.then(.normalization(.logSoftmax, z.place))
}

/// Shannon's entropy −Σ p log p of a distribution, in nats; 0 log 0 is 0.
public func entropy(_ p: Traced) -> Traced { -sum(p * log(p)) }

/// Kullback and Leibler's divergence Σ p (log p − log q), in nats.
public func kl(_ p: Traced, _ q: Traced) -> Traced { sum(p * (log(p) - log(q))) }

private func scaled(_ x: Traced, _ temperature: Double) -> Traced {
  precondition(temperature > 0, "softmax: temperature \(temperature) is not above 0")
  return temperature == 1 ? x : x / temperature
}
