// OpenBLAS, on one thread: threads belong to `parallelFor`, and one thread's bits do not depend on the machine's cores.

internal import Basics
internal import COpenBLAS

/// Dense matrix products, row-major.
///
/// OpenBLAS picks its kernels by the extents, so the bits of an element may depend on them: do not fold a varying
/// number of images into one product.
public enum BLAS {
  /// Set once: OpenBLAS must not start threads of its own.
  private static let ready: Void = openblas_set_num_threads(1)

  /// C = α·op(A)·op(B) + β·C with op(A) `[m, k]`, op(B) `[k, n]`, C `[m, n]`.
  ///
  /// - Parameters:
  ///   - transposeA: A is stored `[k, m]`.
  ///   - transposeB: B is stored `[n, k]`.
  public static func gemm(
    _ c: inout [Float], _ a: [Float], _ b: [Float], m: Int, n: Int, k: Int, transposeA: Bool = false,
    transposeB: Bool = false, alpha: Float = 1, beta: Float = 0
  ) {
    check(c.count, a.count, b.count, m, n, k)
    if m == 0 || n == 0 { return }
    ready
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n),
      Int32(k), alpha, a, Int32(max(transposeA ? m : k, 1)), b, Int32(max(transposeB ? k : n, 1)), beta, &c, Int32(n))
  }

  /// As above, in Double.
  public static func gemm(
    _ c: inout [Double], _ a: [Double], _ b: [Double], m: Int, n: Int, k: Int, transposeA: Bool = false,
    transposeB: Bool = false, alpha: Double = 1, beta: Double = 0
  ) {
    check(c.count, a.count, b.count, m, n, k)
    if m == 0 || n == 0 { return }
    ready
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n),
      Int32(k), alpha, a, Int32(max(transposeA ? m : k, 1)), b, Int32(max(transposeB ? k : n, 1)), beta, &c, Int32(n))
  }

  private static func check(_ c: Int, _ a: Int, _ b: Int, _ m: Int, _ n: Int, _ k: Int) {
    precondition(
      a == m * k && b == k * n && c == m * n, "gemm: \(a), \(b) and \(c) elements for m \(m), n \(n), k \(k)")
  }
}
