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
    // What earlier versions did not write.
    #expect(report.warnings == nil && report.split == nil && report.imagesSHA256 == nil && report.mode == nil)
    #expect(report.cleanInterval95 == nil && report.stages[0].interval95 == nil)
    #expect(report.interval(of: 0.5) == WilsonInterval(successes: 2, trials: 4))
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

  /// Eight digits an image, from the numbers of the images.
  private func digits(_ range: Range<Int>) -> String {
    range.map { String($0 + 0x1000_0000, radix: 16) }.joined()
  }

  @Test func imagesAreComparedByTheirDigitsWhereRangesOverlap() throws {
    var (a, b) = (try report("11110000"), try report("000000", from: 4))
    (a.imagesSHA256, b.imagesSHA256) = (digits(0..<8), digits(4..<10))
    let comparison = try ReportComparison(a, b)
    #expect(comparison.range == 4..<8 && comparison.notes == [])
    b.imagesSHA256 = digits(5..<11)
    let other = #expect(throws: EvaluationRequestError.self) { try ReportComparison(a, b) }
    #expect(other?.description.contains("number 4 is not the same in both") == true)
    b.imagesSHA256 = "12345678"
    #expect(throws: EvaluationRequestError.self) { try ReportComparison(a, b) }
    b.imagesSHA256 = nil
    #expect(try ReportComparison(a, b).notes.count == 1)
    #expect(try ReportComparison(a, b).text(names: ("a", "b")).contains("the second report without a hash"))
  }

  @Test func splitsAreToldApartAndListsOfAttacksNamed() throws {
    var (a, b) = (try report("1100"), try report("1000"))
    (a.split, b.split) = ("test", "train")
    let other = #expect(throws: EvaluationRequestError.self) { try ReportComparison(a, b) }
    #expect(other?.description.contains("of the test and of the train split") == true)
    b.split = "test"
    b.stages[0].attack = "fgsm"
    (a.mode, b.mode) = (.cumulative, .individual)
    (a.imagesSHA256, b.imagesSHA256) = (digits(0..<4), digits(0..<4))
    let notes = try ReportComparison(a, b).notes
    #expect(notes.count == 2 && notes[0].contains("apgd-ce and fgsm") && notes[1].contains("cumulative and individual"))
    let text = try a.json()
    for name in ["split", "mode", "images_sha256"] { #expect(text.contains("\"\(name)\"")) }
    #expect(try JSONDecoder().decode(RobustnessReport.self, from: Data(text.utf8)) == a)
  }

  @Test func reportsThatCannotBeComparedAreRefused() throws {
    #expect(throws: EvaluationRequestError.self) { try ReportComparison(report("11"), report("11", from: 2)) }
    var other = try report("11")
    other.eps = 0.5
    #expect(throws: EvaluationRequestError.self) { try ReportComparison(report("11"), other) }
  }
}
