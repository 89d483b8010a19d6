// Several models as one: the mean of their logits, eq. 12 of the paper, attacked end to end.

internal import Basics
public import Tensors

/// The mean of the logits of several classifiers: z = (1/N) Σ zₙ.
///
/// Its gradient is that of the loss of the *mean* logits, passed through every member: ∂L/∂x = Σ (∂zₙ/∂x)ᵀ (∂L/∂z)/N.
/// That takes one forward pass more a member than a single model.
public struct EnsembleClassifier: Classifier {
  /// The members, at least one, all with the same classes and image shape.
  public let members: [any Classifier]

  /// The mean of the logits of these classifiers, which take the same images and have the same classes; one or more.
  public init(_ members: [any Classifier]) {
    precondition(!members.isEmpty, "EnsembleClassifier: no members")
    for member in members.dropFirst() {
      precondition(
        member.classCount == members[0].classCount && member.imageShape == members[0].imageShape,
        "EnsembleClassifier: \(member.classCount) classes of \(member.imageShape) beside "
          + "\(members[0].classCount) of \(members[0].imageShape)")
    }
    self.members = members
  }

  /// Number of classes of each member.
  public var classCount: Int { members[0].classCount }
  /// `[C, H, W]` of an image, the same for each member.
  public var imageShape: Shape { members[0].imageShape }
  /// The most threads that a member may use.
  public var threads: Int { members.map(\.threads).max()! }

  /// Overwrites `logits` `[N, K]` with the members' mean.
  public func predict(_ logits: inout Tensor, images: Tensor) {
    members[0].predict(&logits, images: images)
    if members.count == 1 { return }
    var other = Tensor(shape: logits.shape)
    for member in members.dropFirst() {
      member.predict(&other, images: images)
      add(&logits, other)
    }
    let share = 1 / Float(members.count)
    logits.elements.withUnsafeMutableBufferPointer { z in for i in z.indices { z[i] *= share } }
  }

  /// Overwrites `gradient`, `losses` and `logits` for the loss of the members' mean logits.
  public func differentiate(
    _ gradient: inout Tensor, losses: inout [Float], logits: inout Tensor, loss: any LogitLoss, images: Tensor
  ) {
    if members.count == 1 {
      return members[0].differentiate(&gradient, losses: &losses, logits: &logits, loss: loss, images: images)
    }
    predict(&logits, images: images)
    let n = images.shape[0]
    var dLogits = Tensor(shape: logits.shape)
    loss.evaluate(losses: &losses, gradient: &dLogits, logits: logits, examples: 0..<n)
    let share = 1 / Float(members.count)
    dLogits.elements.withUnsafeMutableBufferPointer { dz in for i in dz.indices { dz[i] *= share } }
    let given = GivenGradient(dLogits: dLogits)
    var ignoredLosses = [Float](repeating: 0, count: n)
    var memberLogits = Tensor(shape: logits.shape)
    var other = Tensor(shape: gradient.shape)
    for (i, member) in members.enumerated() {
      if i == 0 {
        member.differentiate(
          &gradient, losses: &ignoredLosses, logits: &memberLogits, loss: given, images: images)
      } else {
        member.differentiate(&other, losses: &ignoredLosses, logits: &memberLogits, loss: given, images: images)
        add(&gradient, other)
      }
    }
  }

  private func add(_ sum: inout Tensor, _ term: Tensor) {
    term.elements.withUnsafeBufferPointer { term in
      sum.elements.withUnsafeMutableBufferPointer { sum in for i in sum.indices { sum[i] += term[i] } }
    }
  }
}

/// A linear loss, Σ dLogits·z: its gradient by the logits is the one given, whatever they are.
struct GivenGradient: LogitLoss {
  /// `[N, K]`.
  let dLogits: Tensor

  func evaluate(losses: inout [Float], gradient: inout Tensor, logits: Tensor, examples: Range<Int>) {
    let k = logits.shape[1]
    for (row, example) in examples.enumerated() {
      losses[row] = 0
      for j in 0..<k { gradient.elements[row * k + j] = dLogits.elements[example * k + j] }
    }
  }
}
