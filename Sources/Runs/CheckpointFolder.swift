// Two generations of checkpoints, and what to do with a bad one.

internal import FileSystem
internal import Tensors

/// The checkpoints in a run's folder.
///
/// Saving writes `checkpoint.next.safetensors` in one step, moves the current one to `checkpoint.previous.safetensors`
/// and the next one to `checkpoint.safetensors`. A kill between any two of these leaves at least one good file, and the
/// newest good one is the first that exists of next, current, previous.
struct CheckpointFolder {
  let folder: String
  let run: RunKey

  private var next: String { folder + "/checkpoint.next.safetensors" }
  private var current: String { folder + "/checkpoint.safetensors" }
  private var previous: String { folder + "/checkpoint.previous.safetensors" }

  func save(_ arrays: [String: SafetensorsArray], metadata: [String: String], step: Int) throws(FileError) {
    try AtomicFile.write(SealedArrays.encode(arrays, metadata: metadata, run: run, step: step), to: next)
    if Files.exists(current) { try Files.move(current, to: previous) }
    try Files.move(next, to: current)
    try AtomicFile.synchronize(folder: folder)
  }

  /// The newest checkpoint that is whole, of this run, and accepted by `validating`. Others are set aside, with a
  /// notice for each; an input/output error is thrown instead, since it says nothing about the file.
  func load(validating: (SealedArrays) throws -> Void) throws -> (checkpoint: SealedArrays?, notices: [String]) {
    var notices: [String] = []
    for path in [next, current, previous] where Files.exists(path) {
      do {
        let checkpoint = try SealedArrays(contentsOf: path, run: run)
        try validating(checkpoint)
        return (checkpoint, notices)
      } catch let error as FileError {
        throw error
      } catch {
        notices.append("\(error); set aside as \(try Files.setAside(path, as: "checkpoint"))")
      }
    }
    return (nil, notices)
  }

  func removeAll() throws(FileError) {
    for path in [next, current, previous] { try Files.remove(path) }
  }
}
