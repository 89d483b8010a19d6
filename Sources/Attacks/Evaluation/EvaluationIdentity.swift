// What makes two evaluations the same.

internal import Basics
internal import Tensors

/// All numbers that the flags of an evaluation depend on.
package struct EvaluationIdentity: Hashable, Sendable {
  /// The attacks with all their numbers, in the order in which they are run: Swift's printing of their stored properties.
  package let attacks: String
  /// What each attack is run on.
  package let mode: AutoAttack.Mode
  /// The numbers of the images in their data set.
  package let range: Range<Int>
  /// FNV-1a over the labels.
  package let labelsHash: UInt64
  /// Of all draws.
  package let seed: UInt64
  /// What is evaluated, such as a hash of the weights.
  package let subject: String
  /// `numericsVersion` of the program.
  package let numerics: Int

  init(_ suite: AutoAttack, first: Int, labels: [Int], seed: UInt64, subject: String) {
    self.init(
      attacks: suite.printedAttacks, mode: suite.mode, range: first..<first + labels.count, labels: labels, seed: seed,
      subject: subject, numerics: numericsVersion)
  }

  init(
    attacks: String, mode: AutoAttack.Mode, range: Range<Int>, labels: [Int], seed: UInt64, subject: String,
    numerics: Int
  ) {
    var hash = FNV1a()
    for label in labels { hash.add(UInt64(label)) }
    labelsHash = hash.value
    (self.attacks, self.mode, self.range) = (attacks, mode, range)
    (self.seed, self.subject, self.numerics) = (seed, subject, numerics)
  }

  /// Number of images.
  var count: Int { range.count }

  /// Name and text of each field, as they are saved.
  var fields: [String: String] {
    [
      "attacks": attacks, "mode": mode.rawValue, "range": "\(range)", "count": "\(count)",
      "labels": String(labelsHash, radix: 16), "seed": "\(seed)", "subject": subject, "numerics": "\(numerics)",
    ]
  }

  /// Reads what `fields` wrote. Throws the first field, by name, that is missing or not understood.
  init(fields: [String: String]) throws(FieldFailure) {
    func read<Value>(_ name: String, _ value: (String) -> Value?) throws(FieldFailure) -> Value {
      guard let text = fields[name], let value = value(text) else {
        throw FieldFailure(field: name, value: fields[name])
      }
      return value
    }
    attacks = try read("attacks") { $0 }
    let count = try read("count") { Int($0) }
    labelsHash = try read("labels") { UInt64($0, radix: 16) }
    mode = try read("mode") { AutoAttack.Mode(rawValue: $0) }
    numerics = try read("numerics") { Int($0) }
    range = try read("range") { text in
      let bounds = text.split(separator: "..<", omittingEmptySubsequences: false).map { Int($0) }
      guard bounds.count == 2, let first = bounds[0], let last = bounds[1], first <= last,
        last.subtractingReportingOverflow(first) == (count, false)
      else { return nil }
      return first..<last
    }
    seed = try read("seed") { UInt64($0) }
    subject = try read("subject") { $0 }
  }

  /// A field of a saved identity that is not one; the value is nil where it is missing.
  struct FieldFailure: Error {
    let field: String
    let value: String?
  }

  /// Throws for the first field, by name, that differs.
  func check(wanted: EvaluationIdentity) throws(EvaluationMismatch) {
    let (saved, wanted) = (fields, wanted.fields)
    for name in wanted.keys.sorted() where saved[name] != wanted[name] {
      throw EvaluationMismatch(field: name, saved: saved[name]!, wanted: wanted[name]!)
    }
  }
}

/// A saved state of another evaluation.
public struct EvaluationMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  /// What differs: `seed`.
  public let field: String
  /// The field in the saved state.
  public let saved: String
  /// The field in the evaluation that was to go on with it.
  public let wanted: String

  /// The error for a field that is `saved` and not `wanted`.
  public init(field: String, saved: String, wanted: String) {
    (self.field, self.saved, self.wanted) = (field, saved, wanted)
  }

  /// The field with both values, and what to do.
  public var description: String {
    "the saved evaluation has other \(field): \(saved), not \(wanted); "
      + "remove it to begin anew, or repeat the options it was made with"
  }
}

extension AutoAttack {
  /// The attacks with all their numbers, in the order in which they are run: Swift's printing of their stored properties.
  package var printedAttacks: String { attacks.map { "\($0)" }.joined(separator: "; ") }
}
