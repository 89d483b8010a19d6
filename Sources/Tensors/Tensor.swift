// Float32 arrays as the public interfaces pass them: dense, row-major, value semantics.

internal import Basics

/// A dense row-major Float32 array: images `[N, C, H, W]` in [0, 1], logits `[N, K]`, weights `[O, C, kh, kw]`.
public struct Tensor: Hashable, Sendable {
  /// The extents, outermost first.
  public let shape: Shape
  /// The elements, last dimension fastest; `shape.count` of them, which whoever assigns anew must keep to. Nothing
  /// observes it: a checked property costs an allocation at each access from another module.
  public var elements: [Float]

  /// A tensor of `elements` in row-major order; there must be `shape.count` of them.
  public init(_ elements: [Float], shape: Shape) {
    precondition(elements.count == shape.count, "Tensor: \(elements.count) elements do not fill \(shape)")
    self.shape = shape
    self.elements = elements
  }

  /// Tensors of one shape `[N, …]` below each other: one or more, all after the first axis alike.
  package init(stacking parts: [Tensor]) {
    let inner = parts[0].shape.dimensions.dropFirst()
    precondition(
      parts.allSatisfy { $0.shape.dimensions.dropFirst() == inner }, "Tensor: stacking \(parts.map(\.shape))")
    self.init(parts.flatMap(\.elements), shape: Shape([parts.reduce(0) { $0 + $1.shape[0] }] + inner))
  }

  /// A tensor whose elements are all `value`.
  public init(repeating value: Float = 0, shape: Shape) {
    self.init([Float](repeating: value, count: shape.count), shape: shape)
  }

  /// Number of elements.
  public var count: Int { elements.count }

  /// Elements of one entry along the first dimension: a row of logits, one image.
  public var stride0: Int { shape.rank == 0 ? 1 : shape.dimensions.dropFirst().reduce(1, *) }

  /// The element at `indices`, one a dimension.
  public subscript(indices: Int...) -> Float {
    get { elements[offset(indices)] }
    set { elements[offset(indices)] = newValue }
  }

  /// Entries `range` along the first dimension, copied.
  public subscript(rows range: Range<Int>) -> Tensor {
    precondition(
      shape.rank > 0 && range.lowerBound >= 0 && range.upperBound <= shape[0],
      "Tensor: rows \(range) are outside \(shape)")
    let d = stride0
    return Tensor(
      Array(elements[range.lowerBound * d..<range.upperBound * d]),
      shape: Shape([range.count] + shape.dimensions.dropFirst()))
  }

  /// Entries `indices` along the first dimension, in that order.
  public func gathering(_ indices: [Int]) -> Tensor {
    let d = stride0
    var out = [Float]()
    out.reserveCapacity(indices.count * d)
    for i in indices {
      precondition(shape.rank > 0 && i >= 0 && i < shape[0], "Tensor: row \(i) is outside \(shape)")
      out.append(contentsOf: elements[i * d..<(i + 1) * d])
    }
    return Tensor(out, shape: Shape([indices.count] + shape.dimensions.dropFirst()))
  }

  /// The same elements under another shape of as many elements.
  public func reshaped(_ shape: Shape) -> Tensor { Tensor(elements, shape: shape) }

  /// Index of the largest element of each row of `[N, K]`; the first one among equals, a NaN never.
  public func argmaxRows() -> [Int] {
    precondition(shape.rank == 2, "argmaxRows: \(shape) is not [N, K]")
    return (0..<shape[0]).map(argmax(row:))
  }

  /// As `argmaxRows`, for one row.
  public func argmax(row n: Int) -> Int {
    precondition(shape.rank == 2 && shape[1] > 0, "argmax: \(shape) is not [N, K] with K above 0")
    let k = shape[1]
    var best = 0
    for j in 1..<k where elements[n * k + j] > elements[n * k + best] || elements[n * k + best].isNaN { best = j }
    return best
  }

  private func offset(_ indices: [Int]) -> Int {
    precondition(indices.count == shape.rank, "Tensor: \(indices.count) indices for \(shape)")
    var offset = 0
    for (axis, index) in indices.enumerated() {
      precondition(index >= 0 && index < shape[axis], "Tensor: index \(indices) is outside \(shape)")
      offset = offset * shape[axis] + index
    }
    return offset
  }
}
