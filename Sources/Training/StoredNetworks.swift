// The networks in the folder of a finished run: the one that it ended with, and beside it those that averaging and
// selection would otherwise lose.

public import Networks
public import Runs
internal import Tensors

/// Which of a run's networks is meant.
public enum KeptNetwork: String, Hashable, Sendable, CaseIterable {
  /// The averaged network, else the selected one, else the last: what the recipe asks for.
  case result
  /// Beside an averaged network the selected or last one before averaging.
  case raw
  /// The network after the last step, whatever was selected and averaged.
  case last

  /// What stands after a run's name: nothing, `:raw` or `:last`.
  public var suffix: String { self == .result ? "" : ":" + rawValue }

  /// The artifact that a run of `recipe` writes for it; nil where another file has the same network, or there is none.
  func artifact(of recipe: Recipe) -> String? {
    switch self {
    case .result: nil
    case .raw: recipe.averaging == nil ? nil : "raw.safetensors"
    case .last: recipe.selection == nil ? nil : "last.safetensors"
    }
  }

  /// The choice that `text` ends in, and what stands before it.
  package static func split(_ text: String) -> (name: String, kept: KeptNetwork) {
    for kept in [KeptNetwork.raw, .last] where text.hasSuffix(kept.suffix) {
      return (String(text.dropLast(kept.suffix.count)), kept)
    }
    return (text, .result)
  }
}

extension StoredRun {
  /// The weight file of a run of `recipe` in `folder`.
  static func weightsFile(_ folder: String, of recipe: Recipe, _ kept: KeptNetwork) -> String {
    // Without a selection the network before averaging is the last.
    let artifact = kept.artifact(of: recipe) ?? (kept == .last ? KeptNetwork.raw.artifact(of: recipe) : nil)
    return folder + (artifact.map { "/artifacts/" + $0 } ?? "/final.safetensors")
  }

  /// The file of one of the run's networks.
  public func weightsFile(of recipe: Recipe, _ kept: KeptNetwork) -> String {
    Self.weightsFile(folder, of: recipe, kept)
  }

  /// The averaged network, else the one that was selected, else the last.
  ///
  /// Throws `RunError` if the run is not finished or its weights are not what it wrote, `ModelFileError` if they are not
  /// those of `recipe`.
  public func network(of recipe: Recipe) throws -> Model {
    var model = Model(recipe.model, key: RandomKey(seed: 0))
    try model.load(finalWeights().file)
    return model
  }

  /// One of the run's networks; nil if its recipe makes no such network (`raw` without averaging) or the folder lacks it.
  ///
  /// Throws as `network(of:)`.
  public func network(_ kept: KeptNetwork, of recipe: Recipe) throws -> Model? {
    if kept == .raw, recipe.averaging == nil { return nil }
    guard hasWeights else { throw RunError.withoutWeights(name, key) }
    let path = weightsFile(of: recipe, kept)
    if path.hasSuffix("/final.safetensors") { return try network(of: recipe) }
    guard let bytes = try artifact(String(path.dropFirst((folder + "/artifacts/").count))) else { return nil }
    var model = Model(recipe.model, key: RandomKey(seed: 0))
    try model.load(SafetensorsFile(bytes: bytes, name: path))
    return model
  }
}

/// A run without the network that was wanted.
public struct NoNetworkKept: Error, Hashable, Sendable, CustomStringConvertible {
  /// The run's name.
  public let run: String
  /// Which of its networks.
  public let kept: KeptNetwork
  /// The file that its folder lacks; nil if its recipe averages nothing.
  public let missing: String?

  /// An error for a run, whose weights file `missing` is not there, or nil if there is no such network.
  public init(run: String, kept: KeptNetwork, missing: String?) {
    (self.run, self.kept, self.missing) = (run, kept, missing)
  }

  /// What is missing, and what to do.
  public var description: String {
    let what = kept == .raw ? "before averaging" : "after the last step"
    guard let missing else {
      return "\(run): there is no network \(what), since its recipe averages nothing; leave out \(kept.suffix)"
    }
    return "\(run): there is no network \(what), \(missing) is missing; "
      + (kept == .raw
        ? "copy the run again, or train it anew"
        : "copy the run again, or train it anew if an earlier version trained it, which did not keep this one")
  }
}
