// Figures whose files are what drawing them again would write.

internal import Basics
internal import Figures
internal import FileSystem
internal import FoundationEssentials

/// Notes which files were drawn under which key, so that a figure that has not changed is not drawn again.
///
/// A note holds for one place and one set of libraries: a rebuilt library, another Cairo or another font draws again, and
/// so does a file that is gone or was changed. Notes can be thrown away at any time.
package struct DrawnFigures {
  /// The folder of the notes.
  let folder: String
  /// What drawing follows from besides the figure, as one text.
  let tools: String

  /// Notes in a folder, which hold as long as `tools` is the same text.
  package init(folder: String, tools: String) {
    self.folder = folder
    self.tools = tools
  }

  /// The files that were drawn under `key` as `directory/name.*`, if they are still as they were.
  package func files(directory: String, name: String, key: String) -> [String]? {
    FileJournal.withoutNotes {
      guard let bytes = try? Files.read(path(directory, name)) else { return nil }
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      guard lines.first.map(String.init) == heading(key), lines.count > 1 else { return nil }
      var files: [String] = []
      for line in lines.dropFirst() {
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2, let found = try? Files.read(parts[1]), Digest.sha256(found) == parts[0] else {
          return nil
        }
        files.append(parts[1])
      }
      return files
    }
  }

  /// Notes that `files` were drawn under `key` as `directory/name.*`. What cannot be noted is drawn again next time.
  package func note(_ files: [String], directory: String, name: String, key: String) {
    FileJournal.withoutNotes {
      let lines = files.compactMap { file in (try? Files.read(file)).map { Digest.sha256($0) + " " + file } }
      guard lines.count == files.count, (try? Files.makeFolder(folder)) != nil else { return }
      try? AtomicFile.write(([heading(key)] + lines).joined(separator: "\n") + "\n", to: path(directory, name))
    }
  }

  private func heading(_ key: String) -> String { Digest.sha256(tools) + " " + key }

  private func path(_ directory: String, _ name: String) -> String {
    Files.join(folder, Digest.sha256(Files.join(directory, name)))
  }

  /// Size and time of the libraries that this process has loaded, and of what figures are drawn with besides.
  package static func loadedTools() -> String {
    // Foundation stops at the first short read, of which such a file has many.
    let maps = FileJournal.withoutNotes { (try? Files.read("/proc/self/maps")) ?? [] }
    let libraries = Set(
      String(decoding: maps, as: UTF8.self).split(separator: "\n").compactMap { line in
        line.firstIndex(of: "/").map { String(line[$0...]) }
      }.filter { $0.contains(".so") })
    let files = (libraries.sorted() + DrawingSources.files).map { path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      let size = attributes?[.size] as? Int ?? 0
      let time = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      return "\(path) \(size) \(time)"
    }
    return (files + DrawingSources.settings).joined(separator: "\n")
  }
}
