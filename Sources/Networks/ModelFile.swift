// Models on disk: safetensors with the names of public checkpoints.

public import Tensors

extension Model {
  /// All tensors of a checkpoint, parameters first: with spectral normalisation the raw weights, and u and v.
  public var tensors: [(name: String, tensor: Tensor)] { parameters.tensors + statistics.tensors + power.tensors }

  /// Writes the checkpoint in one step. Throws `FileError`.
  public func write(to path: String, metadata: [String: String] = [:]) throws {
    try Safetensors.write(tensors, metadata: metadata, to: path)
  }

  /// Reads a checkpoint of `architecture`: ours, or outside weights under the public names.
  ///
  /// Prefixes `module.` and `model.` are taken off, `fc.` stands for `linear.`, and `num_batches_tracked` is passed
  /// over. With spectral normalisation a raw weight may also be called `weight_orig`. Throws `SafetensorsError` if the
  /// file is not sound and `ModelFileError` with every name that is missing or left over and every shape that does not
  /// fit.
  public init(_ architecture: any Network, contentsOf path: String) throws {
    self.init(uninitialized: architecture)
    try load(SafetensorsFile(contentsOf: path))
  }

  /// Replaces parameters and statistics by those of `file`; see `init(_:contentsOf:)`.
  public mutating func load(_ file: SafetensorsFile) throws {
    var found: [String: String] = [:]
    for name in file.names where !name.hasSuffix(".num_batches_tracked") {
      let plain = plainName(name)
      if let other = found.updateValue(name, forKey: plain) {
        throw ModelFileError(file: file.name, model: architecture.name, problem: .ambiguous(other, name))
      }
    }
    let entries = parameters.layout.entries + statistics.layout.entries + power.layout.entries
    let missing = entries.map(\.name).filter { found[$0] == nil }
    let wanted = Set(entries.map(\.name))
    let unknown = found.filter { !wanted.contains($0.key) }.map(\.value).sorted()
    var shapes: [ModelFileError.Mismatch] = []
    for entry in entries {
      guard let name = found[entry.name] else { continue }
      let shape = try file.shape(of: name)
      if shape != entry.shape { shapes.append(.init(name: entry.name, expected: entry.shape, found: shape)) }
    }
    guard missing.isEmpty, unknown.isEmpty, shapes.isEmpty else {
      throw ModelFileError(
        file: file.name, model: architecture.name,
        problem: .tensors(missing: missing, unknown: unknown, shapes: shapes))
    }
    for entry in parameters.layout.entries { parameters[entry.name] = try file.tensor(found[entry.name]!) }
    for entry in statistics.layout.entries { statistics[entry.name] = try file.tensor(found[entry.name]!) }
    for entry in power.layout.entries { power[entry.name] = try file.tensor(found[entry.name]!) }
  }

  /// The network's own name of a tensor, or what comes nearest to one.
  private func plainName(_ name: String) -> String {
    func isKnown(_ name: String) -> Bool {
      layout.parameters[name] != nil || layout.statistics[name] != nil || layout.power[name] != nil
    }
    var name = name
    while !isKnown(name), let prefix = ["module.", "model."].first(where: name.hasPrefix) {
      name.removeFirst(prefix.count)
    }
    if !isKnown(name), name.hasPrefix("fc.") { name = "linear." + name.dropFirst(3) }
    if architecture.spectralNormalization, name.hasSuffix(".weight_orig") { name.removeLast("_orig".count) }
    return name
  }
}

/// A checkpoint that does not fit the architecture.
public struct ModelFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A tensor whose shape is not that of the architecture.
  public struct Mismatch: Hashable, Sendable {
    /// The tensor's name in the architecture.
    public let name: String
    /// The shape that the architecture has.
    public let expected: Shape
    /// The shape in the file.
    public let found: Shape
  }

  /// Why a file does not fit an architecture.
  public enum Problem: Hashable, Sendable {
    /// Names that the architecture needs and the file lacks, the other way round, and shapes that do not fit.
    case tensors(missing: [String], unknown: [String], shapes: [Mismatch])
    /// Two names of the file stand for the same tensor.
    case ambiguous(String, String)
  }

  /// The file's path.
  public let file: String
  /// The architecture's name.
  public let model: String
  /// What does not fit.
  public let problem: Problem

  /// Every name that is missing or left over, every shape that does not fit, and what to do.
  public var description: String {
    switch problem {
    case .tensors(let missing, let unknown, let shapes):
      let lists = [
        ("expected but not found", missing), ("found but not expected", unknown),
        ("of another shape", shapes.map { "\($0.name) is \($0.found), expected \($0.expected)" }),
      ]
      let lines = lists.filter { !$0.1.isEmpty }.map { "\n  \($0.0): \($0.1.joined(separator: ", "))" }
      return "\(file): these are not the weights of \(model); check the architecture" + lines.joined()
    case .ambiguous(let a, let b):
      return "\(file): \(a) and \(b) stand for the same tensor; keep one"
    }
  }
}
