import FileSystem
import Foundation
import Runs
import Tensors
import Testing
import _TestSupport

/// A store in a new folder with a run of `steps` steps: metrics and a checkpoint after each.
private func withRun(steps: Int, _ body: (_ store: RunStore, _ folder: String) throws -> Void) throws {
  try withTemporaryFolder { folder in
    let store = RunStore(root: folder)
    let run = try store.begin(identity(), session: session)
    _ = try run.restore()
    for step in 1...steps {
      try run.append(Epoch(loss: 1 / Double(step)), step: step)
      try run.saveCheckpoint(weights(Float(step)), metadata: ["rng": "\(step)"], step: step)
    }
    run.close()
    try body(store, run.folder)
  }
}

private func resume(_ store: RunStore) throws -> (run: ActiveRun, checkpoint: SealedArrays?) {
  let run = try store.begin(identity(), session: session)
  return (run, try run.restore())
}

@Suite struct Resuming {
  @Test func `the last checkpoint is restored and later metrics are dropped`() throws {
    try withRun(steps: 3) { store, folder in
      let log = folder + "/metrics.jsonl"
      let whole = try Files.read(log)
      try AtomicFile.write(whole + Array("{\"loss\":9,\"step\":4}\n{\"loss\":9,\"st".utf8), to: log)
      let seen = try #require(try store.run(identity().key))
      #expect(try seen.metrics(as: Epoch.self).map(\.step) == [1, 2, 3, 4])
      let (run, checkpoint) = try resume(store)
      #expect(checkpoint?.step == 3)
      #expect(try checkpoint?.file.tensor("w").elements == [3, -3])
      #expect(checkpoint?.file.metadata["rng"] == "3")
      #expect(try Files.read(log) == whole)
      #expect(run.notices.count == 1 && run.notices[0].contains("dropped 2 lines beyond step 3"))
      #expect(run.record.sessions.map(\.fromStep) == [0, 3])
      try run.append(Epoch(loss: 0.25), step: 4)
      #expect(try run.stored().metrics(as: Epoch.self).last == Epoch(step: 4, loss: 0.25))
    }
  }

  @Test func `a bad line in the middle of the metrics is an error with its line`() throws {
    try withRun(steps: 3) { store, folder in
      var text = String(decoding: try Files.read(folder + "/metrics.jsonl"), as: UTF8.self)
      text = text.replacingOccurrences(of: "\"step\":2}", with: "\"step\":2")
      try AtomicFile.write(text, to: folder + "/metrics.jsonl")
      let error = try #require(throws: RunError.self) { try resume(store) }
      #expect(error.description.contains("metrics.jsonl:2: damaged: not JSON"))
    }
  }

  @Test func `a checkpoint with any bit changed or any end cut off is set aside and the one before is taken`() throws {
    try withRun(steps: 3) { store, folder in
      let path = folder + "/checkpoint.safetensors"
      let good = try Files.read(path)
      let aside = folder + "/checkpoint.corrupt-1"
      // Length, header, the checksum itself, data; and every way to be cut off.
      var bad: [[UInt8]] = [good + [0]]
      for i in stride(from: 0, to: good.count, by: 3) {
        var flipped = good
        flipped[i] ^= 0x04
        bad.append(flipped)
        if i % 5 == 0 { bad.append(Array(good[..<i])) }
      }
      for bytes in bad {
        try AtomicFile.write(bytes, to: path)
        let (run, checkpoint) = try resume(store)
        #expect(checkpoint?.step == 2)
        #expect(run.notices.contains { $0.contains(path) && $0.contains("set aside as checkpoint.corrupt-1") })
        #expect(try Files.read(aside) == bytes)
        run.close()
        try Files.remove(aside)
        try Files.remove(folder + "/record.json")
      }
    }
  }

  @Test func `a checkpoint of another run, or of other shapes, is set aside`() throws {
    try withRun(steps: 2) { store, folder in
      let other = try store.begin(identity("other"), session: session)
      _ = try other.restore()
      try other.saveCheckpoint(weights(7), step: 7)
      try AtomicFile.write(
        try Files.read(other.folder + "/checkpoint.safetensors"), to: folder + "/checkpoint.safetensors")
      let (run, checkpoint) = try resume(store)
      #expect(checkpoint?.step == 1)
      #expect(run.notices[0].contains("belongs to run \(other.key), not to \(run.key)"))
      run.close()

      let again = try store.begin(identity(), session: session)
      let none = try again.restore { _ = try $0.file.tensor("w", shape: [3]) }
      #expect(none == nil)
      #expect(again.notices[0].contains("has shape [2], but [3] is needed; set aside as checkpoint.corrupt-2"))
      #expect(try again.stored().metrics(as: Epoch.self).isEmpty)
    }
  }

