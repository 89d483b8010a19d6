// What the attack of adversarial training climbs, and from where: the inner maximisation of an objective.

package import Tensors

/// What an attack raises while a network is trained, and where it starts.
public struct AttackGoal: Hashable, Sendable, Codable {
  /// The loss that the attack climbs, by the logits of the image under attack; those of the natural image are constants,
  /// taken once in evaluation mode. nil is the cross-entropy of the label.
  public var loss: TracedPairLoss?
  /// Deviation of the normal noise, in units of a pixel's range [0, 1], that is added to the natural image as the start;
  /// nil is the start that the attack itself has.
  public var noise: Float?

  /// The cross-entropy from the attack's own start, unless said otherwise.
  public init(_ loss: TracedPairLoss? = nil, noise: Float? = nil) {
    self.loss = loss
    self.noise = noise
  }

  /// The cross-entropy of the label, from the attack's own start: Madry et al., ICLR 2018, arXiv:1706.06083.
  public static let crossEntropy = AttackGoal()

  /// KL(q ‖ p), q = softmax(natural), p = softmax(attacked), from noise of 0.001: TRADES, Zhang et al., ICML 2019,
  /// arXiv:1901.08573, Algorithm 1.
  public static let trades = AttackGoal(
    TracedPairLoss("kl from natural") { adversarial, natural, _ in kl(softmax(natural), softmax(adversarial)) },
    noise: 0.001)

  /// Whether the loss asks for the logits of the natural image.
  package var usesNaturalLogits: Bool { loss?.tape.usesSecondRow ?? false }

  /// The loss for so many images, whose labels and natural logits are to be set; nil is the cross-entropy.
  package func climbed(count: Int, classCount: Int) -> ClimbedLoss? {
    loss.map { ClimbedLoss($0.tape, count: count, classCount: classCount) }
  }
}

/// A pair loss by the logits of the images under attack alone, the natural logits being constants: what an attack climbs.
///
/// Labels and natural logits are set between attacks, so that steps of training allocate nothing.
package final class ClimbedLoss: LogitLoss, @unchecked Sendable {
  /// One class an image.
  package var labels: [Int]
  /// `[N, K]`; of no meaning where the formula does not ask for it.
  package var natural: Tensor
  private let tape: Tape
  private let workspaces = WorkspacePool()

  init(_ tape: Tape, count: Int, classCount: Int) {
    self.tape = tape
    labels = [Int](repeating: 0, count: count)
    natural = Tensor(shape: [count, classCount])
  }

  package func evaluate(losses: inout [Float], gradient: inout Tensor, logits: Tensor, examples: Range<Int>) {
    workspaces.evaluate(
      tape, losses: &losses, gradient: &gradient, logits: logits, labels, examples,
      constant: tape.usesSecondRow ? natural : nil)
  }
}
