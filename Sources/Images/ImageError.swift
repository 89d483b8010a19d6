// What can be wrong with pictures in files.

public import FileSystem

/// A picture that cannot be read or written. Its description names the place.
public enum ImageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file cannot be written or read.
  case file(FileError)
  /// Bytes that are not a PNG that can be read, or pixels that cannot be made one; `source` is a path, or says what the
  /// bytes are.
  case png(source: String, reason: String)

  /// What is wrong with which file, and where.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .png(let source, let reason): "\(source): not a readable PNG: \(reason)"
    }
  }
}
