// SHA-256 of files.

package import Basics
internal import FileSystem

extension Digest {
  /// SHA-256 of a file's bytes, nil if it cannot be read.
  package static func sha256(file path: String) -> String? { (try? Files.read(path)).map { sha256($0) } }
}
