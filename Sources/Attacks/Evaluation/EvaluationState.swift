// Where an evaluation stands: enough to go on after it was killed.

internal import Basics
public import Tensors

/// What is known of every image after some finished batches. Saved, it makes an evaluation go on to the same flags.
public struct EvaluationState: Hashable, Sendable {
  /// What an attack did to an image.
  public enum Outcome: UInt8, Hashable, Sendable {
    /// Not attacked: not yet, or never, because it was wrong or broken before.
    case open = 0
    case robust = 1
    case broken = 2
  }

  public let identity: EvaluationIdentity
  /// True for the images that are right without attack, one an image; empty before they have been looked at.
  public internal(set) var clean: [Bool] = []
  /// `[stage][image]`.
  public internal(set) var outcomes: [[Outcome]]
  /// Time spent in each stage, in all sessions.
  public internal(set) var seconds: [Double]
  /// `[stage][image]`: true where the gradient was zero in every pixel at the start.
  public internal(set) var zeroGradients: [[Bool]]
  /// True for images at which a logit was not a number, without attack or under any.
  public internal(set) var invalidLogits: [Bool]
  /// The images, adversarial where broken, if they are kept.
  public private(set) var images: Tensor?

  init(_ identity: EvaluationIdentity, stages: Int) {
    self.identity = identity
    invalidLogits = [Bool](repeating: false, count: identity.count)
    outcomes = [[Outcome]](repeating: [Outcome](repeating: .open, count: identity.count), count: stages)
    seconds = [Double](repeating: 0, count: stages)
    zeroGradients = [[Bool]](repeating: invalidLogits, count: stages)
  }

  /// Keeps the images from here on, `clean` until they are broken; nil keeps none.
  ///
  /// Successes whose images were not kept are forgotten: the attacks draw for an image what they drew before, and come
  /// to the same again.
  mutating func keepImages(from clean: Tensor?) {
    guard let clean else {
      images = nil
      return
    }
    if images != nil { return }
    images = clean
    outcomes = outcomes.map { $0.map { $0 == .broken ? .open : $0 } }
  }

  /// Takes over what an attack did to the images `batch`.
  ///
  /// - Parameter isBroken: what the classifier says of `result.images`, one an image of the batch.
  mutating func record(_ result: AttackResult, stage: Int, batch: [Int], isBroken: [Bool]) {
    for (row, i) in batch.enumerated() {
      outcomes[stage][i] = isBroken[row] ? .broken : .robust
      if isBroken[row] { images?.copyRow(i, from: result.images, row: row) }
      if result.zeroGradient[row] { zeroGradients[stage][i] = true }
      if result.invalidLogits[row] { invalidLogits[i] = true }
    }
  }

  /// Images that stage `stage` is to attack.
  func candidates(stage: Int, mode: AutoAttack.Mode) -> [Int] {
    clean.indices.filter { i in
      clean[i] && (mode == .individual || outcomes[..<stage].allSatisfy { $0[i] != .broken })
    }
  }

  /// True where an image is right and no stage up to and including `stage` has broken it.
  func isRobust(_ image: Int, through stage: Int) -> Bool {
    clean[image] && outcomes[...stage].allSatisfy { $0[image] != .broken }
  }

  func robustCount(through stage: Int) -> Int { clean.indices.count { isRobust($0, through: stage) } }
}

extension EvaluationState {
  /// Writes the state as safetensors, in one step. Throws `FileError`.
  public func write(to path: String) throws {
    let n = identity.count
    var arrays: [String: SafetensorsArray] = [
      "clean": .uint8(clean.map { $0 ? 1 : 0 }, [clean.count]),
      "outcomes": .uint8(outcomes.flatMap { $0.map(\.rawValue) }, [outcomes.count, n]),
      "seconds": .list(seconds),
      "zero_gradients": .uint8(zeroGradients.flatMap { $0.map { $0 ? 1 : 0 } }, [zeroGradients.count, n]),
      "invalid_logits": .uint8(invalidLogits.map { $0 ? 1 : 0 }, [n]),
    ]
    if let images { arrays["images"] = .float32(images) }
    try Safetensors.write(arrays, metadata: identity.fields, to: path)
  }

  /// Reads what `write` wrote. Throws `FileError`, `SafetensorsError`, or `EvaluationStateError` if its arrays do not fit
  /// one another.
  public init(contentsOf path: String) throws {
    let file = try SafetensorsFile(contentsOf: path)
    identity = EvaluationIdentity(fields: file.metadata)
    let n = identity.count
    seconds = try file.float64s("seconds")
    clean = try file.bytes("clean").map { $0 == 1 }
    let flat = try file.bytes("outcomes")
    let zeros = try file.bytes("zero_gradients")
    invalidLogits = try file.bytes("invalid_logits").map { $0 == 1 }
    images = file.contains("images") ? try file.tensor("images") : nil
    guard flat.count == seconds.count * n, zeros.count == flat.count, invalidLogits.count == n,
      clean.isEmpty || clean.count == n, images.map({ $0.shape[0] == n }) ?? true
    else { throw EvaluationStateError(path: path, images: n, stages: seconds.count) }
    let stages = seconds.indices
    outcomes = stages.map { s in flat[s * n..<(s + 1) * n].map { Outcome(rawValue: $0) ?? .open } }
    zeroGradients = stages.map { s in zeros[s * n..<(s + 1) * n].map { $0 == 1 } }
  }
}

/// What makes two evaluations the same: all numbers that their flags depend on.
public struct EvaluationIdentity: Hashable, Sendable {
  /// Name and value of each.
  public let fields: [String: String]

  init(_ suite: AutoAttack, first: Int, labels: [Int], seed: UInt64, subject: String) {
    var hash = FNV1a()
    for label in labels { hash.add(UInt64(label)) }
    fields = [
      "attacks": suite.attacks.map { "\($0)" }.joined(separator: "; "), "mode": suite.mode.rawValue,
      "range": "\(first)..<\(first + labels.count)", "count": "\(labels.count)",
      "labels": String(hash.value, radix: 16),
      "seed": "\(seed)", "subject": subject, "numerics": "\(numericsVersion)",
    ]
  }

  init(fields: [String: String]) { self.fields = fields }

  /// Number of images.
  var count: Int { fields["count"].flatMap(Int.init) ?? 0 }

  /// Throws for the first field, by name, that differs.
  func check(wanted: EvaluationIdentity) throws(EvaluationMismatch) {
    for name in wanted.fields.keys.sorted() where fields[name] != wanted.fields[name] {
      throw EvaluationMismatch(field: name, saved: fields[name] ?? "nothing", wanted: wanted.fields[name]!)
    }
  }
}

/// A saved state that is not whole.
public struct EvaluationStateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The state's file.
  public let path: String
  /// What the file says that it is of: images, and attacks.
  public let images: Int, stages: Int

  public var description: String {
    "\(path): damaged: its arrays are not those of \(stages) attacks on \(images) images"
  }
}

/// A saved state of another evaluation.
public struct EvaluationMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  public let field: String
  public let saved: String
  public let wanted: String

  public init(field: String, saved: String, wanted: String) {
    (self.field, self.saved, self.wanted) = (field, saved, wanted)
  }

  public var description: String {
    "the saved evaluation has other \(field): \(saved), not \(wanted); "
      + "remove it to begin anew, or repeat the options it was made with"
  }
}
