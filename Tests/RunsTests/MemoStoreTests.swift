import FileSystem
import Foundation
import Runs
import Synchronization
import Tensors
import Testing
import _TestSupport

private struct Curve: Codable, Equatable {
  var gamma: [Double]
  var loss: [Float]
  var count: UInt64
}

@Suite struct Memos {
  @Test func `a value is computed once and comes back to the bit`() throws {
    try withTemporaryFolder { folder in
      let store = RunStore(root: folder + "/runs")
      var stream = RandomKey(seed: 1).stream
      let gamma =
        [Double(0.1), -0.0, 1e300, .leastNonzeroMagnitude, .infinity, -.infinity, 2, 1e15 + 0.5, 0x1p53, 0x1p63]
        + (0..<2000).map { _ in Double(bitPattern: stream.next()) }.filter { $0.isFinite }
      let loss =
        [Float(0.1), -0.0, .leastNonzeroMagnitude, 16_777_216]
        + (0..<2000).map { _ in Float(bitPattern: stream.uint32()) }.filter { $0.isFinite }
      let curve = Curve(gamma: gamma, loss: loss, count: .max)
      var computed = 0
      for _ in 0..<3 {
        let value = try store.memo(kind: "landscape", key: ["run": "abc"], version: 1) {
          computed += 1
          return curve
        }
        #expect(value.gamma.map(\.bitPattern) == gamma.map(\.bitPattern))
        #expect(value.loss.map(\.bitPattern) == loss.map(\.bitPattern))
        #expect(value.count == .max)
      }
      #expect(computed == 1)
      let nan = try store.memo(kind: "nan", key: 0, version: 1) { [Double.nan] }
      #expect(nan[0].isNaN)
      #expect(try store.memo(kind: "nan", key: 0, version: 1) { [0.0] }[0].isNaN)
      #expect(try Files.entries(of: folder + "/data") == ["landscape", "nan"])
      #expect(try Files.entries(of: folder + "/data/landscape").count == 1)
    }
  }

  @Test func `kind, key and version tell values apart`() throws {
    try withTemporaryFolder { folder in
      let memos = MemoStore(root: folder)
      var values: [Int] = []
      for (kind, key, version) in [("a", 1, 1), ("b", 1, 1), ("a", 2, 1), ("a", 1, 2), ("a", 1, 1)] {
        let n = values.count
        values.append(try memos.value(kind: kind, key: key, version: version) { n })
      }
      #expect(values == [0, 1, 2, 3, 0])
      #expect(throws: RunError.badName("../a")) { try memos.value(kind: "../a", key: 1, version: 1) { 0 } }
    }
  }

  @Test func `a damaged file is set aside and computed anew`() throws {
    try withTemporaryFolder { folder in
      let memos = MemoStore(root: folder)
      _ = try memos.value(kind: "a", key: 1, version: 1) { [0.5, 0.25] }
      let path = folder + "/a/" + (try Files.entries(of: folder + "/a"))[0]
      let text = String(decoding: try Files.read(path), as: UTF8.self)
      for bad in [
        "", "{", text.replacingOccurrences(of: "0.25", with: "0.26"),
        text.replacingOccurrences(of: "\"key\": 1", with: "\"key\": 2"),
      ] {
        try AtomicFile.write(bad, to: path)
        #expect(try memos.value(kind: "a", key: 1, version: 1) { [0.5, 0.25] } == [0.5, 0.25])
        #expect(String(decoding: try Files.read(path), as: UTF8.self) == text)
      }
      #expect(try Files.entries(of: folder + "/a").filter { $0.contains("corrupt") }.count == 4)
    }
  }

  @Test func `an error while computing is passed on and stores nothing`() throws {
    try withTemporaryFolder { (folder: String) throws -> Void in
      let memos = MemoStore(root: folder)
      func failing() throws -> Int { throw CancellationError() }
      #expect(throws: CancellationError.self) {
        _ = try memos.value(kind: "a", key: 1, version: 1, compute: failing)
      }
      #expect(try Files.entries(of: folder + "/a").isEmpty)
      #expect(try memos.value(kind: "a", key: 1, version: 1) { 3 } == 3)
    }
  }

  @Test func `many who ask at once compute it once`() throws {
    try withTemporaryFolder { folder in
      let memos = MemoStore(root: folder)
      let computed = Atomic<Int>(0)
      let answers = Mutex<[Int]>([])
      try parallelFor(16, threads: 8) { task, _ in
        let value = try memos.value(kind: "a", key: task / 8, version: 1) {
          usleep(20_000)
          return computed.add(1, ordering: .relaxed).newValue
        }
        answers.withLock { $0.append(value) }
      }
      #expect(computed.load(ordering: .relaxed) == 2)
      #expect(answers.withLock { Set($0) } == [1, 2])
    }
  }

  @Test func `a store that cannot be written fails before anything is computed`() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("x", to: folder + "/file")
      var computed = false
      #expect(throws: FileError.self) {
        try MemoStore(root: folder + "/file").value(kind: "a", key: 1, version: 1) { () -> Int in
          computed = true
          return 1
        }
      }
      #expect(!computed)
    }
  }
}
