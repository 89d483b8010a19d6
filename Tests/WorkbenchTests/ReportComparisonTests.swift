import Attacks
import Foundation
import Testing
import Workbench

struct ReportComparisonTests {
  private func report(_ flags: String, from first: Int = 0) throws -> RobustnessReport {
    let json = """
      {"clean": 0.9, "stages": [{"attack": "apgd-ce", "robust": 0.5, "broken": 2, "seconds": 1.5, "flags": "\(flags)"}],
       "robust": 0.5, "interval95": [0.4, 0.6], "norm": "linf", "eps": 0.03137255, "seed": 0,
       "range": [\(first), \(first + flags.count)], "weights_sha256": "ab", "version": "0.1.0"}
      """
    return try JSONDecoder().decode(RobustnessReport.self, from: Data(json.utf8))
  }

  @Test func theReportIsReadInItsDocumentedFormAndWrittenBack() throws {
    let report = try report("1100")
    #expect(report.flags == [true, true, false, false] && report.eps == 8 / 255)
    let again = try JSONDecoder().decode(RobustnessReport.self, from: Data(report.json().utf8))
    #expect(again == report)
  }

  @Test func onlySharedImagesCount() throws {
    let comparison = try ReportComparison(report("1111111100"), report("00000000", from: 2))
    #expect(comparison.range == 2..<10)
    #expect(comparison.mcNemar.onlyFirst == 6 && comparison.mcNemar.onlySecond == 0)
    #expect(comparison.firstAccuracy == 0.75 && comparison.secondAccuracy == 0)
    #expect(abs(comparison.mcNemar.pValue - 2.0 / 64) < 1e-12)
    #expect(comparison.verdict == "the first is more robust")
    #expect(comparison.text(names: ("a.json", "b.json")).contains("difference +75.0 points"))
  }

  @Test func reportsThatCannotBeComparedAreRefused() throws {
    #expect(throws: EvaluationRequestError.self) { try ReportComparison(report("11"), report("11", from: 2)) }
    var other = try report("11")
    other.eps = 0.5
    #expect(throws: EvaluationRequestError.self) { try ReportComparison(report("11"), other) }
  }
}
