// A file that is there whole or not at all.

internal import Foundation
internal import Glibc

/// A file that cannot be written.
public struct FileError: Error, Sendable, CustomStringConvertible {
  public var description: String
}

/// Writes `text` to a temporary file beside `path`, forces it to the disk and renames it. Makes the folder if needed.
func writeAtomically(_ text: String, to path: String) throws(FileError) {
  let folder = (path as NSString).deletingLastPathComponent
  do {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  } catch {
    throw FileError(description: "\(folder) cannot be made: \(error.localizedDescription)")
  }
  let temporary = "\(folder)/.\((path as NSString).lastPathComponent).\(getpid())"
  let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw FileError(description: "\(temporary): \(String(cString: strerror(errno)))") }
  var bytes = text[...].utf8
  var problem: Int32 = 0
  while !bytes.isEmpty, problem == 0 {
    let chunk = Array(bytes.prefix(1 << 20))
    let count = write(descriptor, chunk, chunk.count)
    if count >= 0 { bytes = bytes.dropFirst(count) } else if errno != EINTR { problem = errno }
  }
  if problem == 0, fsync(descriptor) != 0 { problem = errno }
  close(descriptor)
  if problem == 0, rename(temporary, path) != 0 { problem = errno }
  if problem != 0 {
    unlink(temporary)
    throw FileError(description: "\(path) cannot be written: \(String(cString: strerror(problem)))")
  }
}
