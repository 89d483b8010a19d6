// The fields that residual families have in common, as JSON.

internal import Tensors

/// What every residual network has beside the numbers of its family.
struct ResidualFields: Codable {
  let classCount: Int
  let imageShape: Shape
  let convolutions: ConvolutionAlgorithm
  let spectralNormalization: Bool
  let activation: ActivationFunction

  init(_ network: some ResidualNetwork) {
    classCount = network.classCount
    imageShape = network.imageShape
    convolutions = network.convolutions
    spectralNormalization = network.spectralNormalization
    activation = network.activation
  }

  private enum Key: String, CodingKey {
    case classCount, imageShape, convolutions, spectralNormalization, activation
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    classCount = try container.decode(Int.self, forKey: .classCount)
    imageShape = try container.decode(Shape.self, forKey: .imageShape)
    convolutions = try container.decode(ConvolutionAlgorithm.self, forKey: .convolutions)
    spectralNormalization = try container.decodeIfPresent(Bool.self, forKey: .spectralNormalization) ?? false
    activation = try container.decodeIfPresent(ActivationFunction.self, forKey: .activation) ?? .relu
  }

  /// Those with a usual value are written only if they have another.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(classCount, forKey: .classCount)
    try container.encode(imageShape, forKey: .imageShape)
    try container.encode(convolutions, forKey: .convolutions)
    if spectralNormalization { try container.encode(true, forKey: .spectralNormalization) }
    if activation != .relu { try container.encode(activation, forKey: .activation) }
  }
}
