// Reports as files from anywhere: what cannot be is refused with its place, and nothing overflows.

import Foundation
import Testing
import Workbench
import _TestSupport

struct ReportFileTests {
  private static let report = """
    {"clean": 0.75, "stages": [{"attack": "apgd-ce", "robust": 0.5, "broken": 1, "seconds": 1.5, "flags": "1100"}],
     "robust": 0.5, "interval95": [0.4, 0.6], "norm": "linf", "eps": 0.03137255, "seed": 0,
     "range": [10, 14], "weights_sha256": "ab", "version": "0.1.0"}
    """

  /// What reading the report says after `old` became `new` in it.
  private func refusal(_ old: String, _ new: String) throws -> String {
    try withTemporaryFolder { folder in
      try #require(Self.report.contains(old))
      let path = folder + "/a.json"
      try AtomicFile.write(Self.report.replacingOccurrences(of: old, with: new), to: path)
      do {
        _ = try RobustnessReport(contentsOf: path)
        return "nothing was refused"
      } catch {
        let text = "\(error)"
        #expect(text.hasPrefix("\(path): not a robustness report: "), "\(text)")
        #expect(text.hasSuffix("; write one with workbench evaluate --json"), "\(text)")
        return text
      }
    }
  }

  @Test func `a report as it is written is read`() throws {
    #expect(try refusal("10, 14", "9223372036854775803, 9223372036854775807") == "nothing was refused")
    #expect(try refusal("\"seed\": 0", "\"seed\": 18446744073709551615") == "nothing was refused")
  }

  @Test(arguments: [
    "-9223372036854775808, 9223372036854775807", "-1, 3", "14, 10", "10, 10",
    "9223372036854775807, -9223372036854775808",
    "10", "", "10, 14, 18", "0, 9223372036854775807", "10, 13",
  ])
  func `a range that cannot be, or does not fit the flags, is refused`(_ range: String) throws {
    let text = try refusal("10, 14", range)
    #expect(text.contains("range ["), "\(text)")
  }

  @Test(arguments: ["1120", "11 0", "110x", "11\\u00000", "110\u{FF10}", "11é0"])
  func `flags that are neither 0 nor 1 are refused`(_ flags: String) throws {
    let text = try refusal("1100", flags)
    #expect(
      text.contains("neither 0 nor 1") || text.contains("do not fit the 4 images"), "\(text)")
  }

  @Test func `the flag that is wrong is named by its image`() throws {
    #expect(try refusal("1100", "1120").contains("the flag of apgd-ce for image 12 is neither 0 nor 1"))
  }

  @Test(arguments: [
    ("\"seed\": 0", "\"seed\": 0, \"seed\": 0", "seed"),
    ("\"robust\": 0.5, \"interval95\"", "\"robust\": 0.5, \"robust\": 0.9, \"interval95\"", "robust"),
    ("\"broken\": 1", "\"broken\": 1, \"broken\": 1", "broken"),
    ("\"eps\": 0.03137255", "\"eps\": 0.03137255, \"\\u0065ps\": 0.5", "eps"),
  ])
  func `a member that stands twice is refused, also inside and when spelt otherwise`(
    old: String, new: String, name: String
  ) throws {
    #expect(try refusal(old, new).contains("the name \"\(name)\" appears twice in one object at byte "))
  }

  @Test(arguments: [
    ("\"clean\": 0.75", "\"clean\": 75"), ("\"robust\": 0.5, \"interval95\"", "\"robust\": -0.5, \"interval95\""),
    ("\"robust\": 0.5, \"broken\"", "\"robust\": 1e300, \"broken\""), ("0.03137255", "-0.1"), ("0.03137255", "1e300"),
    ("\"stages\": [", "\"stages\": [], \"other\": ["),
  ])
  func `numbers that cannot be are refused`(old: String, new: String) throws {
    #expect(try refusal(old, new) != "nothing was refused")
  }
}
