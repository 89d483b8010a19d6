// workbench lint notebooks/x.md

internal import ArgumentParser
internal import Execution
internal import NotebookText

struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Lists numbers in a notebook's text that no value backs, and what a page shows as it stands.",
    discussion: """
      A number that is typed into the text stays when the results change. Write `{swift} expression` instead. A number
      that was chosen rather than found is left out with <!-- given --> on its line, or in the list "given" of the front
      matter. What the page would show as it was written though it looks like syntax is listed too: short codes, wiki
      links, attributes in braces, references and notes that name nothing. What the notebook holds that is passed over is
      named too, such as other tools' keys and what is amiss with the works that it cites, and so are claims without words.
      Nothing is run.

      Example:
        workbench lint notebooks/*.md
        workbench lint notebooks/landscape.md --json
      """)

  @Argument(help: "Notebooks, Markdown files.", completion: .file(extensions: ["md"]))
  var notebooks: [String]

  @Flag(help: "End with exit code 2 when there are such numbers or such syntax.")
  var strict = false

  @OptionGroup var output: JSONOptions

  /// A number, or what is shown as it stands.
  private struct Row: Encodable {
    let file: String, line: Int, column: Int
    var number: String?
    var message: String?
  }

  func run() throws {
    let terminal = Terminal()
    var rows: [Row] = []
    for file in notebooks {
      let notebook = try Notebook.read(file: file)
      for warning in notebook.warnings + notebook.claimHints { terminal.note(warning.description) }
      for number in notebook.bareNumbers {
        if !output.json { print(number) }
        let place = number.location
        rows.append(Row(file: place.file, line: place.line, column: place.column, number: number.number))
      }
      for loose in try notebook.looseEnds(file: file) {
        if !output.json { print(loose) }
        let place = loose.location
        rows.append(Row(file: place.file, line: place.line, column: place.column, message: loose.message))
      }
    }
    if output.json { try printJSON(rows) }
    let count = rows.count { $0.number != nil }
    terminal.note(
      count == 0 ? "every number has a value behind it" : "\(count) number\(count == 1 ? "" : "s") without a value")
    let loose = rows.count - count
    if loose > 0 { terminal.note("\(loose) place\(loose == 1 ? "" : "s") where the page shows syntax as it stands") }
    if strict, !rows.isEmpty { throw ExitStatus.notebookSyntax.ending }
  }
}
