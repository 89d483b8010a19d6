// Saved states: the text of their identity, and what is damaged.

import Attacks
import Foundation
import Tensors
import Testing
import _TestSupport

struct EvaluationStateTests {
  private static let threat = ThreatModel(norm: .linf, epsilon: 0.03)
  private static let suite = AutoAttack(
    threatModel: threat, attacks: [FGSM(threatModel: threat), Square(threatModel: threat, queries: 4)],
    keepsImages: true)

  private func evaluate(from state: EvaluationState? = nil, suite: AutoAttack = suite) throws -> EvaluationState {
    let (images, labels) = AttackBitsTests.classifier.problem(4)
    var saved: EvaluationState?
    _ = try suite.evaluate(
      AttackBitsTests.classifier, images: images, labels: labels, first: 7, seed: 4, subject: "w", resuming: state,
      save: { saved = $0 })
    return try saved ?? #require(state)
  }

  @Test func `the identity is saved as the text that it always was`() throws {
    try withTemporaryFolder { folder in
      let state = try evaluate()
      try state.write(to: folder + "/state")
      let file = try SafetensorsFile(contentsOf: folder + "/state")
      let threat = "threatModel: Attacks.ThreatModel(norm: Attacks.Norm.linf, epsilon: 0.03)"
      #expect(
        file.metadata == [
          "attacks": "FGSM(\(threat)); Square(\(threat), queries: 4, initialShare: 0.8)", "count": "4",
          "labels": "efd31d5e588b94d2", "mode": "cumulative", "numerics": "1", "range": "7..<11", "seed": "4",
          "subject": "w",
        ])
      #expect(try EvaluationState(contentsOf: folder + "/state") == state)
      #expect(try evaluate(from: EvaluationState(contentsOf: folder + "/state")) == state)
    }
  }

  @Test func `a field that is missing or not understood is named`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/state"
      try evaluate().write(to: path)
      let file = try SafetensorsFile(contentsOf: path)
      func error(_ name: String, _ value: String?) throws -> EvaluationStateError {
        var metadata = file.metadata
        metadata[name] = value
        try Safetensors.write(arrays(of: file), metadata: metadata, to: path)
        return try #require(throws: EvaluationStateError.self) { try EvaluationState(contentsOf: path) }
      }
      for name in file.metadata.keys {
        let missing = try error(name, nil)
        #expect(
          missing.damage == .field(name, value: nil) && missing.description.hasSuffix("damaged: it has no \(name)"))
        if ["attacks", "subject"].contains(name) { continue }
        for value in ["", "x", "-", "99999999999999999999"] where !(name == "labels" && value.hasPrefix("9")) {
          #expect(
            try error(name, value).damage == .field(name == "count" && Int(value) != nil ? "range" : name, value: value)
          )
        }
      }
      for range in ["7", "7..<", "..<11", "11..<7", "7..<12", "7..<9..<11", "\(Int.min)..<\(Int.max)"] {
        #expect(try error("range", range).damage == .field("range", value: range))
      }
    }
  }

  @Test func `a huge number of images is damage, not an end`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/state"
      try evaluate().write(to: path)
      let file = try SafetensorsFile(contentsOf: path)
      for count in [0, 3, 5, Int.max / 2, Int.max] {
        var metadata = file.metadata
        (metadata["count"], metadata["range"]) = ("\(count)", "0..<\(count)")
        try Safetensors.write(arrays(of: file), metadata: metadata, to: path)
        let error = try #require(throws: EvaluationStateError.self) { try EvaluationState(contentsOf: path) }
        #expect(error.damage == .arrays(images: count, stages: 2))
      }
    }
  }

  private func arrays(of file: SafetensorsFile) throws -> [String: SafetensorsArray] {
    var arrays: [String: SafetensorsArray] = [
      "seconds": .list(try file.float64s("seconds")), "images": .float32(try file.tensor("images")),
    ]
    for name in ["clean", "outcomes", "zero_gradients", "invalid_logits"] {
      arrays[name] = .uint8(try file.bytes(name), try file.shape(of: name))
    }
    return arrays
  }

  @Test func `arrays that are missing, longer, shorter or of other numbers are damage`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/state"
      try evaluate().write(to: path)
      let file = try SafetensorsFile(contentsOf: path)
      let whole = try arrays(of: file)
      func isRefused(_ name: String, _ array: SafetensorsArray?) throws -> Bool {
        var arrays = whole
        arrays[name] = array
        try Safetensors.write(arrays, metadata: file.metadata, to: path)
        do { _ = try EvaluationState(contentsOf: path) } catch is SafetensorsError {
          return array == nil
        } catch is EvaluationStateError {
          return array != nil
        }
        return false
      }
      for name in ["clean", "outcomes", "zero_gradients", "invalid_logits"] {
        let bytes = try file.bytes(name)
        #expect(try isRefused(name, nil), "\(name)")
        for count in Set([1, bytes.count - 1, bytes.count + 1, 2 * bytes.count]) {
          #expect(try isRefused(name, .uint8([UInt8](repeating: 0, count: count), [count])), "\(name), \(count)")
        }
        for byte in 0..<bytes.count {
          var wrong = bytes
          wrong[byte] = name == "outcomes" ? 3 : 2
          #expect(try isRefused(name, .uint8(wrong, [wrong.count])), "\(name), \(byte)")
        }
      }
      for seconds in [[], [1], [1, 2, 3], [1, -2], [1, .nan], [.infinity, 1]] {
        #expect(try isRefused("seconds", .list(seconds)), "\(seconds)")
      }
      for shape: Shape in [[3, 3, 6, 6], [4 * 108], [5, 3, 6, 6]] {
        #expect(try isRefused("images", .float32(Tensor(shape: shape))), "\(shape)")
      }
    }
  }

  @Test func `a state of other images or of fewer attacks does not go on`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/state"
      try evaluate().write(to: path)
      let file = try SafetensorsFile(contentsOf: path)
      func field(_ change: (inout [String: SafetensorsArray]) -> Void) throws -> String {
        var arrays = try arrays(of: file)
        change(&arrays)
        try Safetensors.write(arrays, metadata: file.metadata, to: path)
        let state = try EvaluationState(contentsOf: path)
        return try #require(throws: EvaluationMismatch.self) { try evaluate(from: state) }.field
      }
      #expect(try field { $0["images"] = .float32(Tensor(shape: [4, 3, 6, 7])) } == "images")
      #expect(
        try field {
          $0["seconds"] = .list([1])
          $0["outcomes"] = .uint8([1, 1, 1, 1], [1, 4])
          $0["zero_gradients"] = .uint8([0, 0, 0, 0], [1, 4])
        } == "stages")
    }
  }

  /// Every byte of the file changed in three ways, and the file cut at every byte: an error with a type, or an evaluation
  /// that ends.
  @Test func `no damage of a byte ends the program`() throws {
    var suite = Self.suite
    suite.keepsImages = false
    let whole = try withTemporaryFolder { folder in
      try evaluate(suite: suite).write(to: folder + "/state")
      return Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/state")))
    }
    func goOn(_ bytes: [UInt8]) throws {
      try withTemporaryFolder { folder in
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/state"))
        do {
          _ = try evaluate(from: EvaluationState(contentsOf: folder + "/state"), suite: suite)
        } catch is SafetensorsError {
        } catch is EvaluationStateError {
        } catch is EvaluationMismatch {
        }
      }
    }
    for i in whole.indices {
      for change: UInt8 in [1, 0x10, 0xff] {
        var bytes = whole
        bytes[i] ^= change
        try goOn(bytes)
      }
      try goOn(Array(whole[..<i]))
    }
  }
}
