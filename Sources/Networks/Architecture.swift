// All families of networks: by name, and in JSON.

internal import Basics
internal import Synchronization
public import Tensors

/// A network of any family, as a recipe keeps it.
///
/// A wide ResNet is written as its own fields alone, every other network with its family beside them:
///
///     {"depth": 28, "widenFactor": 4, …}     {"family": "preact-resnet", "depth": 18, …}
public struct Architecture: Hashable, Sendable, Codable {
  /// The network.
  public var network: any Network

  /// The families that can be named and read: a new one is one more line.
  public static let families: [any Network.Type] = [
    WideResNet.self,
    PreActResNet.self,
    MultilayerPerceptron.self,
  ]

  private static let registered = Mutex<[any Network.Type]>([])

  /// A network of any family.
  public init(_ network: any Network) { self.network = network }

  /// Makes a family known that stands outside this library, so that recipes with it can be read and networks of it be
  /// named. Done once, before either; a family of the same word is replaced.
  public static func register(_ family: any Network.Type) {
    registered.withLock { known in
      known.removeAll { $0.family == family.family }
      known.append(family)
    }
  }

  /// Registered ones first.
  private static var known: [any Network.Type] { registered.withLock { $0 } + families }

  /// How names are formed, family by family: "wrn-DEPTH-WIDTH, …; preact-resnet-DEPTH, …".
  public static var nameForms: String { known.map { $0.nameForm }.joined(separator: "; ") }

  /// Reads a short name, `wrn-28-4` or `preact-resnet-18`. Throws `FieldError` if it is not one of any family.
  ///
  /// - Parameters:
  ///   - classCount: 2 or more.
  ///   - imageShape: channels, height and width.
  public init(named name: String, classCount: Int = 10, imageShape: Shape = [3, 32, 32]) throws {
    for family in Self.known {
      if let network = try family.named(name, classCount: classCount, imageShape: imageShape) {
        self.init(network)
        return
      }
    }
    throw FieldError(field: "model", value: name, allowed: Self.nameForms)
  }

  /// Whether both are the same family with the same fields.
  public static func == (a: Architecture, b: Architecture) -> Bool { isEqual(a.network, b.network) }

  private static func isEqual<First: Network>(_ a: First, _ b: any Network) -> Bool { b as? First == a }

  /// Hashes what equality compares.
  public func hash(into hasher: inout Hasher) { network.hash(into: &hasher) }

  private enum Key: String, CodingKey { case family }

  /// Throws `DecodingError` if the family is unknown.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    guard let family = try container.decodeIfPresent(String.self, forKey: .family) else {
      self.init(try WideResNet(from: decoder))
      return
    }
    guard let type = Self.known.first(where: { $0.family == family }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .family, in: container,
        debugDescription: "the family \(family) is none of \(Self.known.map { $0.family }.joined(separator: ", "))")
    }
    self.init(try type.init(from: decoder))
  }

  /// The network's own fields, and its family unless it is a wide ResNet.
  public func encode(to encoder: any Encoder) throws {
    try network.encode(to: encoder)
    if network is WideResNet { return }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(type(of: network).family, forKey: .family)
  }
}
