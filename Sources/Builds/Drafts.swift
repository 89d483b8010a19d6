// Drafts are looked at and thrown away: git passes over them wherever a project lies.

internal import Channel
internal import FileSystem

extension SessionConfiguration {
  /// Puts a file into the folders of a draft that makes git pass over them; nothing at other scales. Throws `FileError`.
  func hideDrafts() throws(FileError) {
    guard scale.basis == .draft else { return }
    for folder in [reportDirectory, figuresDirectory] where Files.isFolder(folder) {
      let path = Files.join(folder, ".gitignore")
      if !Files.exists(path) { try AtomicFile.write("# Drafts: the next run makes them anew.\n*\n", to: path) }
    }
  }
}
