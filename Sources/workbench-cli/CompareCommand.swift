// workbench compare a.json b.json

internal import ArgumentParser
internal import Notebooks
internal import Workbench

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Says whether two robust accuracies on the same images differ.",
    discussion: """
      Wilson intervals, McNemar's exact test and a paired bootstrap, on the images that both reports have.

      Example:
        workbench compare a.json b.json
      """)

  @Argument(help: "A report of workbench evaluate.", completion: .file(extensions: ["json"]))
  var first: String

  @Argument(help: "Another one.", completion: .file(extensions: ["json"]))
  var second: String

  func run() throws {
    do {
      let comparison = try ReportComparison(
        RobustnessReport(contentsOf: first), RobustnessReport(contentsOf: second))
      print(comparison.text(names: (first, second)))
    } catch {
      Terminal().error("\(error)")
      throw ArgumentParser.ExitCode(Notebooks.ExitCode.failure.rawValue)
    }
  }
}
