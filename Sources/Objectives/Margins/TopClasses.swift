// The largest logits of an example, in the order that the reference attacks use.

internal import Tensors

/// The four classes with the largest logits of one example, largest first.
///
/// The order is a stable ascending sort read from its end: of equal logits the one with the higher index comes first.
/// That is not the order of `argmaxRows`, which takes the first of equals.
struct TopClasses {
  /// Indices of the largest, second, third and fourth logit; −1 where there are fewer classes.
  private(set) var indices = SIMD4<Int>(repeating: -1)

  /// - Parameters:
  ///   - z: the logits of the example, `classCount` of them.
  ///   - count: how many of the four are wanted.
  init(_ z: UnsafePointer<Float>, classCount: Int, count: Int) {
    for place in 0..<min(count, classCount) {
      var best = -1
      for j in 0..<classCount where !taken(j, before: place) {
        if best < 0 || z[j] >= z[best] || z[best].isNaN { best = j }
      }
      indices[place] = best
    }
  }

  private func taken(_ j: Int, before place: Int) -> Bool {
    for i in 0..<place where indices[i] == j { return true }
    return false
  }
}

extension Tensor {
  /// Classes of row `row` of logits `[N, K]` from the largest logit to the smallest; of equals the higher index first.
  package func classesByLogit(row: Int) -> [Int] {
    let k = shape[1]
    let z = elements[row * k..<(row + 1) * k].map { $0.isNaN ? -.infinity : $0 }
    return (0..<k).sorted { z[$0] == z[$1] ? $0 > $1 : z[$0] > z[$1] }
  }

  /// True if row `row` of logits `[N, K]` says `label`: it has no NaN and its first largest logit is the label's.
  package func says(_ label: Int, row: Int) -> Bool {
    let k = shape[1]
    return elements.withUnsafeBufferPointer { z in
      let z = z.baseAddress! + row * k
      let top = z[label]
      if top.isNaN { return false }
      for j in 0..<k where !(j < label ? z[j] < top : z[j] <= top) { return false }
      return true
    }
  }

  /// True if row `row` of logits `[N, K]` has a NaN.
  package func hasNaN(row: Int) -> Bool {
    let k = shape[1]
    for j in row * k..<(row + 1) * k where elements[j].isNaN { return true }
    return false
  }
}
