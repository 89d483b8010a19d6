// What all attacks have in common.

internal import Basics
public import Objectives
public import Tensors

/// A search for images that a classifier gets wrong, within a threat model.
///
/// A new attack is a value with numbers as its stored properties, and four members: `name`, `threatModel`, `cost` and
/// `run`; all else has a default. It can be put into an `AutoAttack` or a training recipe as it is; one line in
/// `AttackRegistry`, or `AttackRegistry.register`, makes it known by name.
///
/// The printed stored properties are part of a saved evaluation's identity and their JSON of a recipe's key: a stored
/// property more makes another attack of it.
public protocol Attack: Sendable, Hashable, Codable {
  /// Name of the type in a recipe's JSON, `pgd` or `apgd`; by default the type's own name in lower case. An attack that
  /// computes something else from the same numbers than before needs another one, so that recipes have other keys.
  static var kind: String { get }
  /// Short name as in reports: `apgd-ce`, `square`.
  var name: String { get }
  /// Which images the attack may return: those of `run` and `perturb` lie in it.
  var threatModel: ThreatModel { get }
  /// Whether the attack raises whatever loss training gives it; by default it raises its own alone.
  var role: AttackRole { get }
  /// Whether the attack only asks for logits; false by default. What such attacks break beyond those with gradients
  /// shows that gradients mislead.
  var isGradientFree: Bool { get }
  /// The projected gradient descent that this attack is, if it is one; nil by default. Training then takes it step by
  /// step, without allocations, and also on the network in training mode.
  var asPGD: PGD? { get }
  /// Work on one image that resists to the end, in forward passes; a gradient counts as two. For time estimates.
  func cost(classCount: Int) -> Double
  /// What this attack does differently for so few classes; by default nothing.
  func remarks(classCount: Int) -> [EvaluationWarning]
  /// Throws `AttackError` naming the first number that cannot work on images `[C, H, W]`: what was decoded was not made
  /// by an initialiser. By default only ε is looked at.
  func validate(imageShape: Shape) throws(AttackError)

  /// Attacks `images` `[N, C, H, W]` in [0, 1].
  ///
  /// An image leaves the batch as soon as it is broken. What is drawn for image i comes from `key.split(indices[i])`, so
  /// its result depends neither on the other images nor on the number of threads.
  ///
  /// - Parameters:
  ///   - labels: one class an image, in 0..<K.
  ///   - indices: the place of each image in its data set, one an image.
  ///   - onProgress: called now and then with what is left.
  func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult

  /// The images `[N, C, H, W]` that adversarial training goes on with: the inner maximisation.
  ///
  /// No image leaves early: an attack that raises a loss returns the image at which it is highest, or its last. The
  /// default returns what `run` finds, and images that resist as they are. Draws are those of `run`'s kind.
  ///
  /// - Parameters:
  ///   - loss: what to raise, example i being image i; nil is the attack's own loss. Only for `raisesAnyLoss`.
  ///   - start: where to begin, within the threat model, as `images`; nil is the attack's own start. Only for
  ///     `raisesAnyLoss`.
  func perturb(
    _ images: Tensor, labels: [Int], raising loss: (any LogitLoss)?, from start: Tensor?,
    of classifier: some Classifier, key: RandomKey, indices: [Int]
  ) -> Tensor
}

/// What an attack can be used for in training.
public enum AttackRole: Hashable, Sendable {
  /// Raises whatever loss it is given, from wherever it is put: serves every objective.
  case raisesAnyLoss
  /// Has a goal of its own: serves objectives that leave the attack's goal to the attack.
  case hasOwnGoal
}

extension Attack {
  /// The type's own name in lower case.
  public static var kind: String { "\(Self.self)".lowercased() }
  /// The attack has a goal of its own, unless it says otherwise.
  public var role: AttackRole { .hasOwnGoal }
  /// The attack uses gradients, unless it says otherwise.
  public var isGradientFree: Bool { false }
  /// The attack is no projected gradient descent, unless it says otherwise.
  public var asPGD: PGD? { nil }
  /// There is nothing to remark, unless the attack says otherwise.
  public func remarks(classCount: Int) -> [EvaluationWarning] { [] }
  /// Throws `AttackError` if ε is more than images `[C, H, W]` in [0, 1] can change.
  public func validate(imageShape: Shape) throws(AttackError) { try threatModel.validate(imageShape: imageShape) }

