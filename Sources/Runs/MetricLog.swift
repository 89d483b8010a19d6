// Metrics as JSON lines: one object an epoch or a step, in order of its "step".

internal import Basics
internal import FileSystem

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The file `metrics.jsonl` of a run.
struct MetricLog {
  struct Line: Equatable {
    let step: Int
    let text: String
  }

  let path: String

  /// Complete lines. A last line without its newline, or that is no JSON, was torn by a kill and is left out; any other
  /// bad line throws `RunError.damaged`. No file is no lines.
  func lines() throws -> [Line] {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try Files.read(path)
    } catch {
      if error.isMissing { return [] }
      throw error
    }
    var lines: [Line] = []
    // What follows the last newline is empty, or torn.
    let texts = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    for (i, text) in texts.enumerated() {
      let tree = try? JSON(parsing: text)
      guard let step = tree?["step"]?.int else {
        if i == texts.count - 1 { break }
        throw RunError.damaged(
          path: "\(path):\(i + 1)", reason: tree == nil ? "not JSON" : "an object with a whole \"step\" is needed")
      }
      lines.append(Line(step: step, text: String(decoding: text, as: UTF8.self)))
    }
    return lines
  }

  /// Keeps the complete lines up to `step`. Returns how many others there were, a torn one included.
  func truncate(after step: Int) throws -> Int {
    guard Files.exists(path) else { return 0 }
    let bytes = try Files.read(path)
    let kept = try lines().filter { $0.step <= step }
    let text = kept.map { $0.text + "\n" }.joined()
    let count = bytes.split(separator: 0x0A).count
    if Array(text.utf8) != bytes { try AtomicFile.write(text, to: path) }
    return count - kept.count
  }

  /// Adds one line; if it cannot be written whole, none of it stays.
  func append(_ text: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw FileError(action: "write", path: path, code: errno) }
    defer { close(descriptor) }
    let before = lseek(descriptor, 0, SEEK_END)
    let bytes = Array(text.utf8) + [0x0A]
    errno = 0
    let written = write(descriptor, bytes, bytes.count)
    if written != bytes.count {
      let code = written < 0 ? errno : ENOSPC  // a short write to a file means no space for the rest
      if before >= 0 { ftruncate(descriptor, before) }
      throw FileError(action: "write", path: path, code: code)
    }
  }

  /// Makes the lines so far durable.
  func synchronize() throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
      if errno == ENOENT { return }
      throw FileError(action: "synchronize", path: path, code: errno)
    }
    defer { close(descriptor) }
    if fsync(descriptor) != 0 { throw FileError(action: "synchronize", path: path, code: errno) }
  }
}
