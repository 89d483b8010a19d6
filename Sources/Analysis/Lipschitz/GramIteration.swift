// A proven upper bound of a largest singular value. Delattre, Barthélemy, Araujo & Allauzen, ICML 2023,
// arXiv:2305.16173, with rounding accounted for.
//
//     G₀ = D·Dᴴ,  G₍ₖ₊₁₎ = Gₖ²;     σ₁(D)² = λ₁(G₀) = λ₁(Gₖ)^(1/2ᵏ) ≤ ‖Gₖ‖_F^(1/2ᵏ)
//
// An iteration squares the ratio of each eigenvalue to the largest, so the bound falls to σ₁ fast: with m rows it is at
// most m^(1/2ᵏ⁺²) times σ₁.
//
// What is computed is Ĝ₍ₖ₊₁₎ = Ĝₖ² + Eₖ with ‖Eₖ‖_F ≤ eₖ = 4(m + 4)·u·‖Ĝₖ‖_F², u = 2⁻⁵³, in whatever order the
// products are summed (Higham, Accuracy and Stability of Numerical Algorithms, 2002, §3.5). Hence
// λ₁(Ĝₖ) ≤ √(λ₁(Ĝ₍ₖ₊₁₎) + eₖ), and the bound is taken back through the iterations one at a time. Scalings are by
// powers of two, which round nothing.

internal import Basics
internal import Tensors

/// The Gram matrix of a complex matrix, squared again and again.
struct GramIteration {
  private let size: Int
  /// Real and imaginary parts `[size, size]`; no imaginary part for a real matrix.
  private var re: [Double], im: [Double]
  private var next: [Double], cross: [Double]
  /// What happened on the way: first from the matrix to its Gram matrix, then at each squaring.
  private var steps: [(scale: Double, error: Double)] = []

  /// D·Dᴴ summed over the matrices `factors` `[rows, columns]`, divided by `divisor`, which is a power of two.
  ///
  /// - Parameter transposed: takes Dᴴ·D, of `columns` rows.
  init(
    _ factors: [(re: [Double], im: [Double])], rows: Int, columns: Int, transposed: Bool = false, divisor: Double = 1
  ) {
    let (m, n) = transposed ? (columns, rows) : (rows, columns)
    precondition(m > 0 && n > 0 && m <= 4096, "GramIteration: \(rows)×\(columns)")
    size = m
    let isComplex = factors.contains { !$0.im.isEmpty }
    re = [Double](repeating: 0, count: m * m)
    im = isComplex ? re : []
    (next, cross) = (re, im)
    var square = 0.0
    func add(_ c: inout [Double], _ a: [Double], _ b: [Double]) {
      BLAS.gemm(
        &c, a, b, m: m, n: m, k: n, transposeA: transposed, transposeB: !transposed, alpha: 1 / divisor, beta: 1)
    }
    // With D = P + iQ: D·Dᴴ = PPᵀ + QQᵀ + i(QPᵀ − (QPᵀ)ᵀ), Dᴴ·D = PᵀP + QᵀQ + i(PᵀQ − (PᵀQ)ᵀ).
    for (p, q) in factors {
      add(&re, p, p)
      square += Self.squaredNorm(p) + Self.squaredNorm(q)
      if isComplex {
        add(&re, q, q)
        if transposed { add(&cross, p, q) } else { add(&cross, q, p) }
      }
    }
    symmetrize()
    scale(error: 4 * Double(factors.count * n + 4) * Self.unit * square / divisor)
  }

  /// One iteration.
  mutating func square() {
    let m = size
    let error = 4 * Double(m + 4) * Self.unit * squaredNorm
    BLAS.gemm(&next, re, re, m: m, n: m, k: m)
    if !im.isEmpty {
      // (R + iI)² = RR − II + i(RI − (RI)ᵀ), since R is symmetric and I is antisymmetric.
      BLAS.gemm(&next, im, im, m: m, n: m, k: m, alpha: -1, beta: 1)
      BLAS.gemm(&cross, re, im, m: m, n: m, k: m)
    }
    swap(&re, &next)
    symmetrize()
    scale(error: error)
  }

  /// At least the largest singular value of the matrix.
  ///
  /// The last factor covers the roundings of norms and of this loop: below 4·10⁻⁹ for 4096 rows.
  var bound: Double {
    var bound = squaredNorm.squareRoot()
    for (i, step) in steps.enumerated().reversed() {
      bound = bound / step.scale + step.error
      if i > 0 { bound = bound.squareRoot() }
    }
    return bound.squareRoot() * (1 + 1e-8)
  }

  private static let unit = 0x1p-53

  private var squaredNorm: Double { Self.squaredNorm(re) + Self.squaredNorm(im) }

  private static func squaredNorm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }

  /// The upper triangle decides; the imaginary part is that of `cross` minus its transpose.
  private mutating func symmetrize() {
    for i in 0..<size {
      for j in i..<size {
        re[j * size + i] = re[i * size + j]
        if im.isEmpty { continue }
        let value = cross[i * size + j] - cross[j * size + i]
        im[i * size + j] = value
        im[j * size + i] = -value
      }
    }
  }

  /// Brings the norm into 1 ..< 2 and notes how.
  private mutating func scale(error: Double) {
    let norm = squaredNorm.squareRoot()
    var scale = 1.0
    if norm > 0, norm.isFinite {
      scale = Double(sign: .plus, exponent: -norm.exponent, significand: 1)
      for i in re.indices { re[i] *= scale }
      for i in im.indices { im[i] *= scale }
    }
    steps.append((scale, error))
  }
}
