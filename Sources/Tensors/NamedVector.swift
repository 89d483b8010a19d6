// Parameters as one flat buffer with a named layout: optimisers, averages, norms and checkpoints are one loop each.

internal import Basics

/// Names, shapes and places of the tensors that make up a flat vector, in the order of the forward pass.
public struct NamedLayout: Hashable, Sendable {
  /// One tensor of the layout: its name, its shape, and its place in the flat vector.
  public struct Entry: Hashable, Sendable {
    /// Dotted, as in public wide-ResNet checkpoints: `block2.layer.0.conv1.weight`.
    public let name: String
    /// The extents of the tensor, outermost first.
    public let shape: Shape
    /// Where the tensor starts in the flat vector.
    public let offset: Int
    /// Where the tensor's elements stand in the flat vector.
    public var range: Range<Int> { offset..<offset + shape.count }
  }

  /// All tensors, in the order in which they were added.
  public private(set) var entries: [Entry] = []
  /// Length of the flat vector.
  public private(set) var count = 0
  private var places: [String: Int] = [:]

  /// A layout without tensors.
  public init() {}

  /// Adds a tensor at the end and returns its entry. A name may be used once.
  @discardableResult
  public mutating func append(_ name: String, _ shape: Shape) -> Entry {
    precondition(places[name] == nil, "NamedLayout: \(name) twice")
    let entry = Entry(name: name, shape: shape, offset: count)
    places[name] = entries.count
    entries.append(entry)
    count += shape.count
    return entry
  }

  /// The entry of the tensor `name`, nil if there is none.
  public subscript(name: String) -> Entry? { places[name].map { entries[$0] } }
}

/// Tensors in one flat vector.
public struct NamedVector: Hashable, Sendable {
  /// Which tensor stands where.
  public let layout: NamedLayout
  /// `layout.count` values.
  public var values: [Float]

  /// A vector whose `layout.count` values are all `value`.
  public init(_ layout: NamedLayout, repeating value: Float = 0) {
    self.layout = layout
    values = [Float](repeating: value, count: layout.count)
  }

  /// The tensor `name`. A name that the layout lacks is a programmer's mistake.
  public subscript(name: String) -> Tensor {
    get {
      let entry = entry(name)
      return Tensor(Array(values[entry.range]), shape: entry.shape)
    }
    set {
      let entry = entry(name)
      precondition(newValue.shape == entry.shape, "\(name): \(newValue.shape) assigned to \(entry.shape)")
      values.replaceSubrange(entry.range, with: newValue.elements)
    }
  }

  /// Name and tensor of every entry, in order.
  public var tensors: [(name: String, tensor: Tensor)] { layout.entries.map { ($0.name, self[$0.name]) } }

  private func entry(_ name: String) -> NamedLayout.Entry {
    guard let entry = layout[name] else {
      preconditionFailure("no tensor \(name); there are \(layout.entries.map(\.name))")
    }
    return entry
  }
}
