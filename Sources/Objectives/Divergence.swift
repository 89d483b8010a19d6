// How far apart two predictions are: a formula of two distributions over the classes.

internal import Basics
public import Tensors

/// A divergence between two predictions, written as a formula and kept as one.
///
///     let d = Divergence("h-max") { p, q in entropy((p + q) / 2) - max(entropy(p), entropy(q)) }
///
/// The formula is traced once, when the divergence is made. Two divergences are equal if their formulas are, whatever
/// their names and however their variables are called; only the formula is encoded, so renaming a divergence does not
/// change what a recipe is. A decoded one has the name of the built-in with that formula, else a name that was written
/// for people (`encodesNames`), else `custom`.
///
/// Values and derivatives are computed in Double, in nats where the formula is one of entropies.
public struct Divergence: Hashable, Sendable, Codable {
  /// A short name for people.
  public let name: String
  let tape: Tape

  /// A formula of two distributions p, q, one number a class; it returns one number. Stops with an explanation if the
  /// formula gives one number a class.
  public init(_ name: String, _ formula: (_ p: Traced, _ q: Traced) -> Traced) {
    let recorder = Recorder()
    let result = formula(recorder.input(.probabilities, 0), recorder.input(.probabilities, 1))
    self.init(name: name, tape: recorder.tape(of: result, named: name))
  }

  /// A formula of two rows of logits, already divided by the temperature, one number a class; it returns one number.
  ///
  ///     let alp = Divergence.ofLogits("alp") { u, v in mean(square(u - v)) }
  public static func ofLogits(_ name: String, _ formula: (_ u: Traced, _ v: Traced) -> Traced) -> Divergence {
    let recorder = Recorder()
    let result = formula(recorder.input(.logits, 0), recorder.input(.logits, 1))
    return Divergence(name: name, tape: recorder.tape(of: result, named: name))
  }

  private init(name: String, tape: Tape) {
    self.name = name
    self.tape = tape
  }

  /// The divergence of two distributions over the same classes, numbers in [0, 1]. Stops if its formula is of logits.
  public func value(_ p: [Double], _ q: [Double]) -> Double {
    var workspace = LossWorkspace()
    set(p, q, in: &workspace)
    return workspace.forward(tape)
  }

  /// Derivatives of `value` by p and by q, taken as free numbers: the condition Σ p = 1 plays no part.
  public func gradient(_ p: [Double], _ q: [Double]) -> (p: [Double], q: [Double]) {
    var workspace = LossWorkspace()
    set(p, q, in: &workspace)
    _ = workspace.forward(tape)
    workspace.backward(tape)
    func gathered(_ index: Int, _ x: [Double]) -> [Double] {
      let d = Tape.slot(.probabilities, index) * p.count
      let dLog = Tape.slot(.logProbabilities, index) * p.count
      return x.indices.map {
        workspace.adjoints[d + $0] + (x[$0] >= smallestProbability ? workspace.adjoints[dLog + $0] / x[$0] : 0)
      }
    }
    return (gathered(0, p), gathered(1, q))
  }

  /// Divergences of the rows of two views' logits, and their gradients.
  ///
  /// - Parameters:
  ///   - values: `[≥ B]`; the first B are overwritten with the divergence of each pair.
  ///   - dFirst, dSecond: `[≥ B, K]`; the first B rows are overwritten with the gradient of each pair's divergence.
  ///   - first, second: `[B, K]`; row i of one is compared with row i of the other.
  ///   - temperature: above 0; distributions are softmax(logits / temperature).
  ///   - workspace: scratch memory. Nothing is allocated once it has served this formula and K.
  public func evaluate(
    values: inout [Double], dFirst: inout Tensor, dSecond: inout Tensor, first: Tensor, second: Tensor,
    temperature: Double = 1, workspace: inout LossWorkspace
  ) {
    let k = first.shape[1]
    precondition(first.shape == second.shape, "Divergence: logits \(first.shape) and \(second.shape) differ in shape")
    precondition(temperature > 0, "Divergence: temperature \(temperature) is not above 0")
    precondition(
      dFirst.shape[1] == k && dSecond.shape[1] == k && dFirst.shape[0] >= first.shape[0]
        && dSecond.shape[0] >= first.shape[0],
      "Divergence: gradients \(dFirst.shape) and \(dSecond.shape) for logits \(first.shape)")
    workspace.prepare(tape, classCount: k)
    for row in 0..<first.shape[0] {
      values[row] = compare(first, row, second, row, temperature: temperature, in: &workspace)
      workspace.gatherLogits(0, temperature: temperature, into: &dFirst.elements, row: row)
      workspace.gatherLogits(1, temperature: temperature, into: &dSecond.elements, row: row)
    }
  }

  /// The divergence of two rows; the workspace, made ready for the formula, then holds its derivatives.
  func compare(
    _ first: Tensor, _ i: Int, _ second: Tensor, _ j: Int, temperature: Double, in workspace: inout LossWorkspace
  ) -> Double {
    workspace.setLogits(0, first, row: i, temperature: temperature)
    workspace.setLogits(1, second, row: j, temperature: temperature)
    let value = workspace.forward(tape)
    workspace.backward(tape)
    return value
  }

  private func set(_ p: [Double], _ q: [Double], in workspace: inout LossWorkspace) {
    precondition(p.count == q.count, "Divergence: distributions over \(p.count) and \(q.count) classes")
    precondition(!tape.uses(.logits), "Divergence: \(name) is a formula of logits; distributions do not determine it")
    workspace.prepare(tape, classCount: p.count)
    workspace.setDistribution(0, p)
    workspace.setDistribution(1, q)
  }
}

extension Divergence {
  /// Whether the formulas are the same; names are not compared.
  public static func == (a: Divergence, b: Divergence) -> Bool { a.tape == b.tape }

  /// Hashes what equality compares.
  public func hash(into hasher: inout Hasher) { hasher.combine(tape) }

  private enum Key: String, CodingKey { case formula, name }

  /// An encoder whose `userInfo` has `true` here writes the names of divergences that are not built in: what people
  /// read, never what a key is made of.
  public static let encodesNames = CodingUserInfoKey(rawValue: "workbench.names-of-divergences")!

  /// Whether this is one of `builtIn`.
  public var isBuiltIn: Bool { Divergence.builtIn.contains(self) }

  /// The same formula under another name.
  public func renamed(_ name: String) -> Divergence { Divergence(name: name, tape: tape) }

  /// Throws `DecodingError` naming the step if the steps are no formula of two predictions.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    tape = try container.decode(Tape.self, forKey: .formula)
    if tape.usesLabels {
      throw DecodingError.dataCorruptedError(
        forKey: .formula, in: container, debugDescription: "a divergence knows no label")
    }
    let tape = tape
    let given = try container.decodeIfPresent(String.self, forKey: .name)
    name = Divergence.builtIn.first { $0.tape == tape }?.name ?? given ?? "custom"
  }

  /// Writes the name of a built-in divergence, else the formula's steps.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(tape, forKey: .formula)
    if encoder.userInfo[Self.encodesNames] as? Bool == true, !isBuiltIn { try container.encode(name, forKey: .name) }
  }
}
