// What training, attacks, checkpoints and summaries ask of a network, whatever it computes.
//
// An architecture is a value: every number needed to build it. What it is made of is its `NetworkLayout`, what computes
// its passes a `NetworkEngine`. Architectures that are to be named on the command line or read from a recipe's JSON
// stand in `Architecture.families`.

public import Basics
public import Tensors

/// An architecture of image classifiers: from images `[n, C, H, W]` in [0, 1] to logits `[n, K]`.
///
/// A conformer is a value that says everything needed to build the network. Two networks of equal architecture have the
/// same tensors, and a recipe with another architecture is another run.
public protocol Network: Hashable, Sendable, Codable {
  /// The word that stands for the family in a recipe's JSON: `wide-resnet`.
  static var family: String { get }
  /// How names of the family are formed, for messages: "wrn-DEPTH-WIDTH, such as wrn-28-4".
  static var nameForm: String { get }
  /// The network of a short name, or nil if names of the family look otherwise. Throws `FieldError` if the name is
  /// of the family and no such network can be built.
  static func named(_ name: String, classCount: Int, imageShape: Shape) throws -> Self?

  /// The usual short name: `wrn-28-4`.
  var name: String { get }
  /// Number of classes K, 2 or more.
  var classCount: Int { get }
  /// Channels, height and width of an image.
  var imageShape: Shape { get }
  /// Whether convolutions and linear layers compute with W/σ(W) in the place of W: Miyato et al., ICLR 2018.
  var spectralNormalization: Bool { get set }
  /// Throws `FieldError` naming the first field that is out of range.
  func validate() throws(FieldError)
  /// Names, shapes and beginnings of all tensors, in the order of the forward pass.
  var layout: NetworkLayout { get }
  /// What computes the network's passes on this machine, with memory of its own for the weights.
  func makeEngine() -> any NetworkEngine
  /// Images that one thread takes through the network together in evaluation mode: few enough that their activations stay
  /// near the core. Results do not depend on it.
  var usualMicroBatch: Int { get }
}

extension Network {
  /// Eight images.
  public var usualMicroBatch: Int { 8 }
}

extension FieldError {
  /// Throws unless there are 2 … 10000 classes and the image is `[1 … 64, 1 … 1024, 1 … 1024]`.
  public static func check(classCount: Int, imageShape: Shape) throws(FieldError) {
    guard (2...10_000).contains(classCount) else {
      throw FieldError(field: "classCount", value: "\(classCount)", allowed: "2 … 10000")
    }
    guard imageShape.rank == 3, (1...64).contains(imageShape[0]), (1...1024).contains(imageShape[1]),
      (1...1024).contains(imageShape[2])
    else {
      throw FieldError(
        field: "imageShape", value: "\(imageShape)", allowed: "[channels, height, width], 1 … 64 and 1 … 1024")
    }
  }
}
