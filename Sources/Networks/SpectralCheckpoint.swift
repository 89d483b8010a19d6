// Checkpoints whose layers are spectrally normalised and keep their raw weights: as PyTorch's hook writes them,
// `weight_orig`, and as `Model.write` does, `weight`, both beside `weight_u` and `weight_v`. Miyato et al., ICLR 2018,
// arXiv:1802.05957, Algorithm 1.

public import Tensors

extension SafetensorsFile {
  /// Names of the layers that keep a raw weight, with their last dot: those with a `weight_orig`, and those whose
  /// `weight` has a `weight_u` and a `weight_v` beside it.
  public var spectralLayers: [String] {
    let hooked = names.filter { $0.hasSuffix(Self.raw) }.map { String($0.dropLast(Self.raw.count)) }
    let plain = names.filter { $0.hasSuffix(".weight") }.map { String($0.dropLast("weight".count)) }
    return hooked + plain.filter { isPlain($0) && !contains($0 + Self.raw) }
  }

  /// Whether every convolution and linear layer has a `weight`, `weight_u` and `weight_v`: what `Model.write` makes of a
  /// spectrally normalised network, and what such a network can load as it is.
  public var isSpectralModel: Bool {
    let layers = names.filter { $0.hasSuffix(".weight") && entryRank($0) > 1 }
    return !layers.isEmpty && layers.allSatisfy { isPlain(String($0.dropLast("weight".count))) }
      && !names.contains { $0.hasSuffix(Self.raw) }
  }

  private func isPlain(_ layer: String) -> Bool { contains(layer + "weight_u") && contains(layer + "weight_v") }

  private func entryRank(_ name: String) -> Int { (try? shape(of: name).rank) ?? 0 }

  /// The same file with the weights that evaluation mode uses, and without `weight_orig`, `weight_u` and `weight_v`.
  ///
  ///     weight = W/σ,  σ = uᵀ·W·v,  W the raw weight as [out, in·kh·kw]
  ///
  /// u and v are taken as they are: evaluation does no power iteration. Throws `SafetensorsError` if one of them is
  /// missing or has another shape.
  public func foldingSpectralNorm() throws -> SafetensorsFile {
    let layers = spectralLayers
    if layers.isEmpty { return self }
    var tensors: [(name: String, tensor: Tensor)] = []
    for layer in layers {
      var weight = try tensor(layer + (contains(layer + Self.raw) ? Self.raw : "weight"))
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
    let folded = Set(layers.flatMap { layer in [Self.raw, "weight", "weight_u", "weight_v"].map { layer + $0 } })
    for name in names where !folded.contains(name) && !name.hasSuffix(".num_batches_tracked") {
      tensors.append((name, try tensor(name)))
    }
    let arrays = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, SafetensorsArray.float32($0.tensor)) })
    return try SafetensorsFile(bytes: Safetensors.encode(arrays), name: name)
  }

  private static let raw = "weight_orig"
}
