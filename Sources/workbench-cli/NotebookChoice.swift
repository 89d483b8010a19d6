// Which notebook, and with what settings: the options that run, why and preview share.

public import ArgumentParser
internal import Builds
public import Channel
internal import Foundation

extension Scale: ExpressibleByArgument {}

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

struct NotebookChoice: ParsableArguments {
  @Argument(help: "The notebook, a Markdown file.", completion: .file(extensions: ["md"]))
  var notebook: String

  @Option(help: "How much work to do: draft, demo, cifar or paper.")
  var scale: Scale = .demo

  @Option(help: ArgumentHelp("Threads for heavy work.", discussion: "All cores by default.", valueName: "n"))
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(
    name: .customLong("set"), help: ArgumentHelp("Sets a parameter of the notebook.", valueName: "name=value"))
  var settings: [Setting] = []

  @Option(
    help: ArgumentHelp("The folder with data sets; else WORKBENCH_DATA.", valueName: "dir"), completion: .directory)
  var data: String?

  @Option(
    help: ArgumentHelp("Where figures/ and report/ go instead of the project's root.", valueName: "dir"),
    completion: .directory)
  var output: String?

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads takes a number from 1 to 1024.") }
    if let data {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: data, isDirectory: &isFolder), isFolder.boolValue else {
        throw ValidationError("--data \(data): no such folder.")
      }
    }
  }

  func build(only: [String] = [], isFresh: Bool = false) -> NotebookBuild {
    NotebookBuild(
      file: notebook, scale: scale, threads: threads, settings: settings.map { ($0.name, $0.value) },
      dataDirectory: data ?? ProcessInfo.processInfo.environment["WORKBENCH_DATA"], outputDirectory: output,
      only: only, isFresh: isFresh)
  }
}
