// Which notebook, and with what settings: the options that run, why and preview share.

internal import ArgumentParser
internal import Builds
internal import FileSystem
internal import Foundation
internal import NotebookText

/// `name=value` of the option `--set`.
struct Setting: ExpressibleByArgument {
  var name: String
  var value: String

  init?(argument: String) {
    guard let mark = argument.firstIndex(of: "="), mark != argument.startIndex else { return nil }
    name = String(argument[..<mark])
    value = String(argument[argument.index(after: mark)...])
  }
}

extension Optimization: ExpressibleByArgument {}

struct NotebookChoice: ParsableArguments {
  @Argument(help: "The notebook, a Markdown file.", completion: .file(extensions: ["md"]))
  var notebook: String

  @OptionGroup var size: ScaleOptions
  @OptionGroup var threading: ThreadOptions

  @Option(
    name: .customLong("set"), help: ArgumentHelp("Sets a parameter of the notebook.", valueName: "name=value"))
  var settings: [Setting] = []

  @OptionGroup var images: DataOptions

  @Option(
    help: ArgumentHelp("Where figures/ and report/ go instead of the project's root.", valueName: "dir"),
    completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Whether cells are optimised: on, off or auto, which is on for loops that may take long; else what the front matter says.",
      valueName: "on|off|auto"))
  var optimize: Optimization?

  /// What the options say. Throws `ScaleError` or `NotebookError` if there is no such scale.
  func build(only: [String] = [], isFresh: Bool = false) throws -> NotebookBuild {
    NotebookBuild(
      file: notebook, scale: try size.scale(in: Files.folder(of: notebook)), threads: threading.threads,
      settings: settings.map { ($0.name, $0.value) }, dataDirectory: images.directory, outputDirectory: output,
      only: only, isFresh: isFresh, optimization: optimize)
  }
}
