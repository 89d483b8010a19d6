// Where the time of a pass goes, layer by layer.

internal import Basics
internal import Tensors

/// Time, operations and memory traffic of each layer, added up over calls. Costs a clock reading a layer while in use.
public final class LayerProfile: @unchecked Sendable {
  /// What a layer does.
  public enum Part: String, Sendable, Codable {
    case forward
    case backwardInput = "backward by input"
    case backwardWeight = "backward by weight"
  }

  /// What one layer took in one of its parts, added up over calls.
  public struct Entry: Sendable {
    /// As in the checkpoint: `block2.layer.0.conv1`.
    public let layer: String
    /// Which of the layer's passes it was.
    public let part: Part
    /// How often the part ran.
    public fileprivate(set) var calls = 0
    /// Seconds of all calls together.
    public fileprivate(set) var seconds = 0.0
    /// Of the direct form: two for each product.
    public fileprivate(set) var operations = 0.0
    /// Read and written at least: activations without borders, and packed weights.
    public fileprivate(set) var bytes = 0.0
  }

  /// In the order of the first call.
  public private(set) var entries: [Entry] = []
  private var places: [String: Int] = [:]
  private let clock = ContinuousClock()

  /// A profile without entries.
  public init() {}

  /// Forgets everything.
  public func reset() {
    entries = []
    places = [:]
  }

  func measure(_ layer: String, _ part: Part, operations: Double, bytes: Double, _ body: () -> Void) {
    let time = clock.measure(body)
    let key = layer + " " + part.rawValue
    let place =
      places[key]
      ?? {
        entries.append(Entry(layer: layer, part: part))
        places[key] = entries.count - 1
        return entries.count - 1
      }()
    entries[place].calls += 1
    entries[place].seconds += time.seconds
    entries[place].operations += operations
    entries[place].bytes += bytes
  }

  /// Measures `body` if there is a profile, else just runs it.
  static func measure(
    _ profile: LayerProfile?, _ layer: @autoclosure () -> String, _ part: Part,
    operations: @autoclosure () -> Double, bytes: @autoclosure () -> Double, _ body: () -> Void
  ) {
    guard let profile else { return body() }
    profile.measure(layer(), part, operations: operations(), bytes: bytes(), body)
  }
}

extension Convolution {
  /// 2·O·C·k²·h·w for each image.
  func operations(images n: Int) -> Double {
    let g = geometry
    return 2 * Double(Int(g.outChannels) * Int(g.input.channels) * Int(g.kernel * g.kernel) * g.output.area * n)
  }

  func bytes(images n: Int) -> Double {
    let g = geometry
    return 4
      * Double((g.input.paddedChannels * g.input.area + g.output.paddedChannels * g.output.area) * n + weight.count)
  }
}

extension BatchNorm {
  /// `passes` reads or writes of the activation.
  func bytes(images n: Int, passes: Int) -> Double { 4 * Double(shape.paddedChannels * shape.area * n * passes) }
  /// `each` operations an element.
  func operations(images n: Int, each: Int) -> Double { Double(shape.paddedChannels * shape.area * n * each) }
}
