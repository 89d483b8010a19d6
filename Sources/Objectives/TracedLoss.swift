// Losses of one network's logits and the label, written as a formula.

internal import Basics
internal import Synchronization
internal import Tensors

/// A loss of logits and label, written as a formula and kept as one, see `Divergence`.
///
///     let margin = TracedLoss("margin") { z, y in largest(z, except: y) - z[y] }
///     let gradient = classifier.gradient(of: margin.labeled(labels), at: images)
public struct TracedLoss: Hashable, Sendable, Codable {
  /// A short name for people; neither compared nor encoded.
  public let name: String
  let tape: Tape

  /// A formula of logits z, one number a class, and the label; it returns one number. Stops with an explanation if the
  /// formula gives one number a class.
  public init(_ name: String, _ formula: (_ z: Traced, _ y: TracedLabel) -> Traced) {
    let recorder = Recorder()
    let result = formula(recorder.input(.logits, 0), TracedLabel(recorder: recorder))
    self.name = name
    tape = recorder.tape(of: result, named: name)
  }

  /// Cross-entropy of softmax. `CrossEntropy` is the same loss, written by hand and faster.
  public static let crossEntropy = TracedLoss("cross-entropy") { z, y in -logSoftmax(z)[y] }

  /// The loss of examples with these labels, each in 0..<K.
  public func labeled(_ labels: [Int]) -> some LogitLoss { LabeledLoss(tape: tape, labels: labels) }

  /// Whether the formulas are the same; names are not compared.
  public static func == (a: TracedLoss, b: TracedLoss) -> Bool { a.tape == b.tape }
  /// Hashes what equality compares.
  public func hash(into hasher: inout Hasher) { hasher.combine(tape) }

  private enum Key: String, CodingKey { case formula }

  /// Throws `DecodingError` naming the step if the steps are no formula of one row of logits.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    tape = try container.decode(Tape.self, forKey: .formula)
    if tape.usesSecondRow {
      throw DecodingError.dataCorruptedError(
        forKey: .formula, in: container, debugDescription: "a loss of one network asks for a second row of logits")
    }
    name = tape == TracedLoss.crossEntropy.tape ? "cross-entropy" : "custom"
  }

  /// Writes the formula's steps, without the name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(tape, forKey: .formula)
  }
}

/// A traced loss with the labels of its examples.
private struct LabeledLoss: LogitLoss {
  let tape: Tape
  let labels: [Int]
  let workspaces = WorkspacePool()

  func evaluate(losses: inout [Float], gradient: inout Tensor, logits: Tensor, examples: Range<Int>) {
    workspaces.evaluate(tape, losses: &losses, gradient: &gradient, logits: logits, labels, examples)
  }
}

/// Workspaces that wait for the next call; as many as ever were in use at once.
final class WorkspacePool: Sendable {
  private let waiting = Mutex<[LossWorkspace]>([])

  func take() -> LossWorkspace { waiting.withLock { $0.popLast() } ?? LossWorkspace() }

  func give(_ workspace: LossWorkspace) { waiting.withLock { $0.append(workspace) } }

  /// The formula and its gradient by the first row of logits, example by example; see `LogitLoss.evaluate`.
  ///
  /// - Parameters:
  ///   - labels: one an example, in 0..<K.
  ///   - constant: the second row of logits of each example, where the formula asks for one.
  func evaluate(
    _ tape: Tape, losses: inout [Float], gradient: inout Tensor, logits: Tensor, _ labels: [Int],
    _ examples: Range<Int>, constant: Tensor? = nil
  ) {
    let k = logits.shape[1]
    precondition(gradient.shape[1] == k, "TracedLoss: gradient \(gradient.shape) for logits \(logits.shape)")
    var workspace = take()
    workspace.prepare(tape, classCount: k)
    for (row, example) in examples.enumerated() {
      let label = labels[example]
      precondition(label >= 0 && label < k, "TracedLoss: label \(label) with \(k) classes")
      workspace.setLogits(0, logits, row: row, temperature: 1)
      if let constant { workspace.setLogits(1, constant, row: example, temperature: 1) }
      workspace.setLabel(label)
      losses[row] = Float(workspace.forward(tape))
      workspace.backward(tape)
      workspace.gatherLogits(0, temperature: 1, into: &gradient.elements, row: row)
    }
    give(workspace)
  }
}
