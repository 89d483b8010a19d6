// Options of commands that work on all notebooks of a project.

internal import ArgumentParser
internal import Channel
internal import Execution
internal import Foundation

struct ProjectOptions: ParsableArguments {
  @Option(help: "The scale: draft, demo, cifar or paper.")
  var scale: Scale = .demo

  @Option(help: ArgumentHelp("Threads for heavy work.", discussion: "All cores by default.", valueName: "n"))
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: ArgumentHelp("The folder with data sets; else WORKBENCH_DATA.", valueName: "dir"))
  var data: String?

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads takes a number from 1 to 1024.") }
  }

  var dataDirectory: String? { data ?? ProcessInfo.processInfo.environment["WORKBENCH_DATA"] }

  /// The project's root: that of `notebook`, or the nearest folder above the working directory that holds `notebooks/`.
  func root(of notebook: String?) throws -> String {
    let here = FileManager.default.currentDirectoryPath
    var folder = notebook.map { URL(fileURLWithPath: $0).deletingLastPathComponent().standardizedFileURL.path } ?? here
    while true {
      if FileManager.default.fileExists(atPath: folder + "/notebooks") { return folder }
      let above = (folder as NSString).deletingLastPathComponent
      if above == folder { break }
      folder = above
    }
    Terminal().error("no folder notebooks/ in \(here) or above it; run this in a project")
    throw ArgumentParser.ExitCode(ExitStatus.noInput.rawValue)
  }

  /// Paths from the root of the notebooks that are named, or of all in `notebooks/`.
  func notebooks(_ named: [String], root: String) throws -> [String] {
    if named.isEmpty {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/notebooks")) ?? []
      return names.filter { $0.hasSuffix(".md") }.sorted().map { "notebooks/" + $0 }
    }
    return try named.map { name in
      let path = URL(fileURLWithPath: name).standardizedFileURL.path
      guard FileManager.default.fileExists(atPath: path) else {
        Terminal().error("\(name): no such notebook")
        throw ArgumentParser.ExitCode(ExitStatus.noInput.rawValue)
      }
      return path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
    }
  }
}

/// `path` from the working directory where it lies below that.
func shortPath(_ path: String) -> String {
  let here = FileManager.default.currentDirectoryPath + "/"
  return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
}
