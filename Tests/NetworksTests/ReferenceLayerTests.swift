// Convolution and batch normalisation against `conv2d` and `batchnorm2d` of the outside numbers (PyTorch, float32).

import Networks
import Tensors
import Testing
import _TestSupport

@Suite(.requiresReference) struct ReferenceLayerTests {
  /// A blocked activation of a public tensor, and back.
  private func blocked(_ t: Tensor) -> (FloatBuffer, ActivationShape) {
    let shape = ActivationShape(channels: t.shape[1], height: t.shape[2], width: t.shape[3])
    let buffer = FloatBuffer(count: shape.imageStride * t.shape[0])
    t.elements.withUnsafeBufferPointer {
      Kernels.importImages(buffer.pointer, $0.baseAddress!, n: t.shape[0], shape)
    }
    return (buffer, shape)
  }

  private func dense(_ buffer: FloatBuffer, _ shape: ActivationShape, n: Int) -> Tensor {
    var t = Tensor(shape: [n, Int(shape.channels), Int(shape.height), Int(shape.width)])
    t.elements.withUnsafeMutableBufferPointer { Kernels.exportImages($0.baseAddress!, buffer.pointer, n: n, shape) }
    return t
  }

  @Test(arguments: 0..<7, ConvolutionAlgorithm.allCases)
  func convolution(_ i: Int, _ algorithm: ConvolutionAlgorithm) throws {
    let file = try SafetensorsFile(contentsOf: OutsideFiles.referenceDirectory() + "/conv2d.safetensors")
    let (x, weight) = (try file.tensor("\(i).x"), try file.tensor("\(i).weight"))
    let numbers = try file.int64s("\(i).stride_padding").map(Int.init)
    let (xBlocked, shape) = blocked(x)
    let conv = ConvolutionGeometry(
      shape, outChannels: weight.shape[0], kernel: weight.shape[2], stride: numbers[0], padding: numbers[1],
      algorithm: algorithm)
    let n = x.shape[0]

    func run(_ direction: Kernels.Direction, _ source: FloatBuffer, _ target: ActivationShape) -> Tensor {
      let packed = FloatBuffer(count: conv.packedCount(direction))
      weight.elements.withUnsafeBufferPointer { Kernels.pack(packed.pointer, $0.baseAddress!, conv, direction) }
      let scratch = FloatBuffer(count: conv.scratchCount(direction, images: n))
      let result = FloatBuffer(count: target.imageStride * n)
      var e = Epilogue()
      e.dst = result.pointer
      Kernels.convolution(e, source.pointer, packed.pointer, scratch: scratch.pointer, n: n, conv, direction)
      return dense(result, target, n: n)
    }

    // The kernels' bound against sums in Double is 5e-6 of the largest result; the outside sums are Float32 too.
    func expect(_ actual: Tensor, _ name: String) throws {
      let expected = try file.tensor("\(i).\(name)")
      let largest = expected.elements.reduce(0) { max($0, abs($1)) }
      expectClose(actual, expected, atol: 5e-6 * Double(largest), name)
    }
    try expect(run(.forward, xBlocked, conv.output), "y")
    let (dy, _) = blocked(try file.tensor("\(i).dy"))
    try expect(run(.backwardInput, dy, shape), "dx")
    var dWeight = Tensor(shape: weight.shape)
    let scratch = FloatBuffer(count: conv.weightGradientScratchCount(images: n))
    dWeight.elements.withUnsafeMutableBufferPointer {
      Kernels.weightGradient(
        $0.baseAddress!, x: xBlocked.pointer, dy: dy.pointer, scratch: scratch.pointer, n: n, conv)
    }
    try expect(dWeight, "dweight")
  }

  @Test(arguments: NormStatistics.allCases)
  func batchNormalisation(_ statistics: NormStatistics) throws {
    let file = try SafetensorsFile(contentsOf: OutsideFiles.referenceDirectory() + "/batchnorm2d.safetensors")
    func tensor(_ name: String) throws -> Tensor {
      try file.tensor((statistics == .batch ? "training." : "evaluation.") + name)
    }
    let x = try tensor("x")
    let (n, channels) = (x.shape[0], x.shape[1])
    let (xBlocked, shape) = blocked(x)
    let bn = BatchNorm(alone: shape)
    let pass = BatchNormPass(
      vectorCount: shape.paddedChannels, maximumChannels: shape.paddedChannels, rowCount: shape.rowsStride * n)
    let blocks = 0..<shape.blockCount
    let (gamma, beta) = (try tensor("gamma").elements, try tensor("beta").elements)
    var running = try tensor("running_mean").elements + tensor("running_var").elements
    switch statistics {
    case .batch:
      pass.noteMoments(bn, xBlocked.pointer, first: 0, n: n)
      pass.useBatch(bn, n: n, gamma: gamma, beta: beta, blocks: blocks)
      pass.updateRunning(bn, &running, n: n)
    case .running: pass.useRunning(bn, parameters: gamma + beta, statistics: running)
    }
    expectClose(Array(running[..<channels]), try tensor("running_mean_after").elements, rtol: 1e-6, atol: 1e-7)
    expectClose(Array(running[channels...]), try tensor("running_var_after").elements, rtol: 1e-6, atol: 1e-7)

    let y = FloatBuffer(count: xBlocked.count)
    pass.forward(bn, y.pointer, xBlocked.pointer, relu: false, n: n)
    expectClose(dense(y, shape, n: n), try tensor("y"), rtol: 1e-5, atol: 1e-6, "y")

    let (dy, _) = blocked(try tensor("dy"))
    let dx = FloatBuffer(count: xBlocked.count)
    var gradient = [Float](repeating: 0, count: 2 * channels)
    pass.noteBackwardSums(bn, activation: nil, dy: dy.pointer, x: xBlocked.pointer, relu: false, first: 0, n: n)
    pass.finishBackwardSums(bn, statistics: statistics, gradient: &gradient, n: n, blocks: blocks)
    pass.applyBackward(bn, dx.pointer, dy: dy.pointer, x: xBlocked.pointer, add: nil, relu: false, n: n)
    expectClose(dense(dx, shape, n: n), try tensor("dx"), rtol: 1e-5, atol: 2e-6, "dx")
    expectClose(Array(gradient[..<channels]), try tensor("dgamma").elements, rtol: 1e-5, atol: 1e-5, "dgamma")
    expectClose(Array(gradient[channels...]), try tensor("dbeta").elements, rtol: 1e-5, atol: 1e-5, "dbeta")
  }
}
