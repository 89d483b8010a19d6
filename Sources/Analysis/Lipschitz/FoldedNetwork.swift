// The linear maps of a network, with the scales of batch normalisation folded in; see LipschitzBound.swift.

internal import Networks
internal import Tensors

/// What the bound of a network is made of.
struct FoldedNetwork {
  struct Layer: Sendable {
    let name: String
    /// With the effective weight, and with scales.
    let plain: ConvolutionOperator, folded: ConvolutionOperator
    /// The largest scale of the norm before it; nil for the first layer.
    let normScale: Double?
  }

  /// In the order of the forward pass.
  private(set) var layers: [Layer] = []
  private(set) var blocks: [(name: String, shortcut: String?)] = []
  /// 1/√(h·w) of the last activation.
  let pooling: Double
  /// The linear layer's rows with the last norm's scales.
  let classRows: [[Double]]

  init(_ network: ResidualLayers, _ model: Model, _ normalization: InputNormalization?) {
    let effective = model.effectiveParameters
    func map(_ layer: Convolution) -> ConvolutionOperator {
      let g = layer.geometry
      return ConvolutionOperator(
        effective[layer.name + ".weight"], height: Int(g.input.height), width: Int(g.input.width),
        stride: Int(g.stride), padding: Int(g.padding))
    }
    let stem = map(network.stem)
    layers.append(
      Layer(
        name: network.stem.name, plain: stem,
        folded: stem.scaled(columns: normalization?.deviation.map { 1 / Double($0) }), normScale: nil))
    for block in network.blocks {
      let (scale1, scale2) = (block.bn1.stretches(model), block.bn2.stretches(model))
      let (conv1, conv2) = (map(block.conv1), map(block.conv2))
      let (folded1, folded2) = Self.balanced(conv1.scaled(rows: scale2, columns: scale1), conv2)
      layers.append(Layer(name: block.conv1.name, plain: conv1, folded: folded1, normScale: scale1.max()))
      layers.append(Layer(name: block.conv2.name, plain: conv2, folded: folded2, normScale: scale2.max()))
      if let shortcut = block.shortcut {
        let plain = map(shortcut)
        layers.append(
          Layer(
            name: shortcut.name, plain: plain, folded: plain.scaled(columns: scale1), normScale: scale1.max()))
      }
      blocks.append((block.name, block.shortcut?.name))
    }
    let scale = network.norm.stretches(model)
    let plain = ConvolutionOperator(effective["linear.weight"])
    let folded = plain.scaled(columns: scale)
    layers.append(Layer(name: "linear", plain: plain, folded: folded, normScale: scale.max()))
    let channels = network.linear.channels
    classRows = (0..<network.linear.classes).map { Array(folded.weight[$0 * channels..<($0 + 1) * channels]) }
    pooling = 1 / Double(network.norm.shape.area).squareRoot()
  }

  /// Rows of `first` divided and columns of `second` multiplied so that each row is as long as the column it meets.
  private static func balanced(
    _ first: ConvolutionOperator, _ second: ConvolutionOperator
  ) -> (ConvolutionOperator, ConvolutionOperator) {
    let channels = first.outChannels
    var rows = [Double](repeating: 0, count: channels)
    var columns = rows
    let rowSize = first.weight.count / channels
    for (i, w) in first.weight.enumerated() { rows[i / rowSize] += w * w }
    let area = second.kernel * second.kernel
    for (i, w) in second.weight.enumerated() { columns[i / area % channels] += w * w }
    // a = √(row/column) of lengths, so the fourth root of squares.
    let factors = zip(rows, columns).map { $0 > 0 && $1 > 0 ? ($0 / $1).squareRoot().squareRoot() : 0 }
    return (
      first.scaled(rows: factors.map { $0 > 0 ? 1 / $0 : 0 }), second.scaled(columns: factors)
    )
  }
}
