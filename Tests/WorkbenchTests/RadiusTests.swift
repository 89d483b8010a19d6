import Testing
import Workbench

struct RadiusTests {
  private func refusal(_ norm: Norm, _ text: String) -> String {
    do {
      return "nothing was refused: \(try ThreatModel(norm: norm, radius: text))"
    } catch { return error.description }
  }

  @Test func `numbers and fractions are radii`() throws {
    #expect(try ThreatModel(norm: .linf, radius: "8/255") == .linf8)
    for (text, radius) in [("0", 0), ("1", 1), ("255/255", 1), ("0.031", 0.031), ("1/1", 1)] as [(String, Float)] {
      #expect(try ThreatModel(norm: .linf, radius: text).epsilon == radius)
    }
    #expect(try ThreatModel(norm: .l2, radius: "128/255").epsilon == 128 / 255)
    #expect(try ThreatModel(norm: .l2, radius: "3").epsilon == 3)
  }

  @Test(arguments: [("8", "8/255"), ("2", "2/255"), ("16.0", "16/255"), ("1.5", "1.50/255"), ("16/2", "8/255")])
  func `a radius in grey levels is told what was probably meant`(text: String, meant: String) {
    #expect(
      refusal(.linf, text)
        == "\(text): pixels are 0 to 1, not 0 to 255, and an image changes by at most 1 in linf; did you mean \(meant)?"
    )
  }

  @Test(arguments: ["1e308", "1e39", "256", "inf", "1/1e-300"]) func `a radius without bounds is refused`(
    _ text: String
  ) {
    #expect(refusal(.linf, text).hasPrefix("\(text): pixels are 0 to 1"))
    if text != "256" { #expect(refusal(.l2, text).hasSuffix("give a smaller radius, such as 8/255")) }
  }

  @Test(arguments: ["", "x", "-1", "nan", "8/0", "8/-255", "1/2/3", "8/", "0/0"])
  func `what is no radius is refused`(_ text: String) {
    for norm in Norm.allCases { #expect(refusal(norm, text) == "\(text): give a number or a fraction, such as 8/255") }
  }

  @Test func `a radius that single precision makes 0 is refused`() {
    #expect(refusal(.linf, "1e-60").contains("is 0 in single precision"))
  }
}
