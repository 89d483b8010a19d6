// Files and folders of a set, with the errors of a set.

internal import FileSystem

/// What a reader of images does with files.
enum DataFiles {
  /// The whole file, or nil if there is none. Throws `DatasetError.unreadableFile`.
  static func read(_ path: String) throws(DatasetError) -> [UInt8]? {
    do throws(FileError) {
      return try Files.read(path)
    } catch {
      if error.isMissing { return nil }
      throw .unreadableFile(path: path, reason: error.reason)
    }
  }

  /// Names in a folder, sorted by their bytes, those that begin with a dot left out.
  ///
  /// Throws `DatasetError.unreadableFolder`.
  static func list(_ path: String) throws(DatasetError) -> [String] {
    do throws(FileError) {
      return try Files.entries(of: path).filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw .unreadableFolder(path: path, reason: error.reason)
    }
  }
}