  /// What `run` finds, and images that resist as they are; the last iterates if the attack is a projected gradient
  /// descent.
  public func perturb(
    _ images: Tensor, labels: [Int], raising loss: (any LogitLoss)?, from start: Tensor?,
    of classifier: some Classifier, key: RandomKey, indices: [Int]
  ) -> Tensor {
    if let asPGD {
      return asPGD.perturb(
        images, labels: labels, raising: loss, from: start, of: classifier, key: key, indices: indices)
    }
    precondition(loss == nil && start == nil, "\(name): has its own goal")
    checkPixels(images)
    return run(on: images, labels: labels, of: classifier, key: key, indices: indices) { _ in }.images
  }

  /// Adversarial images for `images` `[N, C, H, W]` in [0, 1] with `labels`, as training makes them: by the attack's own
  /// loss, from its own start.
  ///
  /// - Parameter indices: the place of each image in its data set, from which its draws come; nil is 0..<N.
  public func perturb(
    _ images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int]? = nil
  ) -> Tensor {
    perturb(
      images, labels: labels, raising: nil, from: nil, of: classifier, key: key,
      indices: indices ?? Array(0..<labels.count))
  }

  /// Attacks `images` `[N, C, H, W]` in [0, 1], image i of them being number i of its data set.
  public func run(on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey) -> AttackResult {
    run(on: images, labels: labels, of: classifier, key: key, indices: Array(0..<images.shape[0])) { _ in }
  }

  func check(_ images: Tensor, _ labels: [Int], _ indices: [Int], _ classifier: some Classifier) {
    let n = images.shape[0]
    precondition(
      labels.count == n && indices.count == n, "\(name): \(n) images, \(labels.count) labels, \(indices.count) indices")
    let k = classifier.classCount
    precondition(k >= 2, "\(name): \(k) classes")
    if let wrong = labels.firstIndex(where: { $0 < 0 || $0 >= k }) {
      preconditionFailure("\(name): label \(labels[wrong]) of image \(wrong) with \(k) classes")
    }
    checkPixels(images)
  }

  /// Ends the program with a message if a pixel is not in [0, 1], where the threat model's ball and its bounds lie.
  func checkPixels(_ images: Tensor) {
    guard let place = images.elements.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) else { return }
    let (image, pixel) = (place / max(images.stride0, 1), images.elements[place])
    let hint = pixel > 1 && pixel <= 255 ? "; divide bytes by 255" : ""
    preconditionFailure("\(name): images must lie in [0, 1], and image \(image) has a pixel of \(pixel)\(hint)")
  }
}

/// A number of an attack that cannot work.
public struct AttackError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the field that is wrong: `threatModel.epsilon`.
  public let field: String
  /// What the field is, and what it may be, in words.
  public let value: String, allowed: String

  /// A field whose value is not one of those allowed.
  public init(field: String, value: String, allowed: String) {
    (self.field, self.value, self.allowed) = (field, value, allowed)
  }

  /// Throws unless `value` is in `range`.
  static func require(_ field: String, _ value: Int, in range: ClosedRange<Int>) throws(AttackError) {
    if !range.contains(value) {
      throw AttackError(field: field, value: "\(value)", allowed: "\(range.lowerBound) … \(range.upperBound)")
    }
  }

  /// The field, its value and what is allowed, in one line.
  public var description: String { "\(field) is \(value); allowed: \(allowed)" }
}

/// How far an attack on one batch is.
public struct AttackProgress: Hashable, Sendable {
  /// Share of the iterations or queries that are done, 0…1.
  public var done: Double
  /// Images that are not broken yet.
  public var left: Int

  /// Progress of an attack that has done the share `done` (0…1) of its work and has `left` images to go on with.
  public init(done: Double, left: Int) {
    self.done = done
    self.left = left
  }
}
