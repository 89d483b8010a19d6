// Options of commands that work on all notebooks of a project.

internal import ArgumentParser
internal import Channel
internal import Foundation

/// The scale, the threads and the data of a project's notebooks.
struct ProjectOptions: ParsableArguments {
  @OptionGroup var size: ScaleOptions
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var images: DataOptions

  var threads: Int { threading.threads }
  var dataDirectory: String? { images.directory }

  /// The scale, one of the workbench's or of the project at `root`. Throws `ScaleError` or `NotebookError`.
  func scale(root: String) throws -> Scale { try size.scale(in: root + "/notebooks") }
}

/// `path` from the working directory where it lies below that.
func shortPath(_ path: String) -> String {
  let here = FileManager.default.currentDirectoryPath + "/"
  return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
}
