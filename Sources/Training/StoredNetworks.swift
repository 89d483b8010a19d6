// The networks in the folder of a finished run: the one that it ended with, and where weights were averaged also the one
// before that.

public import Networks
public import Runs
internal import Tensors

extension StoredRun {
  /// After a run's name: its network before the weights were averaged.
  public static let rawSuffix = ":raw"
  static let rawArtifact = "raw.safetensors"

  /// The weight file in a run's folder.
  static func weightsFile(_ folder: String, isBeforeAveraging: Bool) -> String {
    folder + (isBeforeAveraging ? "/artifacts/" + rawArtifact : "/final.safetensors")
  }

  /// The file of the run's network.
  public func weightsFile(isBeforeAveraging: Bool) -> String {
    Self.weightsFile(folder, isBeforeAveraging: isBeforeAveraging)
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

  /// The selected or last network before averaging; nil if the recipe averages nothing or the folder lacks it.
  public func networkBeforeAveraging(of recipe: Recipe) throws -> Model? {
    guard recipe.averaging != nil, let bytes = try artifact(Self.rawArtifact) else { return nil }
    var model = Model(recipe.model, key: RandomKey(seed: 0))
    try model.load(SafetensorsFile(bytes: bytes, name: weightsFile(isBeforeAveraging: true)))
    return model
  }
}

/// A run without the network that was wanted.
public struct NoNetworkBeforeAveraging: Error, Hashable, Sendable, CustomStringConvertible {
  /// The run's name.
  public let run: String
  /// The file that its folder lacks; nil if its recipe averages nothing.
  public let missing: String?

  /// An error for a run, whose weights file `missing` is not there, or nil if the run is not finished.
  public init(run: String, missing: String?) {
    self.run = run
    self.missing = missing
  }

  /// What is missing, and what to do.
  public var description: String {
    if let missing {
      return "\(run): there is no network before averaging, \(missing) is missing; copy the run again, or train it anew"
    }
    return
      "\(run): there is no network before averaging, since its recipe averages nothing; leave out \(StoredRun.rawSuffix)"
  }
}
