// What printing says of networks: what they are and how large, never their weights.

internal import Tensors

extension Network {
  /// "wrn-10-1, spectrally normalised, images [3, 16, 16], 10 classes".
  package var summary: String {
    "\(name)\(spectralNormalization ? ", spectrally normalised" : ""), images \(imageShape), \(classCount) classes"
  }
}

extension Model: CustomStringConvertible {
  /// "wrn-10-1, images [3, 16, 16], 10 classes, 77850 parameters".
  public var description: String { "\(architecture.summary), \(parameterCount) parameters" }
}

extension Architecture: CustomStringConvertible {
  /// "wrn-10-1, images [3, 16, 16], 10 classes".
  public var description: String { network.summary }
}

extension ModelClassifier: CustomStringConvertible {
  /// "classifier wrn-10-1, images [3, 16, 16], 10 classes".
  public var description: String { "classifier \(architecture.summary)" }
}

extension NetworkLayout: CustomStringConvertible {
  /// "layout of 12 layers and blocks, 77850 parameters".
  public var description: String { "layout of \(rows.count) layers and blocks, \(parameters.count) parameters" }
}

extension LayerGraph: CustomStringConvertible {
  /// "graph of 4 layers, 77850 parameters".
  public var description: String { "graph of \(nodes.count) layers, \(layout.parameters.count) parameters" }
}

extension GraphEngine: CustomStringConvertible {
  /// "engine of a graph of 4 layers, 77850 parameters".
  public var description: String { "engine of a \(graph)" }
}

extension LayerProfile: CustomStringConvertible {
  /// "times of 26 parts of layers".
  public var description: String { "times of \(entries.count) parts of layers" }
}
