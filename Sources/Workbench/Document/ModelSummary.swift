// A network's layers as a table.

internal import Analysis
public import Networks

/// What each layer of a network gives, and its parameters.
public struct ModelSummary: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    /// As in the checkpoint: `block1.layer.0`.
    public var layer: String
    /// "3×3 convolutions, 16 → 64 → 64".
    public var kind: String
    /// `[channels, height, width]` for one image, or `[classes]`.
    public var output: [Int]
    public var parameters: Int
  }

  public var name: String
  public var rows: [Row]
  public var parameterCount: Int

  public init(_ model: Model) {
    let network = model.architecture
    name = network.name + (network.spectralNormalization ? ", spectrally normalised" : "")
    parameterCount = model.parameterCount
    let entries = model.parameters.layout.entries
    func count(_ prefix: String) -> Int {
      entries.filter { $0.name.hasPrefix(prefix + ".") }.reduce(0) { $0 + $1.shape.count }
    }
    var (height, width) = (network.imageShape[1], network.imageShape[2])
    var channels = 16
    var rows = [
      Row(
        layer: "conv1", kind: "3×3 convolution, \(network.imageShape[0]) → 16", output: [16, height, width],
        parameters: count("conv1"))
    ]
    for group in 1...3 {
      let wide = (8 << group) * network.widenFactor
      for block in 0..<network.blocksPerGroup {
        let layer = "block\(group).layer.\(block)"
        let halves = group > 1 && block == 0
        if halves { (height, width) = ((height + 1) / 2, (width + 1) / 2) }
        let shortcut = channels != wide
        rows.append(
          Row(
            layer: layer,
            kind: "residual block, \(channels) → \(wide)" + (halves ? ", stride 2" : "")
              + (shortcut ? ", 1×1 shortcut" : ""),
            output: [wide, height, width], parameters: count(layer)))
        channels = wide
      }
    }
    rows.append(
      Row(
        layer: "bn1", kind: "normalisation, \(network.activation == .relu ? "ReLU" : "SiLU"), mean over the image",
        output: [channels], parameters: count("bn1")))
    rows.append(
      Row(
        layer: "linear", kind: "linear, \(channels) → \(network.classCount)", output: [network.classCount],
        parameters: count("linear")))
    self.rows = rows
  }

  /// One row a layer and one for the sum.
  public var table: Table {
    let body = rows.map {
      [$0.layer, $0.kind, $0.output.map(String.init).joined(separator: "×"), NumberText.text($0.parameters)]
    }
    return Table(
      header: ["layer", "what it is", "output", "parameters"],
      rows: body + [[name, "\(rows.count) layers and blocks", "", NumberText.text(parameterCount)]])
  }
}
