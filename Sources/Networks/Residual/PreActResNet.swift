// PreAct ResNets for small images. He et al., ECCV 2016, arXiv:1603.05027: four groups of pre-activation blocks after a
// 3×3 stem, with batch normalisation and activation before the mean over the image. Names of the tensors are those of
// public PyTorch code for CIFAR-10: `layer1.0.bn1`, `layer2.0.shortcut.0`, `bn`, `linear`.

public import Basics
public import Tensors

/// The architecture of a PreAct ResNet with two-layer blocks: every number needed to build one.
public struct PreActResNet: ResidualNetwork {
  /// 10, 18 or 34 layers: 1, 2 or 3, 4, 6, 3 blocks a group.
  public var depth: Int
  /// Channels of the stem and the first group; each later group has twice as many. 64 as published.
  public var width: Int
  /// Number of classes, 2 … 10000.
  public var classCount: Int
  /// Channels, height and width of an image.
  public var imageShape: Shape
  /// How 3×3 convolutions are computed.
  public var convolutions: ConvolutionAlgorithm
  /// Whether every convolution and the linear layer use W/σ(W). Encoded only if true.
  public var spectralNormalization: Bool
  /// Encoded only if it is not ReLU.
  public var activation: ActivationFunction

  /// Throws `FieldError` if a number is out of range.
  public init(
    depth: Int = 18, width: Int = 64, classCount: Int = 10, imageShape: Shape = [3, 32, 32],
    convolutions: ConvolutionAlgorithm = .best, spectralNormalization: Bool = false,
    activation: ActivationFunction = .relu
  ) throws {
    self.depth = depth
    self.width = width
    self.classCount = classCount
    self.imageShape = imageShape
    self.convolutions = convolutions
    self.spectralNormalization = spectralNormalization
    self.activation = activation
    try validate()
  }

  /// Blocks of each group, by depth.
  private static let groups = [10: [1, 1, 1, 1], 18: [2, 2, 2, 2], 34: [3, 4, 6, 3]]

  /// Throws `FieldError` naming the first field that is out of range.
  public func validate() throws(FieldError) {
    if Self.groups[depth] == nil {
      throw FieldError(field: "depth", value: "\(depth)", allowed: "10, 18 or 34")
    }
    guard (1...512).contains(width) else {
      throw FieldError(field: "width", value: "\(width)", allowed: "1 … 512, 64 as published")
    }
    try FieldError.check(classCount: classCount, imageShape: imageShape)
  }

  /// The blocks, their names and those of the layers around them.
  public var topology: ResidualTopology {
    let counts = Self.groups[depth] ?? []
    return ResidualTopology(
      stemChannels: width, groups: counts.enumerated().map { ($1, width << $0) }, shortcutName: "shortcut.0",
      normName: "bn"
    ) { group, block in "layer\(group + 1).\(block)" }
  }
}

extension PreActResNet {
  /// The family's word in a recipe's JSON.
  public static let family = "preact-resnet"
  /// How names of the family are formed.
  public static let nameForm =
    "preact-resnet-DEPTH, such as preact-resnet-18, or preact-resnet-DEPTH-wWIDTH, -silu after it"

  /// `preact-resnet-18`; with another width than 64 `preact-resnet-18-w16`, with another activation than ReLU
  /// `preact-resnet-18-silu`.
  public var name: String {
    "preact-resnet-\(depth)" + (width == 64 ? "" : "-w\(width)")
      + (activation == .relu ? "" : "-" + activation.rawValue)
  }

  /// The network of a name of this family; nil for names of others. Throws `FieldError` if it cannot be built.
  public static func named(_ name: String, classCount: Int, imageShape: Shape) throws -> PreActResNet? {
    guard name.hasPrefix("preact-resnet-") else { return nil }
    var parts = name.split(separator: "-", omittingEmptySubsequences: false).dropFirst(2)
    let wrong = FieldError(field: "model", value: name, allowed: nameForm)
    guard let depth = parts.popFirst().flatMap({ Int($0) }) else { throw wrong }
    var network = try PreActResNet(depth: depth, classCount: classCount, imageShape: imageShape)
    if let part = parts.first, part.first == "w", let width = Int(part.dropFirst()) {
      network.width = width
      parts.removeFirst()
    }
    if let part = parts.first, let activation = ActivationFunction(rawValue: String(part)) {
      network.activation = activation
      parts.removeFirst()
    }
    guard parts.isEmpty else { throw wrong }
    try network.validate()
    return network
  }

  private enum Key: String, CodingKey { case depth, width }

  /// Reads the fields; the numbers are checked by `validate`. Throws `DecodingError` if one is missing or of another
  /// type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    depth = try container.decode(Int.self, forKey: .depth)
    width = try container.decode(Int.self, forKey: .width)
    let fields = try ResidualFields(from: decoder)
    (classCount, imageShape, convolutions) = (fields.classCount, fields.imageShape, fields.convolutions)
    (spectralNormalization, activation) = (fields.spectralNormalization, fields.activation)
  }

  /// Writes the fields, and those with a usual value only if they have another.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(depth, forKey: .depth)
    try container.encode(width, forKey: .width)
    try ResidualFields(self).encode(to: encoder)
  }
}
