import Tensors
import Testing
import _TestSupport

struct BLASTests {
  @Test(
    arguments: [(3, 5, 4), (1, 1, 1), (7, 2, 33), (2, 9, 1)],
    [(false, false), (true, false), (false, true), (true, true)])
  func productsAreTheirDefinition(_ extents: (Int, Int, Int), _ transposed: (Bool, Bool)) {
    let (m, n, k) = extents
    var stream = RandomKey(seed: 9).stream
    let a = (0..<m * k).map { _ in stream.uniform(-1, 1) }
    let b = (0..<k * n).map { _ in stream.uniform(-1, 1) }
    let old = (0..<m * n).map { _ in stream.uniform(-1, 1) }
    var c = old
    BLAS.gemm(
      &c, a, b, m: m, n: n, k: k, transposeA: transposed.0, transposeB: transposed.1, alpha: 2, beta: -1)
    var expected = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for j in 0..<n {
        var sum = 0.0
        for l in 0..<k {
          let x = a[transposed.0 ? l * m + i : i * k + l]
          let y = b[transposed.1 ? j * k + l : l * n + j]
          sum += Double(x) * Double(y)
        }
        expected[i * n + j] = 2 * sum - Double(old[i * n + j])
      }
    }
    expectClose(c, expected, atol: 1e-5)  // 33 products of numbers below 1
    var double = old.map(Double.init)
    BLAS.gemm(
      &double, a.map(Double.init), b.map(Double.init), m: m, n: n, k: k, transposeA: transposed.0,
      transposeB: transposed.1, alpha: 2, beta: -1)
    expectClose(double, expected, atol: 1e-13)
  }
}
