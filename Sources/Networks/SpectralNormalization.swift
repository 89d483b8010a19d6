// Spectral normalisation. Miyato et al., ICLR 2018, arXiv:1802.05957: a layer uses W/σ in the place of its weight W,
// where σ estimates the largest singular value of W as a matrix [out, in·kh·kw].
//
//     one power iteration:  v = normalize(Wᵀu);  u = normalize(Wv);      σ = uᵀWv
//     backward, u and v taken as constants:  dW = (G − ⟨G, W/σ⟩·u vᵀ)/σ,  G the gradient by W/σ
//
// The norm of the reshaped kernel is not that of the convolution as a map of images, and a power iteration comes near a
// norm from below: σ certifies nothing.

public import Tensors

/// One normalised layer: where its raw weight, its u and its v are.
package struct SpectralNorm: Sendable {
  /// The layer's: `conv1`, `linear`.
  package let name: String
  /// Raw weights `[rows, columns]` in the parameters.
  let weight: Range<Int>
  /// `rows` and `columns` numbers in the power vectors.
  let u: Range<Int>, v: Range<Int>

  var rows: Int { u.count }
  var columns: Int { v.count }

  /// One layer by itself: its weight is all of the parameters, its u and v all of the power vectors.
  package init(alone name: String, rows: Int, columns: Int) {
    self.init(name: name, weight: 0..<rows * columns, u: 0..<rows, v: rows..<rows + columns)
  }

  init(name: String, weight: Range<Int>, u: Range<Int>, v: Range<Int>) {
    (self.name, self.weight, self.u, self.v) = (name, weight, u, v)
  }

  /// One power iteration in place.
  ///
  /// Sums are in Double and in an order of their own, so they are the same at every kernel level.
  ///
  /// - Parameters:
  ///   - power: the power vectors of all layers.
  ///   - parameters: of the whole network.
  ///   - scratch: as long as `power`; only this layer's part is used.
  package func iterate(
    _ power: UnsafeMutablePointer<Float>, parameters: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Double>
  ) {
    let w = parameters + weight.lowerBound
    let (u, v) = (power + u.lowerBound, power + v.lowerBound)
    let sum = scratch + self.v.lowerBound
    sum.update(repeating: 0, count: columns)
    for i in 0..<rows {
      let row = w + i * columns
      let factor = Double(u[i])
      for j in 0..<columns { sum[j] += factor * Double(row[j]) }
    }
    Self.normalize(v, sum, count: columns)
    let products = scratch + self.u.lowerBound
    for i in 0..<rows { products[i] = Self.dot(w + i * columns, v, count: columns) }
    Self.normalize(u, products, count: rows)
  }

  /// σ = uᵀWv.
  package func sigma(_ power: UnsafePointer<Float>, parameters: UnsafePointer<Float>) -> Double {
    let w = parameters + weight.lowerBound
    let (u, v) = (power + u.lowerBound, power + v.lowerBound)
    var sigma = 0.0
    for i in 0..<rows { sigma += Double(u[i]) * Self.dot(w + i * columns, v, count: columns) }
    return sigma
  }

  /// Turns the gradient by W/σ into that by W, in place.
  package func backward(
    _ gradient: UnsafeMutablePointer<Float>, power: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
    sigma: Double
  ) {
    let (g, w) = (gradient + weight.lowerBound, parameters + weight.lowerBound)
    let (u, v) = (power + u.lowerBound, power + v.lowerBound)
    var inner = 0.0
    for i in 0..<rows { inner += Self.dot(g + i * columns, w + i * columns, count: columns) }
    inner /= sigma
    // dW = (G − ⟨G, W/σ⟩·u vᵀ)/σ
    for i in 0..<rows {
      let row = g + i * columns
      let factor = inner * Double(u[i])
      for j in 0..<columns { row[j] = Float((Double(row[j]) - factor * Double(v[j])) / sigma) }
    }
  }

  private static func normalize(
    _ out: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Double>, count: Int
  ) {
    var square = 0.0
    for j in 0..<count { square += x[j] * x[j] }
    let factor = 1 / max(square.squareRoot(), 1e-12)
    for j in 0..<count { out[j] = Float(x[j] * factor) }
  }

  private static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
    var sums = SIMD8<Double>()
    let whole = count & ~7
    for j in stride(from: 0, to: whole, by: 8) {
      for k in 0..<8 { sums[k] += Double(a[j + k]) * Double(b[j + k]) }
    }
    var sum = sums.sum()
    for j in whole..<count { sum += Double(a[j]) * Double(b[j]) }
    return sum
  }
}

extension Model {
  /// σ of every normalised layer with the present u and v: an estimate, at most the largest singular value of the
  /// reshaped weight. Empty without spectral normalisation.
  public var spectralNorms: [(name: String, sigma: Double)] {
    layout.spectral.map { norm in
      let sigma = parameters.values.withUnsafeBufferPointer { w in
        power.values.withUnsafeBufferPointer { norm.sigma($0.baseAddress!, parameters: w.baseAddress!) }
      }
      return (norm.name, sigma)
    }
  }

  /// The parameters that the network computes with: W/σ where it normalises, the raw ones elsewhere.
  public var effectiveParameters: NamedVector {
    var effective = parameters
    for (norm, sigma) in zip(layout.spectral, spectralNorms.map(\.sigma)) {
      let factor = Float(1 / sigma)
      for i in norm.weight { effective.values[i] *= factor }
    }
    return effective
  }

  /// The same function of images, in evaluation mode, without spectral normalisation: its weights are the effective
  /// ones, and nothing undoes a change of theirs.
  public var withEffectiveWeights: Model {
    var architecture = architecture
    architecture.spectralNormalization = false
    var model = Model(uninitialized: architecture)
    model.parameters.values = effectiveParameters.values
    model.statistics = statistics
    return model
  }

  /// Moves u and v by `iterations` power iterations; the parameters stay.
  public mutating func iteratePower(_ iterations: Int) {
    var scratch = [Double](repeating: 0, count: power.values.count)
    let spectral = layout.spectral
    parameters.values.withUnsafeBufferPointer { w in
      power.values.withUnsafeMutableBufferPointer { power in
        scratch.withUnsafeMutableBufferPointer { scratch in
          for norm in spectral {
            for _ in 0..<iterations {
              norm.iterate(power.baseAddress!, parameters: w.baseAddress!, scratch: scratch.baseAddress!)
            }
          }
        }
      }
    }
  }
}
