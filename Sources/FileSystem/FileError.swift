// What the file system refused, in words that name the place.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A file or folder that could not be read, written or made. Nothing that was complete before is lost by it.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried: "write", "read", "make the folder".
  public let action: String
  /// The file or folder that was asked for, as it was written.
  public let path: String
  /// The C library's error number.
  public let code: Int32

  /// A refusal of `action` at `path`; `code` is the C library's `errno` right after it.
  public init(action: String, path: String, code: Int32) {
    self.action = action
    self.path = path
    self.code = code
  }

  /// True when the disk or the quota is full.
  public var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }

  /// True when the file system is read-only or permissions forbid the action.
  public var isReadOnly: Bool { code == EROFS || code == EACCES || code == EPERM }

  /// True when the file or a folder on the way to it does not exist.
  public var isMissing: Bool { code == ENOENT }

  /// The system's words for `code`, such as "No such file or directory".
  public var reason: String { String(cString: strerror(code)) }

  /// One line that names the action and the place, gives the reason, and says what to do next.
  public var description: String {
    let place = "cannot \(action) \(path)"
    if isDiskFull {
      return "\(place): the disk is full; free some space and repeat, what was there before is unchanged"
    }
    if code == EROFS { return "\(place): the file system is read-only; choose another folder" }
    if isReadOnly {
      let isReading = action.hasPrefix("read") || action == "list"
      return place + ": permission denied; "
        + (isReading ? "check who may read it" : "choose a folder that you may write")
    }
    if isMissing { return "\(place): no such file or folder; check the path" }
    return "\(place): \(reason)"
  }
}
