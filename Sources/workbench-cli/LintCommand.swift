// workbench lint notebooks/x.md

internal import ArgumentParser
internal import Notebooks

struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Lists numbers in a notebook's text that no value backs.",
    discussion: """
      A number that is typed into the text stays when the results change. Write `{swift} expression` instead. A number
      that was chosen rather than found is left out with <!-- given --> on its line, or in the list "given" of the front
      matter. Nothing is run.

      Example:
        workbench lint notebooks/*.md
      """)

  @Argument(help: "Notebooks, Markdown files.", completion: .file(extensions: ["md"]))
  var notebooks: [String]

  @Flag(help: "End with exit code 2 when there are such numbers.")
  var strict = false

  func run() throws {
    let terminal = Terminal()
    var count = 0
    for file in notebooks {
      do throws(NotebookBuild.Refusal) {
        for number in try Notebook.bareNumbers(file: file) {
          print(number)
          count += 1
        }
      } catch {
        terminal.error(error.description)
        throw ArgumentParser.ExitCode(error.exitCode.rawValue)
      }
    }
    terminal.note(
      count == 0 ? "every number has a value behind it" : "\(count) number\(count == 1 ? "" : "s") without a value")
    if strict, count > 0 { throw ArgumentParser.ExitCode(Notebooks.ExitCode.notebookSyntax.rawValue) }
  }
}
