// States of parts of an evaluation: cut and joined, they are those of the whole.

import Attacks
import Foundation
import Tensors
import Testing
import _TestSupport

struct EvaluationPartsTests {
  private static let threat = ThreatModel(norm: .linf, epsilon: 0.03)

  private func suite(keepsImages: Bool) -> AutoAttack {
    AutoAttack(
      threatModel: Self.threat,
      attacks: [FGSM(threatModel: Self.threat), Square(threatModel: Self.threat, queries: 4)],
      batchSize: 2, keepsImages: keepsImages)
  }

  /// Ends of evaluations of the images `range` of eight, from `state`; `stop` ends it after so many saves.
  private func end(
    _ suite: AutoAttack, _ range: Range<Int>, from state: EvaluationState? = nil, stop: Int = .max
  ) throws -> EvaluationState {
    struct Stop: Error {}
    let (images, labels) = AttackBitsTests.classifier.problem(8)
    var last: EvaluationState?
    var saves = 0
    do {
      return try suite.finalState(
        AttackBitsTests.classifier, images: images[rows: range], labels: Array(labels[range]),
        first: 10 + range.lowerBound, seed: 4, subject: "w \(range)", resuming: state,
        save: {
          last = $0
          saves += 1
          if saves == stop { throw Stop() }
        }, onProgress: { _ in })
    } catch is Stop { return try #require(last) }
  }

  private func whole(_ suite: AutoAttack) -> EvaluationState {
    suite.beginning(first: 10, labels: AttackBitsTests.classifier.problem(8).labels, seed: 4, subject: "w 0..<8")
  }

  /// A state without the time that it took.
  private struct Timeless: Hashable {
    var identity: [String: String]
    var flags: [String: [UInt8]]
    var images: Tensor?
  }

  private func timeless(_ state: EvaluationState) throws -> Timeless {
    let file = try SafetensorsFile(bytes: state.encoded, name: "state")
    let flags = file.names.filter { $0 != "seconds" && $0 != "images" }
    return Timeless(
      identity: file.metadata,
      flags: Dictionary(uniqueKeysWithValues: try flags.map { ($0, try file.bytes($0)) }), images: state.images)
  }

  @Test(arguments: [false, true]) func `parts that ended are the whole, and so are parts cut off and gone on with`(
    _ keepsImages: Bool
  ) throws {
    let suite = suite(keepsImages: keepsImages)
    let straight = try end(suite, 0..<8)
    let parts = [0..<3, 3..<4, 4..<8]
    let joined = whole(suite).joined(with: try parts.map { try end(suite, $0) })
    #expect(try timeless(joined) == timeless(straight))
    #expect(joined.seconds.allSatisfy { $0 > 0 })
    let labels = AttackBitsTests.classifier.problem(8).labels
    for stops in [[1, 1, 1], [2, 1, 3], [9, 9, 2]] {
      // Three ranks are killed, and two go on.
      let cut = whole(suite).joined(with: try zip(parts, stops).map { try end(suite, $0, stop: $1) })
      let halves = try [0..<5, 5..<8].map { range in
        try end(
          suite, range,
          from: cut.part(
            10 + range.lowerBound..<10 + range.upperBound, labels: Array(labels[range]), subject: "w \(range)"))
      }
      #expect(try timeless(cut.joined(with: halves)) == timeless(straight), "\(stops)")
      // One rank of three has saved nothing: what it would know is found out again.
      let without = whole(suite).joined(with: [try end(suite, parts[0], stop: stops[0])])
      #expect(without.clean.isEmpty && without.images == nil)
      #expect(try timeless(end(suite, 0..<8, from: without)) == timeless(straight), "\(stops)")
    }
  }

  @Test func `the warnings of parts are those of their images together`() throws {
    let suite = suite(keepsImages: false)
    let (images, labels) = AttackBitsTests.classifier.problem(8)
    let joined = whole(suite).joined(with: try [0..<2, 2..<8].map { try end(suite, $0) })
    let straight = try suite.evaluate(
      AttackBitsTests.classifier, images: images, labels: labels, first: 10, seed: 4, subject: "w 0..<8")
    let other = suite.evaluation(of: AttackBitsTests.classifier, images: images, endingIn: joined)
    #expect(other.warnings == straight.warnings && other.robust == straight.robust && other.clean == straight.clean)
    #expect(other.stages.map(\.flags) == straight.stages.map(\.flags))
  }
}
