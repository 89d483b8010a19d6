// Checkpoints whose layers are spectrally normalised and keep their raw weights, as PyTorch writes them. Miyato et al.,
// ICLR 2018, arXiv:1802.05957, Algorithm 1.

public import Tensors

extension SafetensorsFile {
  /// Names of the layers that keep a raw weight: those with a `weight_orig`.
  public var spectralLayers: [String] {
    names.filter { $0.hasSuffix(Self.raw) }.map { String($0.dropLast(Self.raw.count)) }
  }

  /// The same file with the weights that evaluation mode uses, and without `weight_orig`, `weight_u` and `weight_v`.
  ///
  ///     weight = weight_orig/σ,  σ = uᵀ·W·v,  W = weight_orig as [out, in·kh·kw]
  ///
  /// u and v are taken as they are: evaluation does no power iteration. Throws `SafetensorsError` if one of them is
  /// missing or has another shape.
  public func foldingSpectralNorm() throws -> SafetensorsFile {
    let layers = spectralLayers
    if layers.isEmpty { return self }
    var tensors: [(name: String, tensor: Tensor)] = []
    for layer in layers {
      var weight = try tensor(layer + Self.raw)
      let rows = weight.shape[0]
      let columns = weight.stride0
      let u = try tensor(layer + "weight_u", shape: [rows]).elements
      let v = try tensor(layer + "weight_v", shape: [columns]).elements
      var sigma = 0.0
      for i in 0..<rows {
        var row = 0.0
        for j in 0..<columns { row += Double(weight.elements[i * columns + j]) * Double(v[j]) }
        sigma += Double(u[i]) * row
      }
      weight.elements = weight.elements.map { Float(Double($0) / sigma) }
      tensors.append((layer + "weight", weight))
    }
    let folded = Set(layers.flatMap { layer in [Self.raw, "weight_u", "weight_v"].map { layer + $0 } })
    for name in names where !folded.contains(name) && !name.hasSuffix(".num_batches_tracked") {
      tensors.append((name, try tensor(name)))
    }
    let arrays = Dictionary(tensors.map { ($0.name, SafetensorsArray.float32($0.tensor)) }) { first, _ in first }
    return try SafetensorsFile(bytes: Safetensors.encode(arrays), name: name)
  }

  private static let raw = "weight_orig"
}
