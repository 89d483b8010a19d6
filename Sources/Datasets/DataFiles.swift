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
  /// Throws `DatasetError.unreadableFolder`, and `DatasetError.name` for a folder or picture whose name is not UTF-8.
  static func list(_ path: String) throws(DatasetError) -> [String] {
    let names: [String]
    let strange: (name: String, isFolder: Bool)?
    do throws(FileError) {
      names = try Files.entries(of: path).filter { !$0.hasPrefix(".") }
      strange = try Files.namesNotUTF8(in: path).first {
        !$0.name.hasPrefix(".") && ($0.isFolder || isPicture($0.name))
      }
    } catch {
      throw .unreadableFolder(path: path, reason: error.reason)
    }
    if let strange { throw .name(folder: path, name: strange.name) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether a file's name is that of a PNG picture.
  static func isPicture(_ name: String) -> Bool { name.hasSuffix(".png") || name.hasSuffix(".PNG") }
}
