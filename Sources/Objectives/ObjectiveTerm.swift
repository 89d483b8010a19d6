// A term of an objective that no formula of a row's logits can say: of features, of gradients by the images, of the
// parameters.

public import Basics
internal import Synchronization
public import Tensors

/// An addend of the loss of a training step, in code.
///
/// A term has up to four parts, each of which does nothing unless a conformer says otherwise. In a step they are called
/// in this order: on the rows of each shard; with passes of its own, after the shard's own backward pass; on the
/// parameters, once for all shards, before the optimiser's step; and the projection after that step.
///
/// A term is encoded with its recipe as `{kind: {its fields}}`, so that another term is another run; `register` makes a
/// kind known that stands outside this library.
public protocol ObjectiveTerm: Hashable, Sendable, Codable {
  /// The word for it in a recipe's JSON.
  static var kind: String { get }
  /// The term in a few words, with its numbers: "gradient penalty, target 1, weight 10".
  var summary: String { get }
  /// Throws `FieldError` naming the first field that is out of range.
  func validate() throws(FieldError)

  /// Adds the gradient of the term's value on the rows of a shard, times `rows.share`, to `rows.dLogits` and
  /// `rows.dFeatures`, and returns the value.
  func differentiate(_ rows: ObjectiveRows) -> Double
  /// Adds the gradient by the parameters, times `passes.share`, of a value that passes of its own give, and returns it.
  func differentiate(with passes: any ObjectivePasses) -> Double
  /// Adds the gradient of a function of the parameters alone to `gradient`, laid out as they are, and returns the value.
  func differentiate(parameters: NamedVector, into gradient: UnsafeMutablePointer<Float>) -> Double
  /// Moves the parameters to where they are allowed to be.
  func project(_ parameters: inout NamedVector)
  /// Whether `differentiate(parameters:into:)` or `project` does something.
  var usesParameters: Bool { get }
}

extension ObjectiveTerm {
  /// Nothing to refuse.
  public func validate() throws(FieldError) {}
  /// 0.
  public func differentiate(_ rows: ObjectiveRows) -> Double { 0 }
  /// 0.
  public func differentiate(with passes: any ObjectivePasses) -> Double { 0 }
  /// 0.
  public func differentiate(parameters: NamedVector, into gradient: UnsafeMutablePointer<Float>) -> Double { 0 }
  /// Leaves them.
  public func project(_ parameters: inout NamedVector) {}
  /// No.
  public var usesParameters: Bool { false }
}

/// The rows of a shard after its forward pass: adversarial ones, view by view, then the natural ones where the objective
/// has such.
public struct ObjectiveRows {
  /// Rows in all, and those under attack, which come first: images times views.
  public let count: Int, attacked: Int
  /// Of an image.
  public let views: Int
  /// One a row under attack.
  public let labels: [Int]
  /// `[count, classCount]`.
  public let logits: UnsafePointer<Float>
  /// Number of classes.
  public let classCount: Int
  /// Inputs of the last linear layer, `[count, featureCount]`.
  public let features: UnsafePointer<Float>
  /// Numbers of a row's features.
  public let featureCount: Int
  /// The shard's share of the batch, by which gradients are multiplied.
  public let share: Float
  /// Gradient of the batch's loss by the logits, to be added to.
  public let dLogits: UnsafeMutablePointer<Float>
  /// Gradient of the batch's loss by the features, to be added to.
  public let dFeatures: UnsafeMutablePointer<Float>

  /// Rows of one view, all under attack unless `count` is larger; the other fields as they are.
  public init(
    count: Int? = nil, attacked: Int, views: Int = 1, labels: [Int], logits: UnsafePointer<Float>, classCount: Int,
    features: UnsafePointer<Float>, featureCount: Int, share: Float, dLogits: UnsafeMutablePointer<Float>,
    dFeatures: UnsafeMutablePointer<Float>
  ) {
    (self.count, self.attacked, self.views, self.labels) = (count ?? attacked, attacked, views, labels)
    (self.logits, self.classCount) = (logits, classCount)
    (self.features, self.featureCount, self.share) = (features, featureCount, share)
    (self.dLogits, self.dFeatures) = (dLogits, dFeatures)
  }
}

/// The network of a shard, for terms that need passes of their own. They move no statistics.
public protocol ObjectivePasses: AnyObject {
  /// The images trained on, `[n, C, H, W]`: adversarial ones if there is an attack.
  var images: Tensor { get }
  /// The same before the attack.
  var clean: Tensor { get }
  /// One an image.
  var labels: [Int] { get }
  /// The shard's share of the batch, by which gradients are multiplied.
  var share: Float { get }
  /// Logits `[n, K]` of images as many as `images`.
  ///
  /// - Parameter inTrainingMode: with the statistics of these images, else with the running ones.
  func forward(_ images: Tensor, inTrainingMode: Bool) -> Tensor
  /// Gradient by the images of the last forward pass from that by its logits `[n, K]`.
  func imageGradient(_ dLogits: Tensor) -> Tensor
  /// Adds the gradient by the parameters of the last forward pass from that by its logits `[n, K]`.
  func addParameterGradient(_ dLogits: Tensor)
}

/// A term of any kind, as an objective keeps it.
public struct CustomTerm: Hashable, Sendable {
  /// The term.
  public let term: any ObjectiveTerm

  /// A term in code.
  public init(_ term: any ObjectiveTerm) { self.term = term }

  /// The kinds that can be read: a new one is one more line.
  static let kinds: [any ObjectiveTerm.Type] = [
    FeatureCovariance.self,
    WeightClipping.self,
  ]

  private static let registered = Mutex<[any ObjectiveTerm.Type]>([])

  /// Makes a kind known that stands outside this library, so that recipes with it can be read. A kind of the same word
  /// is replaced.
  public static func register(_ kind: any ObjectiveTerm.Type) {
    registered.withLock { known in
      known.removeAll { $0.kind == kind.kind }
      known.append(kind)
    }
  }

  /// The words of all kinds that are known, registered ones first.
  package static var words: [String] { known.map { $0.kind } }

  private static var known: [any ObjectiveTerm.Type] { registered.withLock { $0 } + kinds }

  static func type(_ kind: String) -> (any ObjectiveTerm.Type)? { known.first { $0.kind == kind } }

  /// Whether both are the same kind with the same fields.
  public static func == (a: CustomTerm, b: CustomTerm) -> Bool { isEqual(a.term, b.term) }

  private static func isEqual<First: ObjectiveTerm>(_ a: First, _ b: any ObjectiveTerm) -> Bool { b as? First == a }

  /// Hashes what equality compares.
  public func hash(into hasher: inout Hasher) { term.hash(into: &hasher) }
}
