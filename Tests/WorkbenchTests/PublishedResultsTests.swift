import Foundation
import Testing
import Workbench

struct PublishedResultsTests {
  @Test func `every published row and curve names recipes that there are`() {
    for row in PublishedRow.table1 + PublishedRow.table2 {
      for name in row.recipes { #expect(PaperRecipe(named: name) != nil, "\(row.label)") }
      if row.recipes.count == 1 { #expect(PaperRecipe(named: row.recipes[0])!.label == row.label) }
      // After each attack at most as many are right as before it.
      #expect(row.accuracies.count == PublishedRow.columns.count)
      #expect(zip(row.accuracies, row.accuracies.dropFirst()).allSatisfy { $0 >= $1 }, "\(row.label)")
    }
    for curve in PublishedCurve.figure1 + PublishedCurve.figure2 {
      #expect(PaperRecipe(named: curve.recipe) != nil)
      #expect(curve.losses.count == PublishedCurve.gammas.count)
      // "Values at γ = 0 lie between 1.36 and 1.47"; one is hidden.
      #expect(curve.losses[10].isNaN || (1.36...1.47).contains(curve.losses[10]), "\(curve.recipe)")
    }
    #expect(PublishedCurve.gammas == LossLandscape.publishedGammas)
  }

  private func report(_ flags: String, clean: Double) throws -> RobustnessReport {
    let stages = ["apgd-ce", "apgd-t", "fab-t", "square"].map {
      "{\"attack\": \"\($0)\", \"robust\": 0.25, \"broken\": 2, \"seconds\": 1.5, \"flags\": \"\(flags)\"}"
    }
    let json = """
      {"clean": \(clean), "stages": [\(stages.joined(separator: ", "))],
       "robust": 0.25, "interval95": [0.1, 0.5], "norm": "linf", "eps": 0.03137255, "seed": 0,
       "range": [0, \(flags.count)], "weights_sha256": "ab", "version": "0.1.0"}
      """
    return try JSONDecoder().decode(RobustnessReport.self, from: Data(json.utf8))
  }

  private func row(_ published: PublishedRow, _ flags: String) throws -> RobustnessTable.Row {
    RobustnessTable.Row(
      published, report: try report(flags, clean: 0.75),
      training: Accuracies(images: 10, cleanCount: 9, robustCount: 6, robustLoss: 1),
      test: Accuracies(images: 20, cleanCount: 15, robustCount: 5, robustLoss: 1))
  }

  @Test func `a table has our line and the paper's for each row, with intervals`() throws {
    let table = RobustnessTable([try row(PublishedRow.table2[4], "1010"), try row(PublishedRow.table1[5], "1010")])
    #expect(
      table.accuracies.rows == [
        ["Baseline+SWA+SN", "here", "75.0", "25.0", "25.0", "25.0", "25.0", "25.0", "35.0"],
        // 3 and 1 of 4.
        ["Baseline+SWA+SN", "here, 95 %", "[30.1, 95.4]"] + [String](repeating: "[4.6, 69.9]", count: 5) + [""],
        ["Baseline+SWA+SN", "paper", "86.06", "56.79", "51.14", "51.14", "51.14", "51.14", "34.9"],
        ["Baseline+SWA+SN", "paper, 95 %", "[85.4, 86.7]", "[55.8, 57.8]"]
          + [String](repeating: "[50.2, 52.1]", count: 4) + [""],
        ["Ensemble 2", "here", "75.0", "25.0", "25.0", "25.0", "25.0", "25.0", "35.0"],
        ["Ensemble 2", "here, 95 %", "[30.1, 95.4]"] + [String](repeating: "[4.6, 69.9]", count: 5) + [""],
        ["Ensemble 2", "paper", "87.90", "63.20", "59.50", "59.50", "59.50", "59.50", "–"],
        // ±3 points on 1000 images.
        ["Ensemble 2", "paper, 95 %", "[85.7, 89.8]", "[60.2, 66.1]"]
          + [String](repeating: "[56.4, 62.5]", count: 4) + [""],
      ])
    #expect(table.accuracies.rows.allSatisfy { $0.count == table.accuracies.header.count })
  }

  @Test func `the ensembles as released have the 90-epoch network before averaging`() {
    let rows = PublishedRow.table1
    for row in rows {
      #expect(row.members(.averaged).map(\.recipe) == row.recipes)
      #expect(row.members(.averaged).allSatisfy { !$0.isBeforeAveraging })
    }
    for row in rows[..<4] { #expect(row.members(.released).map(\.recipe) == row.recipes) }
    func names(_ row: PublishedRow) -> [String] {
      row.members(.released).map { $0.recipe + ($0.isBeforeAveraging ? ":raw" : "") }
    }
    #expect(names(rows[4]) == ["h-js-swa-sn-90:raw", "h-min-swa-sn"])
    #expect(names(rows[5]) == ["h-js-swa-sn", "h-min-swa-sn", "h-js-swa-sn-90:raw"])
    #expect(EnsembleMembers(parameterText: "released") == .released && EnsembleMembers(parameterText: "raw") == nil)
    #expect(EnsembleMembers.example == "averaged or released")
  }

  @Test func `neighbouring rows are told apart only where the test says so`() throws {
    let many = String(repeating: "1", count: 12) + "0000"
    let few = String(repeating: "0", count: 8) + "11110001"
    let table = RobustnessTable([
      try row(PublishedRow.table1[0], few), try row(PublishedRow.table1[1], many),
      try row(PublishedRow.table1[2], many),
    ])
    let rows = try table.neighbours().rows
    // 8 against 1: 2·(1 + 9)/2⁹ = 0.039.
    #expect(
      rows[0][0...2] == ["H-JS", "H-MIN", "43.8"] && rows[0][4...] == ["1", "8", "0.039", "H-MIN is more robust"])
    #expect(rows[1] == ["H-MIN", "H-JS+SWA+SN", "0.0", "[0.0, 0.0]", "0", "0", "1.000", "undecided"])
  }
}
