// workbench claims

internal import ArgumentParser
internal import Builds
internal import NotebookText
internal import Pages

struct ClaimsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claims",
    abstract: "Lists what the notebooks claim and what their last run found.",
    discussion: """
      Each claim with its words, its verdict and the numbers behind it; "expected" where something else was found than its
      author expects. Nothing is run: in a clone the findings are those that were committed with the figures.

      Example:
        workbench claims
        workbench claims notebooks/landscape.md --scale cifar --json
      """)

  @Argument(help: "Notebooks, Markdown files; else the chapters of the report.", completion: .file(extensions: ["md"]))
  var notebooks: [String] = []

  @OptionGroup var size: ScaleOptions

  @OptionGroup var output: JSONOptions

  func run() throws {
    let root = try ProjectFolder.root(of: notebooks.first)
    let files = notebooks.isEmpty ? try ReportPlan(root: root).chapters.map { root + "/" + $0 } : notebooks
    let scale = try size.scale(in: root + "/notebooks")
    let claims = try files.flatMap { try Notebook.claims(file: $0, scale: scale) }
    if output.json { return try printJSON(claims.map(ClaimRow.init)) }
    for line in claims.lines { print(line) }
    Terminal().note(ClaimText.summary(claims))
  }
}
