// The Fourier transform of a kernel on a torus, frequency by frequency; see ConvolutionOperator.swift.

internal import Tensors

/// The matrices D(f) of a convolution around a torus that is large enough for its zero-padded images.
struct KernelSpectrum {
  /// Of the torus; multiples of the stride.
  private let height: Int, width: Int
  private let stride: Int, kernel: Int
  private let rows: Int, columns: Int
  /// Weights tap by tap: `[k·k]` of `[O, C]`.
  private let taps: [[Double]]
  private let down: Circle, across: Circle

  init(_ map: ConvolutionOperator) {
    func extent(_ size: Int) -> Int { (size + map.padding + map.stride - 1) / map.stride * map.stride }
    (height, width) = (extent(map.height), extent(map.width))
    (stride, kernel) = (map.stride, map.kernel)
    (rows, columns) = (map.outChannels, map.inChannels)
    let area = kernel * kernel
    let weight = map.weight
    taps = (0..<area).map { tap in Swift.stride(from: tap, to: weight.count, by: area).map { weight[$0] } }
    down = Circle(height)
    across = Circle(width)
  }

  /// One of each pair f and −f, whose matrices are each other's conjugates; only those that a stride tells apart.
  var frequencies: [(Int, Int)] {
    let (n1, n2) = (height / stride, width / stride)
    return (0...n1 / 2).flatMap { f1 in (0..<n2).map { (f1, $0) } }
  }

  /// The Gram matrix of [D(f), D(f + N/s), …]/s on its smaller side.
  func gram(_ frequency: (Int, Int)) -> GramIteration {
    var factors: [(re: [Double], im: [Double])] = []
    for i in 0..<stride {
      for j in 0..<stride {
        factors.append(matrix(frequency.0 + i * height / stride, frequency.1 + j * width / stride))
      }
    }
    return GramIteration(
      factors, rows: rows, columns: columns, transposed: stride == 1 && columns < rows,
      divisor: Double(stride * stride))
  }

  /// D(f) = Σ w[:, :, a, b]·exp(−2πi(f₁a/N₁ + f₂b/N₂)), `[O, C]`.
  private func matrix(_ f1: Int, _ f2: Int) -> (re: [Double], im: [Double]) {
    var re = [Double](repeating: 0, count: rows * columns)
    var im = re
    for a in 0..<kernel {
      let (c1, s1) = down[f1 * a]
      for b in 0..<kernel {
        let (c2, s2) = across[f2 * b]
        let (c, s) = (c1 * c2 - s1 * s2, s1 * c2 + c1 * s2)
        taps[a * kernel + b].withUnsafeBufferPointer { w in
          for i in w.indices {
            re[i] += c * w[i]
            im[i] -= s * w[i]
          }
        }
      }
    }
    return (re, im)
  }
}

/// Cosines and sines of 2πj/N.
private struct Circle {
  private let cosines: [Double], sines: [Double]

  init(_ count: Int) {
    // sin(2πj/N) = cos(2π(4j − N)/4N): the quotient is rounded once.
    cosines = (0..<count).map { Maths.cos(2 * .pi * Double($0) / Double(count)) }
    sines = (0..<count).map { Maths.cos(2 * .pi * Double(4 * $0 - count) / Double(4 * count)) }
  }

  subscript(_ j: Int) -> (Double, Double) {
    let j = j % cosines.count
    return (cosines[j], sines[j])
  }
}
