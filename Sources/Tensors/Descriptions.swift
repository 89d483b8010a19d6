// What printing says of arrays: their shape and range, never all their elements.

extension Tensor: CustomStringConvertible {
  /// "Tensor [16, 3, 8, 8], from 0.0 to 1.0"; the elements themselves where there are at most twelve.
  public var description: String {
    if count <= 12 { return "Tensor \(shape) \(elements)" }
    return "Tensor \(shape), \(span(of: elements))"
  }
}

/// "from 0.0 to 1.0", and how many are not finite.
package func span(of values: [Float]) -> String {
  let finite = values.filter(\.isFinite)
  let others = values.count - finite.count
  let rest = others == 0 ? "" : ", \(others) not finite"
  guard let least = finite.min(), let most = finite.max() else { return "no finite number" }
  return "from \(least) to \(most)" + rest
}

extension NamedLayout: CustomStringConvertible {
  /// "42 tensors, 77850 numbers".
  public var description: String { "\(entries.count) tensors, \(count) numbers" }
}

extension NamedVector: CustomStringConvertible {
  /// "42 tensors, 77850 numbers from -0.5 to 1.0".
  public var description: String { values.isEmpty ? "\(layout)" : "\(layout) \(span(of: values))" }
}

extension SafetensorsArray: CustomStringConvertible {
  /// "float32 [16, 3, 3, 3]".
  public var description: String {
    switch self {
    case .float32: "float32 \(shape)"
    case .float64: "float64 \(shape)"
    case .int64: "int64 \(shape)"
    case .uint8: "uint8 \(shape)"
    }
  }
}

extension SafetensorsFile: CustomStringConvertible {
  /// "weights.safetensors: 42 arrays".
  public var description: String { "\(name): \(names.count) arrays" }
}
