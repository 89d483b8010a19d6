// workbench new notebooks/x.md

internal import ArgumentParser
internal import Builds

struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Writes a small notebook that works, to begin from.",
    discussion: """
      Example:
        workbench new notebooks/margins.md && workbench run notebooks/margins.md --scale draft
      """)

  @Argument(help: ArgumentHelp("The new notebook's file.", valueName: "file"))
  var file: String

  func run() throws {
    try NotebookTemplate.write(to: file)
    print("wrote \(file); run it with: workbench run \(file) --scale draft")
  }
}
