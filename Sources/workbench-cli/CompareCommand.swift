// workbench compare a.json b.json

internal import ArgumentParser
internal import Workbench

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Says whether two robust accuracies on the same images differ.",
    discussion: """
      Wilson intervals, McNemar's exact test and a paired bootstrap, on the images that both reports have. Reports of
      different images, norms or radii are refused; lists of attacks that differ are named.

      Example:
        workbench compare a.json b.json
      """)

  @Argument(help: "A report of workbench evaluate.", completion: .file(extensions: ["json"]))
  var first: String

  @Argument(help: "Another one.", completion: .file(extensions: ["json"]))
  var second: String

  @OptionGroup var output: JSONOptions

  func run() throws {
    let comparison = try ReportComparison(
      RobustnessReport(contentsOf: first), RobustnessReport(contentsOf: second))
    if output.json {
      struct Row: Encodable {
        let images: [Int], first: Double, second: Double, firstInterval95: [Double], secondInterval95: [Double]
        let mcNemarP: Double, difference: Double, differenceInterval95: [Double], notes: [String]
      }
      try printJSON(
        Row(
          images: [comparison.range.lowerBound, comparison.range.upperBound], first: comparison.firstAccuracy,
          second: comparison.secondAccuracy, firstInterval95: [comparison.first.low, comparison.first.high],
          secondInterval95: [comparison.second.low, comparison.second.high], mcNemarP: comparison.mcNemar.pValue,
          difference: comparison.bootstrap.difference,
          differenceInterval95: [comparison.bootstrap.low, comparison.bootstrap.high], notes: comparison.notes))
    } else {
      print(comparison.text(names: (first, second)))
    }
  }
}
