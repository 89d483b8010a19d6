import Basics
import FileSystem
import Foundation
import Runs
import Tensors
import Testing
import _TestSupport

func identity(_ name: String = "a", version: Int = 1) throws -> RunIdentity {
  try RunIdentity(recipe: Recipe(name: name), data: "synthetic", numericsVersion: version)
}

let session = RunSession(command: "test", libraryVersion: "0", kernelLevel: "portable", threads: 1)

func weights(_ value: Float) -> [String: SafetensorsArray] { ["w": .float32(Tensor([value, -value], shape: [2]))] }

struct Epoch: Codable, Equatable {
  var step: Int?
  var loss: Double
}

/// A finished run in `store`.
@discardableResult
private func finished(_ store: RunStore, _ name: String, version: Int = 1) throws -> StoredRun {
  let run = try store.begin(identity(name, version: version), name: name, session: session)
  defer { run.close() }
  _ = try run.restore()
  try run.append(Epoch(loss: 0.1), step: 1)
  try run.saveCheckpoint(weights(1), step: 1)
  return try run.finish(weights(2), metadata: ["epochs": "1"])
}

@Suite struct RunStores {
  @Test func `a finished run is found by the same recipe and holds what was written`() throws {
    try withTemporaryFolder { folder in
      let store = RunStore(root: folder + "/runs")
      #expect(try store.all().isEmpty)
      #expect(try store.run(identity().key) == nil)
      try finished(store, "a")
      let run = try #require(try store.run(identity("a").key))
      #expect(run.isFinished && !run.isActive && run.name == "a" && run.state == "finished")
      #expect(try run.recipe(as: Recipe.self) == Recipe(name: "a"))
      #expect(try run.metrics(as: Epoch.self) == [Epoch(step: 1, loss: 0.1)])
      let final = try run.finalWeights()
      #expect(try final.file.tensor("w").elements == [2, -2])
      #expect(final.step == 1 && final.file.metadata["epochs"] == "1")
      #expect(run.record.sessions.count == 1 && run.record.seconds >= 0)
      let names = try Files.entries(of: run.folder)
      #expect(names == ["final.safetensors", "lock", "metrics.jsonl", "recipe.json", "record.json"])
      #expect(
        String(decoding: try Files.read(run.folder + "/recipe.json"), as: UTF8.self)
          == """
          {
            "data": "synthetic",
            "kind": "train",
            "numericsVersion": 1,
            "recipe": {
              "decay": 0.0005,
              "depth": 10,
              "milestones": [100, 150],
              "name": "a",
              "rate": 0.1
            }
          }

          """)
    }
  }

  @Test func `beginning a finished run leaves it as it is`() throws {
    try withTemporaryFolder { folder in
      let store = RunStore(root: folder)
      let before = try finished(store, "a")
      let again = try store.begin(identity("a"), name: "b", session: session)
      #expect(again.isFinished && again.notices.isEmpty)
      #expect(try again.stored().record == before.record)
    }
  }

  @Test func `damaged final weights are never loaded, and the run begins anew`() throws {
    try withTemporaryFolder { folder in
      let store = RunStore(root: folder)
      let run = try finished(store, "a")
      try flip(run.folder + "/final.safetensors", at: -1)
      #expect(throws: RunError.self) { try run.finalWeights() }
      let again = try store.begin(identity("a"), session: session)
      #expect(!again.isFinished)
      #expect(again.notices.count == 1 && again.notices[0].contains("set aside as final.corrupt-1"))
      #expect(try again.restore() == nil)
      #expect(try again.stored().metrics(as: Epoch.self).isEmpty)
    }
  }

  @Test func `a changed recipe file is refused`() throws {
    try withTemporaryFolder { folder in
      let store = RunStore(root: folder)
      let run = try finished(store, "a")
      let path = run.folder + "/recipe.json"
      let text = String(decoding: try Files.read(path), as: UTF8.self)
      try AtomicFile.write(text.replacingOccurrences(of: "0.0005", with: "0.0006"), to: path)
      #expect(throws: RunError.self) { try store.run(run.key) }
      #expect(throws: RunError.self) { try store.begin(identity("a"), session: session) }
      try AtomicFile.write("{", to: path)
      #expect(try store.all().isEmpty)
      #expect(try store.damaged().count == 1)
      #expect(try store.damaged()[0].contains("recipe.json: damaged"))
    }
  }

  @Test func `a second worker is refused with the process of the first`() throws {
    try withTemporaryFolder { folder in
      let store = RunStore(root: folder)
      let first = try store.begin(identity(), session: session)
      #expect(throws: RunError.locked(run: first.key, pid: getpid())) {
        try store.begin(identity(), session: session)
      }
      let seen = try #require(try store.run(first.key))
      #expect(seen.isActive && seen.owner == getpid())
      #expect(seen.state == "running (process \(getpid()))")
      #expect(throws: RunError.self) { try store.remove(seen) }
      first.close()
      #expect(!seen.isActive && seen.state == "interrupted")
      let second = try store.begin(identity(), session: session)
      #expect(second.record.sessions.count == 2)
    }
  }

  @Test func `a worker in another process is refused too`() async throws {
    let folder = NSTemporaryDirectory() + "workbench-lock-\(UUID().uuidString)"
    defer { try? Files.remove(folder) }
    let run = try RunStore(root: folder).begin(identity(), session: session)
    let parent = getpid()
    await #expect(processExitsWith: .success) { [folder = folder as String, parent = parent as Int32] in
      let store = RunStore(root: folder)
      #expect(getpid() != parent)
      let key = try identity().key
      #expect(throws: RunError.locked(run: key, pid: parent)) {
        try store.begin(identity(), session: session)
      }
    }
    run.close()
  }

  @Test func `runs are found by name and by the beginning of the key`() throws {
    try withTemporaryFolder { folder in
      let store = RunStore(root: folder)
      let runs = try (0..<20).map { try finished(store, "run\($0)") }
      try finished(store, "run0", version: 2)
      #expect(try store.find("run7").key == runs[7].key)
      #expect(try store.find(runs[3].key.short).key == runs[3].key)
      #expect(try store.find(runs[3].key.hex.uppercased()).key == runs[3].key)
      #expect(try store.all().count == 21)
      // 21 keys share 16 first digits.
      let digits = try Dictionary(grouping: store.all()) { $0.key.hex.prefix(1) }
      let crowded = try #require(digits.first { $0.value.count > 1 })
      let byPrefix = try #require(throws: RunError.self) { try store.find(String(crowded.key)) }
      guard case .ambiguous(_, let candidates) = byPrefix else {
        Issue.record("\(byPrefix)")
        return
      }
      #expect(candidates.count == crowded.value.count)
      let byName = try #require(throws: RunError.self) { try store.find("run0") }
      #expect(byName.description.contains("numerics 1") && byName.description.contains("numerics 2"))
      #expect(throws: RunError.self) { try store.find("nothing") }
      #expect(throws: RunError.self) { try store.find("") }
    }
  }

  @Test func `pruning removes what is unfinished or old and idle, and nothing else`() throws {
    try withTemporaryFolder { folder in
      let store = RunStore(root: folder)
      let kept = try finished(store, "kept", version: 2)
      let old = try finished(store, "old", version: 1)
      try store.begin(identity("interrupted", version: 2), session: session).close()
      let active = try store.begin(identity("active", version: 1), session: session)
      #expect(try store.prune(unfinished: true, olderThan: 2, dryRun: true).count == 2)
      #expect(try store.all().count == 4)
      #expect(try store.prune(olderThan: 2).map(\.key) == [old.key])
      #expect(try store.prune(unfinished: true).count == 1)
      #expect(try Set(store.all().map(\.key)) == [kept.key, active.key])
      #expect(try Files.entries(of: folder).count == 2)
      try Files.makeFolder(folder + "/.removed-half")  // as a kill while pruning leaves it
      #expect(try store.prune().isEmpty)
      #expect(try Files.entries(of: folder).count == 2)
    }
  }

  @Test func `a published run is a run`() throws {
    try withTemporaryFolder { folder in
      let store = RunStore(root: folder + "/runs")
      let run = try finished(store, "a")
      try run.save(["accuracy": 0.4], artifact: "evaluation.json")
      let copy = try store.publish(run, into: folder + "/records", name: "h-js")
      #expect(copy.folder == folder + "/records/h-js")
      #expect(
        try Files.entries(of: copy.folder) == [
          "artifacts", "final.safetensors", "metrics.jsonl", "recipe.json", "record.json",
        ])
      let records = RunStore(root: folder + "/records")
      let found = try #require(try records.run(run.key))
      #expect(try found.finalWeights().file.tensor("w").elements == [2, -2])
      #expect(try found.artifact("evaluation.json", as: [String: Double].self) == ["accuracy": 0.4])
      #expect(try records.find("h-js").key == run.key, "by its folder's name")
      try store.publish(run, into: folder + "/records", name: "h-js")
      #expect(throws: RunError.self) {
        try store.publish(finished(store, "b"), into: folder + "/records", name: "h-js")
      }
      #expect(throws: RunError.badName("../x")) { try store.publish(run, into: folder, name: "../x") }
      let open = try store.begin(identity("c"), session: session)
      #expect(throws: RunError.notFinished(open.key)) { try store.publish(open.stored(), into: folder) }
    }
  }

  @Test func `artifacts keep numbers to the bit`() throws {
    try withTemporaryFolder { folder in
      let run = try finished(RunStore(root: folder), "a")
      let values = [0.1, -0.0, Double.leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, 1 / 3.0]
      try run.save(values, artifact: "values.json")
      let read = try #require(try run.artifact("values.json", as: [Double].self))
      #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
      #expect(try run.artifacts() == ["values.json"])
      #expect(try run.artifact("none.json") == nil)
      #expect(throws: RunError.badName("a/b")) { try run.save(bytes: [], artifact: "a/b") }
      #expect(
        throws: RunError.damaged(
          path: run.folder + "/artifacts/values.json",
          reason: "Expected to decode Dictionary<String, Any> but found an array instead."
        )
      ) { _ = try run.artifact("values.json", as: Epoch.self) }
    }
  }

  @Test func `a store that cannot be written is a typed error naming the path`() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("x", to: folder + "/file")
      let error = try #require(throws: FileError.self) {
        try RunStore(root: folder + "/file/runs").begin(identity(), session: session)
      }
      #expect(error.description.contains(folder + "/file"))
    }
  }

  @Test func `a read-only store can be read, and says what it cannot do`() async throws {
    // In a child process: who the process is changes for all its threads.
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        let store = RunStore(root: folder)
        let run = try finished(store, "a")
        let bytes = try Files.read(run.folder + "/record.json")
        chmod(run.folder, 0o555)
        chmod(folder, 0o555)
        defer {
          chmod(folder, 0o755)
          chmod(run.folder, 0o755)
        }
        try withoutRootRights {
          #expect(try store.find("a").finalWeights().step == 1)
          let error = try #require(throws: FileError.self) { try store.begin(identity("b"), session: session) }
          #expect(error.isReadOnly && error.description.contains("choose a folder that you may write"))
          #expect(throws: FileError.self) { try store.find("a").save(["accuracy": 0.4], artifact: "a.json") }
          #expect(throws: FileError.self) { try store.prune(olderThan: 2) }
        }
        #expect(try store.find("a").finalWeights().step == 1 && Files.read(run.folder + "/record.json") == bytes)
      }
    }
  }
}

/// Changes one bit of the file at `path`; `offset` counts from the end if negative.
func flip(_ path: String, at offset: Int) throws {
  var bytes = try Files.read(path)
  bytes[offset < 0 ? bytes.count + offset : offset] ^= 0x10
  try AtomicFile.write(bytes, to: path)
}