  @Test func `both generations bad is a fresh start that says so`() throws {
    try withRun(steps: 2) { store, folder in
      try flip(folder + "/checkpoint.safetensors", at: -3)
      try flip(folder + "/checkpoint.previous.safetensors", at: 20)
      let (run, checkpoint) = try resume(store)
      #expect(checkpoint == nil)
      #expect(run.notices.count == 3)
      #expect(Files.exists(folder + "/checkpoint.corrupt-1") && Files.exists(folder + "/checkpoint.corrupt-2"))
      #expect(run.step == 0)
    }
  }

  @Test func `a kill between the renames of a save loses nothing`() throws {
    // After the next file was written, and after the current one was moved away.
    for moved in [false, true] {
      try withRun(steps: 3) { store, folder in
        let next = folder + "/checkpoint.next.safetensors"
        let current = folder + "/checkpoint.safetensors"
        let previous = folder + "/checkpoint.previous.safetensors"
        try Files.move(current, to: next)
        if !moved { try Files.move(previous, to: current) }
        try AtomicFile.write("half", to: folder + "/.checkpoint.next.safetensors.1-1.tmp")
        let (run, checkpoint) = try resume(store)
        #expect(checkpoint?.step == 3 && run.notices.isEmpty)
        try run.saveCheckpoint(weights(4), step: 4)
        #expect(try !Files.entries(of: folder).contains { $0.contains("next") })
        run.close()
        #expect(try resume(store).checkpoint?.step == 4)
      }
    }
  }

  @Test func `a damaged record is set aside and written anew`() throws {
    try withRun(steps: 1) { store, folder in
      try AtomicFile.write("{\"status\":", to: folder + "/record.json")
      let (run, checkpoint) = try resume(store)
      #expect(checkpoint?.step == 1)
      #expect(run.notices[0].contains("set aside as record.corrupt-1"))
    }
  }

  @Test func `writes that stop half-way lose nothing that was there`() async throws {
    // A child process with a limit on the size of its files: the kernel writes what fits and refuses the rest.
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        let run = try RunStore(root: folder).begin(identity(), session: session)
        _ = try run.restore()
        try run.append(Epoch(loss: 1), step: 1)
        try run.saveCheckpoint(weights(1), step: 1)
        let before = try Files.read(run.folder + "/metrics.jsonl")

        limitFileSize(before.count + 5)
        #expect(throws: FileError.self) { try run.append(Epoch(loss: 2), step: 2) }
        #expect(try Files.read(run.folder + "/metrics.jsonl") == before)
        limitFileSize(4096)
        let large: [String: SafetensorsArray] = ["w": .float32(Tensor(shape: [5000]))]
        #expect(throws: FileError.self) { try run.saveCheckpoint(large, step: 2) }
        #expect(throws: FileError.self) { _ = try run.finish(large) }
        limitFileSize(nil)
        #expect(try !Files.entries(of: run.folder).contains { AtomicFile.isTemporary($0) || $0.contains("next") })
        #expect(!run.isFinished)

        try run.append(Epoch(loss: 2), step: 2)
        try run.saveCheckpoint(large, step: 2)
        run.close()
        let (resumed, checkpoint) = try resume(RunStore(root: folder))
        #expect(checkpoint?.step == 2 && resumed.notices.isEmpty)
        #expect(try resumed.stored().metrics(as: Epoch.self).map(\.loss) == [1, 2])
      }
    }
  }

  @Test(arguments: [3, 17, 40, 90]) func `a process killed at any moment leaves a run that resumes`(milliseconds: Int)
    async throws
  {
    let folder = FileManager.default.temporaryDirectory.path + "/workbench-kill-\(UUID().uuidString)"
    defer { try? Files.remove(folder) }
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [folder = folder as String, milliseconds = milliseconds as Int] in
      let run = try RunStore(root: folder).begin(identity(), session: session)
      _ = try run.restore()
      Thread.detachNewThread {
        usleep(UInt32(milliseconds) * 1000)
        kill(getpid(), SIGKILL)
      }
      for step in 1... {
        try run.append(Epoch(loss: Double(step)), step: step)
        try run.saveCheckpoint(weights(Float(step)), step: step)
      }
    }
    let (run, checkpoint) = try resume(RunStore(root: folder))
    let step = checkpoint?.step ?? 0
    #expect(run.notices.allSatisfy { $0.contains("dropped") })
    #expect(try run.stored().metrics(as: Epoch.self) == (0..<step).map { Epoch(step: $0 + 1, loss: Double($0 + 1)) })
    if step > 0 { #expect(try checkpoint?.file.tensor("w").elements[0] == Float(step)) }
    #expect(try !Files.entries(of: run.folder).contains { AtomicFile.isTemporary($0) })
  }
}
