// What stands between normalisation and convolution. The kernels have ReLU built in; SiLU is a plain loop beside them.

internal import Tensors

/// An activation function.
public enum ActivationFunction: String, Hashable, Sendable, Codable, CaseIterable {
  /// max(z, 0).
  case relu
  /// z·σ(z), smooth. Elfwing, Uchibe & Doya, Neural Networks 107 (2018), arXiv:1702.03118; also called Swish. Computed
  /// layer by layer in plain loops, so slower than ReLU.
  case silu
}

/// SiLU on activations as the kernels lay them out. Borders are 0 and stay 0, for silu(0) = 0.
enum SiLU {
  /// a ← silu(a), `n` images.
  static func apply(_ a: UnsafeMutablePointer<Float>, n: Int, _ shape: ActivationShape) {
    for i in 0..<n * shape.imageStride { a[i] *= sigmoid(a[i]) }
  }

  /// dy ← dy·silu′(z), z = scale·x + shift per channel,  silu′(z) = σ(z)·(1 + z·(1 − σ(z))).
  static func backward(
    _ dy: UnsafeMutablePointer<Float>, x: UnsafePointer<Float>, scale: UnsafePointer<Float>,
    shift: UnsafePointer<Float>, n: Int, _ shape: ActivationShape
  ) {
    let blocks = shape.paddedChannels / 8
    let size = shape.imageStride / blocks
    for block in 0..<n * blocks {
      let channel = block % blocks * 8
      for j in block * size..<(block + 1) * size {
        let c = channel + j % 8
        let z = scale[c] * x[j] + shift[c]
        dy[j] *= slope(z)
      }
    }
  }

  /// silu′(z).
  static func slope(_ z: Float) -> Float {
    let s = sigmoid(z)
    return s * (1 + z * (1 - s))
  }

  static func sigmoid(_ z: Float) -> Float { 1 / (1 + Maths.exp(-z)) }
}
