// Wide residual networks. Zagoruyko & Komodakis, BMVC 2016, arXiv:1605.07146; pre-activation blocks (He et al. 2016).
//
//     stem 3×3 of 16 channels → n blocks (16k) → n blocks (32k, stride 2) → n blocks (64k, stride 2)
//
// Rebuffi et al. (2021), arXiv:2103.01946, take SiLU in the place of ReLU: `ActivationFunction`.

public import Basics
public import Tensors

/// The architecture of a wide ResNet: every number needed to build one.
public struct WideResNet: ResidualNetwork {
  /// 6n + 4: n blocks in each of three groups.
  public var depth: Int
  /// The factor k on 16, 32 and 64 channels.
  public var widenFactor: Int
  /// Number of classes, 2 … 10000.
  public var classCount: Int
  /// Channels, height and width of an image.
  public var imageShape: Shape
  /// How 3×3 convolutions are computed.
  public var convolutions: ConvolutionAlgorithm
  /// Every convolution and the linear layer use W/σ(W), see `SpectralNormalization.swift`. Encoded only if true.
  public var spectralNormalization: Bool
  /// Encoded only if it is not ReLU.
  public var activation: ActivationFunction

  /// Throws `FieldError` if a number is out of range.
  public init(
    depth: Int, widenFactor: Int, classCount: Int = 10, imageShape: Shape = [3, 32, 32],
    convolutions: ConvolutionAlgorithm = .best, spectralNormalization: Bool = false,
    activation: ActivationFunction = .relu
  ) throws {
    self.depth = depth
    self.widenFactor = widenFactor
    self.classCount = classCount
    self.imageShape = imageShape
    self.convolutions = convolutions
    self.spectralNormalization = spectralNormalization
    self.activation = activation
    try validate()
  }

  /// Throws `FieldError` naming the first field that is out of range.
  public func validate() throws(FieldError) {
    guard (10...1000).contains(depth), (depth - 4) % 6 == 0 else {
      throw FieldError(field: "depth", value: "\(depth)", allowed: "6n + 4, 10 … 1000: 10, 16, 22, 28, 34, …")
    }
    guard (1...64).contains(widenFactor) else {
      throw FieldError(field: "widenFactor", value: "\(widenFactor)", allowed: "1 … 64")
    }
    try FieldError.check(classCount: classCount, imageShape: imageShape)
  }

  /// Blocks in a group.
  public var blocksPerGroup: Int { (depth - 4) / 6 }

  /// The blocks, their names and those of the layers around them.
  public var topology: ResidualTopology {
    let k = widenFactor
    return ResidualTopology(
      stemChannels: 16, groups: [16 * k, 32 * k, 64 * k].map { (blocksPerGroup, $0) }, shortcutName: "convShortcut",
      normName: "bn1"
    ) { group, block in "block\(group + 1).layer.\(block)" }
  }

  /// Four images of the narrowest networks, eight of others; measured in Benchmarks/NOTES.md.
  public var usualMicroBatch: Int { widenFactor < 2 ? 4 : 8 }
  /// The family's word in a recipe's JSON.
  public static let family = "wide-resnet"
  /// How names of the family are formed.
  public static let nameForm = "wrn-DEPTH-WIDTH, such as wrn-28-4, or wrn-DEPTH-WIDTH-silu"

  /// The usual short name: `wrn-28-4`, with another activation than ReLU `wrn-28-4-silu`.
  public var name: String { "wrn-\(depth)-\(widenFactor)" + (activation == .relu ? "" : "-" + activation.rawValue) }

  /// Reads a short name, `wrn-28-4` or `wrn-28-4-silu`. Throws `FieldError` if it is not one.
  public init(named name: String, classCount: Int = 10, imageShape: Shape = [3, 32, 32]) throws {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard (3...4).contains(parts.count), parts[0] == "wrn", let depth = Int(parts[1]), let widenFactor = Int(parts[2]),
      let activation = ActivationFunction(rawValue: parts.count == 4 ? String(parts[3]) : "relu")
    else { throw FieldError(field: "model", value: name, allowed: Self.nameForm) }
    try self.init(
      depth: depth, widenFactor: widenFactor, classCount: classCount, imageShape: imageShape, activation: activation)
  }

  /// The network of a name of this family; nil for names of others. Throws `FieldError` if it cannot be built.
  public static func named(_ name: String, classCount: Int, imageShape: Shape) throws -> WideResNet? {
    name.hasPrefix("wrn-") ? try WideResNet(named: name, classCount: classCount, imageShape: imageShape) : nil
  }
}

extension WideResNet {
  private enum Key: String, CodingKey { case depth, widenFactor }

  /// Reads the fields; the numbers are checked by `validate`. Throws `DecodingError` if one is missing or of another
  /// type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    depth = try container.decode(Int.self, forKey: .depth)
    widenFactor = try container.decode(Int.self, forKey: .widenFactor)
    let fields = try ResidualFields(from: decoder)
    (classCount, imageShape, convolutions) = (fields.classCount, fields.imageShape, fields.convolutions)
    (spectralNormalization, activation) = (fields.spectralNormalization, fields.activation)
  }

  /// Writes the fields, and those with a usual value only if they have another.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(depth, forKey: .depth)
    try container.encode(widenFactor, forKey: .widenFactor)
    try ResidualFields(self).encode(to: encoder)
  }
}
