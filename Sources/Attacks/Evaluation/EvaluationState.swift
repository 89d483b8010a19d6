// Where an evaluation stands: enough to go on after it was killed.

internal import Basics
public import Tensors

/// What is known of every image after some finished batches. Saved, it makes an evaluation go on to the same flags.
public struct EvaluationState: Hashable, Sendable {
  /// What an attack did to an image.
  public enum Outcome: UInt8, Hashable, Sendable {
    /// Not attacked: not yet, or never, because it was wrong or broken before.
    case open = 0
    /// Attacked, and still right.
    case robust = 1
    /// Attacked, and wrong.
    case broken = 2
  }

  /// Which evaluation it is.
  package let identity: EvaluationIdentity
  /// True for the images that are right without attack, one an image; empty before they have been looked at.
  public internal(set) var clean: [Bool] = []
  /// What each attack did to each image: `[stage][image]`.
  public internal(set) var outcomes: [[Outcome]]
  /// Time spent in each stage, in all sessions.
  public internal(set) var seconds: [Double]
  /// `[stage][image]`: true where the gradient was zero in every pixel at the start.
  public internal(set) var zeroGradients: [[Bool]]
  /// True for images at which a logit was not a number, without attack or under any.
  public internal(set) var invalidLogits: [Bool]
  /// The images, adversarial where broken, if they are kept.
  public internal(set) var images: Tensor?

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
    try Safetensors.write(arrays, metadata: identity.fields, to: path)
  }

  /// The bytes that `write` writes.
  package var encoded: [UInt8] { Safetensors.encode(arrays, metadata: identity.fields) }

  private var arrays: [String: SafetensorsArray] {
    let n = identity.count
    var arrays: [String: SafetensorsArray] = [
      "clean": .uint8(clean.map { $0 ? 1 : 0 }, [clean.count]),
      "outcomes": .uint8(outcomes.flatMap { $0.map(\.rawValue) }, [outcomes.count, n]),
      "seconds": .list(seconds),
      "zero_gradients": .uint8(zeroGradients.flatMap { $0.map { $0 ? 1 : 0 } }, [zeroGradients.count, n]),
      "invalid_logits": .uint8(invalidLogits.map { $0 ? 1 : 0 }, [n]),
    ]
    if let images { arrays["images"] = .float32(images) }
    return arrays
  }

  /// Reads what `write` wrote. Throws `FileError`, `SafetensorsError`, or `EvaluationStateError` if its fields cannot be
  /// understood or its arrays do not fit one another.
  public init(contentsOf path: String) throws { try self.init(SafetensorsFile(contentsOf: path), path: path) }

  /// Reads what `encoded` is. Throws as above, with `name` for the path.
  package init(encoded bytes: [UInt8], name: String) throws {
    try self.init(SafetensorsFile(bytes: bytes, name: name), path: name)
  }

  private init(_ file: SafetensorsFile, path: String) throws {
    do throws(EvaluationIdentity.FieldFailure) {
      identity = try EvaluationIdentity(fields: file.metadata)
    } catch {
      throw EvaluationStateError(path: path, damage: .field(error.field, value: error.value))
    }
    let n = identity.count
    seconds = try file.float64s("seconds")
    let damaged = EvaluationStateError(path: path, damage: .arrays(images: n, stages: seconds.count))
    func flags(_ name: String) throws -> [Bool] {
      try file.bytes(name).map { if $0 > 1 { throw damaged } else { $0 == 1 } }
    }
    clean = try flags("clean")
    let flat = try file.bytes("outcomes")
    let zeros = try flags("zero_gradients")
    invalidLogits = try flags("invalid_logits")
    images = file.contains("images") ? try file.tensor("images") : nil
    // A product would overflow where a damaged number of images is huge.
    guard invalidLogits.count == n, clean.isEmpty || clean.count == n,
      n == 0 ? flat.isEmpty : flat.count / n == seconds.count && flat.count % n == 0, zeros.count == flat.count,
      images.map({ $0.shape.rank == 4 && $0.shape[0] == n }) ?? true, seconds.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { throw damaged }
    let stages = seconds.indices
    outcomes = try stages.map { s in
      try flat[s * n..<(s + 1) * n].map { if let outcome = Outcome(rawValue: $0) { outcome } else { throw damaged } }
    }
    zeroGradients = stages.map { s in Array(zeros[s * n..<(s + 1) * n]) }
  }

  /// Throws `EvaluationMismatch` unless the state is one of the evaluation `wanted` with so many attacks on images of
  /// the shape `wantedImages`.
  package func check(
    wanted: EvaluationIdentity, stages: Int, imagesOf wantedImages: Shape
  ) throws(EvaluationMismatch) {
    try identity.check(wanted: wanted)
    if outcomes.count != stages {
      throw EvaluationMismatch(field: "stages", saved: "\(outcomes.count)", wanted: "\(stages)")
    }
    if let images, images.shape != wantedImages {
      throw EvaluationMismatch(field: "images", saved: "\(images.shape)", wanted: "\(wantedImages)")
    }
  }
}

/// A saved state that is not whole.
public struct EvaluationStateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong with a saved state.
  public enum Damage: Hashable, Sendable {
    /// The arrays are not those of so many images and attacks, which the file says that it is of.
    case arrays(images: Int, stages: Int)
    /// A field of the identity is not understood; nil if it is missing.
    case field(String, value: String?)
  }

  /// The state's file.
  public let path: String
  /// What is wrong.
  public let damage: Damage

  /// The file, and what is wrong.
  public var description: String {
    switch damage {
    case .arrays(let images, let stages):
      "\(path): damaged: its arrays are not those of \(stages) attacks on \(images) images"
    case .field(let name, let value?): "\(path): damaged: its \(name) is \"\(value)\""
    case .field(let name, nil): "\(path): damaged: it has no \(name)"
    }
  }
}
