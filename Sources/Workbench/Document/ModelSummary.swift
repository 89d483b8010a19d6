// A network's layers as a table.

internal import Basics
internal import Analysis
public import Networks

/// What each layer of a network gives, and its parameters.
public struct ModelSummary: Hashable, Sendable {
  /// One layer of a network.
  public struct Row: Hashable, Sendable {
    /// As in the checkpoint: `block1.layer.0`.
    public var layer: String
    /// "3×3 convolutions, 16 → 64 → 64".
    public var kind: String
    /// `[channels, height, width]` for one image, or `[classes]`.
    public var output: [Int]
    /// Numbers that training changes.
    public var parameters: Int
  }

  /// The network's name, such as wrn-28-4.
  public var name: String
  /// The layers in the order of the forward pass.
  public var rows: [Row]
  /// Numbers of the whole network that training changes.
  public var parameterCount: Int

  /// The layers of `model`.
  public init(_ model: Model) {
    let network = model.architecture
    name = network.name + (network.spectralNormalization ? ", spectrally normalised" : "")
    parameterCount = model.parameterCount
    rows = model.layerRows.map { row, count in
      Row(layer: row.layer, kind: row.kind, output: row.output, parameters: count)
    }
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
