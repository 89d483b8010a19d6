import Foundation
import Testing
import Workbench
import _TestSupport

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
        ["Baseline+SWA+SN", "here, 95 %", "[30.1, 95.4]"] + [String](repeating: "[4.6, 69.9]", count: 5)
          + ["[−1.1, 62.0]"],
        ["Baseline+SWA+SN", "paper", "86.06", "56.79", "51.14", "51.14", "51.14", "51.14", "34.9"],
        ["Baseline+SWA+SN", "paper, 95 %", "[83.8, 88.1]", "[53.7, 59.8]"]
          + [String](repeating: "[48.0, 54.2]", count: 4) + [""],
        ["Ensemble 2", "here", "75.0", "25.0", "25.0", "25.0", "25.0", "25.0", "35.0"],
        ["Ensemble 2", "here, 95 %", "[30.1, 95.4]"] + [String](repeating: "[4.6, 69.9]", count: 5)
          + ["[−1.1, 62.0]"],
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
    // 8 against 1: 2·(1 + 9)/2⁹ = 0.039. With D = 9/16 and n = 16, d·√n = 1.960·√D + 0.842·√(D − d²) at d = 0.487.
    #expect(
      rows[0][0...2] == ["H-JS", "H-MIN", "43.8"]
        && rows[0][4...] == ["1", "8", "48.7", "0.039", "H-MIN is more robust"])
    #expect(rows[1] == ["H-MIN", "H-JS+SWA+SN", "0.0", "[0.0, 0.0]", "0", "0", "–", "1.000", "undecided"])
  }

  /// Baseline, +CON, +SN and +SWA+SN robust on the first 0, 6, 8 and 10 of 16 images.
  private func ablation() throws -> RobustnessTable {
    RobustnessTable(
      try zip([0, 1, 2, 4], [0, 6, 8, 10]).map { index, count in
        try row(
          PublishedRow.table2[index], String(repeating: "1", count: count) + String(repeating: "0", count: 16 - count))
      })
  }

  @Test func `rows are tested against a named row and against parts, as one family`() throws {
    let table = try ablation()
    let pairs = table.pairs(against: "baseline") + table.pairs(of: "swa-sn", against: ["baseline", "con", "sn"])
    let tests = try table.tests(of: pairs)
    // Baseline and SWA+SN stand twice and are tested once.
    #expect(tests.tests.map(\.first) == ["Baseline", "Baseline", "Baseline", "Baseline+CON", "Baseline+SN"])
    #expect(tests.tests.map(\.second).suffix(3) == ["Baseline+SWA+SN", "Baseline+SWA+SN", "Baseline+SWA+SN"])
    // k images of one side alone: 2/2ᵏ. Holm: times 5, 4, 3, 2, 1 from the smallest on.
    let alone: [Double] = [0.03125, 0.0078125, 0.001953125, 0.125, 0.5]
    let together: [Double] = [3 * alone[0], 4 * alone[1], 5 * alone[2], 2 * alone[3], alone[4]]
    expectClose(tests.tests.map(\.pValue), alone, rtol: 1e-12)
    expectClose(tests.tests.map(\.adjusted), together, rtol: 1e-12)
    #expect(tests.tests.map(\.moreRobust) == [nil, "Baseline+SN", "Baseline+SWA+SN", nil, nil])
    #expect(
      tests.table.header == [
        "First", "Second", "Second − first", "95 %", "Only first", "Only second", "Seen with 80 %", "McNemar p",
        "Holm p", "Verdict",
      ])
    let row = tests.table.rows[0]
    #expect(
      row[0...2] == ["Baseline", "Baseline+CON", "37.5"]
        && row[4...] == ["0", "6", "–", "0.031", "0.094", "undecided"],
      "no difference at all is seen on 8 images at 1 %")
    #expect(tests.table.rows[1].last == "Baseline+SN is more robust")
  }

  @Test func `a family of tests is said in words`() throws {
    let table = try ablation()
    #expect(
      try table.tests(of: table.pairs(against: "baseline")).sentence
        == "3 of 3 differences are more than chance: Baseline+CON is more robust than Baseline, Baseline+SN is more "
        + "robust than Baseline, Baseline+SWA+SN is more robust than Baseline.")
    #expect(
      try table.tests(of: table.pairs(of: "swa-sn", against: ["baseline", "sn"])).sentence
        == "1 of 2 differences is more than chance: Baseline+SWA+SN is more robust than Baseline.")
    #expect(
      try table.tests(of: table.pairs(of: "swa-sn", against: ["con", "sn"])).sentence
        == "None of 2 differences can be told from chance.")
    let error = #expect(throws: EvaluationRequestError.self) { try table.tests(of: table.pairs(against: "swa")) }
    #expect(error?.description == "no row \"swa\" in this table; there are baseline, con, sn, swa-sn")
  }
}
