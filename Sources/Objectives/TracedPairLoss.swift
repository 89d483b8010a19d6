// Losses of the logits for an adversarial image and for the natural one, with the label.
// TRADES: Zhang et al., ICML 2019, arXiv:1901.08573. MART: Wang et al., ICLR 2020.

internal import Basics
public import Tensors

/// A loss of two rows of logits and the label, written as a formula and kept as one, see `Divergence`.
public struct TracedPairLoss: Hashable, Sendable, Codable {
  /// A short name for people; neither compared nor encoded.
  public let name: String
  let tape: Tape

  /// A formula of the logits for an adversarial and for the natural image, one number a class, and the label; it
  /// returns one number. Stops with an explanation if the formula gives one number a class.
  public init(
    _ name: String, _ formula: (_ adversarial: Traced, _ natural: Traced, _ y: TracedLabel) -> Traced
  ) {
    let recorder = Recorder()
    let result = formula(recorder.input(.logits, 0), recorder.input(.logits, 1), TracedLabel(recorder: recorder))
    self.name = name
    tape = recorder.tape(of: result, named: name)
  }

  /// TRADES: −log q_y + β·KL(q ‖ p), q = softmax(natural), p = softmax(adversarial).
  public static func trades(beta: Double = 6) -> TracedPairLoss {
    TracedPairLoss("trades") { adversarial, natural, y in
      -logSoftmax(natural)[y] + beta * kl(softmax(natural), softmax(adversarial))
    }
  }

  /// MART: −log p_y − log(1 − max_{k≠y} p_k) + β·KL(q ‖ p)·(1 − q_y), with the small numbers of its authors' code.
  public static func mart(beta: Double = 6) -> TracedPairLoss {
    TracedPairLoss("mart") { adversarial, natural, y in
      let p = softmax(adversarial)
      let q = softmax(natural)
      let boosted = -logSoftmax(adversarial)[y] - log(1.0001 - largest(p, except: y) + 1e-12)
      return boosted + beta * sum(q * (log(q) - log(p + 1e-12))) * (1.0000001 - q[y])
    }
  }

  /// Losses of pairs of rows and their gradients.
  ///
  /// - Parameters:
  ///   - losses: `[≥ B]`; the first B are overwritten.
  ///   - dAdversarial, dNatural: `[≥ B, K]`; the first B rows are overwritten with the gradient of each pair's loss.
  ///   - adversarial, natural: logits `[B, K]` of the same images.
  ///   - labels: one a pair, in 0..<K.
  ///   - workspace: scratch memory. Nothing is allocated once it has served this formula and K.
  public func evaluate(
    losses: inout [Double], dAdversarial: inout Tensor, dNatural: inout Tensor, adversarial: Tensor, natural: Tensor,
    labels: some RandomAccessCollection<Int>, workspace: inout LossWorkspace
  ) {
    let k = adversarial.shape[1]
    precondition(
      adversarial.shape == natural.shape && labels.count == adversarial.shape[0],
      "TracedPairLoss: logits \(adversarial.shape) and \(natural.shape), \(labels.count) labels")
    workspace.prepare(tape, classCount: k)
    for (row, label) in labels.enumerated() {
      precondition(label >= 0 && label < k, "TracedPairLoss: label \(label) with \(k) classes")
      workspace.setLogits(0, adversarial, row: row, temperature: 1)
      workspace.setLogits(1, natural, row: row, temperature: 1)
      workspace.setLabel(label)
      losses[row] = workspace.forward(tape)
      workspace.backward(tape)
      workspace.gatherLogits(0, temperature: 1, into: &dAdversarial.elements, row: row)
      workspace.gatherLogits(1, temperature: 1, into: &dNatural.elements, row: row)
    }
  }

  /// Whether the formulas are the same; names are not compared.
  public static func == (a: TracedPairLoss, b: TracedPairLoss) -> Bool { a.tape == b.tape }
  /// Hashes what equality compares.
  public func hash(into hasher: inout Hasher) { hasher.combine(tape) }

  private enum Key: String, CodingKey { case formula }

  /// Throws `DecodingError` naming the step if the steps are no formula.
  public init(from decoder: any Decoder) throws {
    tape = try decoder.container(keyedBy: Key.self).decode(Tape.self, forKey: .formula)
    name = "custom"
  }

  /// Writes the formula's steps, without the name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(tape, forKey: .formula)
  }
}
