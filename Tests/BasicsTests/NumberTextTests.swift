internal import Basics
internal import Testing
internal import _TestSupport

struct NumberTextTests {
  /// With digits put together by hand: thousandths from −12.000 to 12.000 at three decimals.
  @Test func `every thousandth is written with its own digits`() {
    let count = withEvery("thousandths", in: -12_000...12_000) { n in
      let digits = String(n.magnitude)
      let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      let text = padded.dropLast(3) + "." + padded.suffix(3)
      let value = Double(n) / 1000
      try hold(NumberText.fixed(value, decimals: 3) == (n < 0 ? "−" : "") + text, NumberText.fixed(value, decimals: 3))
      try hold(NumberText.fixed(value, decimals: 3, minus: "-") == (n < 0 ? "-" : "") + text, "with an ASCII minus")
      try hold(NumberText.text(n).filter { $0 != "\u{202F}" } == (n < 0 ? "−" : "") + digits, NumberText.text(n))
    }
    #expect(count == 24_001)
  }

  @Test func `every exponent has its superscript`() {
    withEvery("exponent", in: -120...120) { n in
      let digits = Dictionary(uniqueKeysWithValues: zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
      try hold(Int(String(NumberText.superscript(n).compactMap { digits[$0] })) == n, NumberText.superscript(n))
    }
  }

  @Test(arguments: [
    (0.5, 2, "0.50"), (-0.004, 2, "0.00"), (-0.005, 2, "−0.01"), (12.0, 0, "12"), (-1234.5, 1, "−1234.5"),
    (.nan, 2, "nan"), (-.infinity, 0, "−inf"), (-1e16, 2, "−1e+16"), (999_999_999_999_999, 15, "999999999999999"),
    (12.5, 15, "12.50000000000000"), (0.125, 2, "0.13"), (-0.125, 2, "−0.13"), (2.5, 0, "3"), (3.5, 0, "4"),
    (-0.0, 1, "0.0"),
    (0, 40, "0.000000000000000"), (1.5, -3, "2"), (.infinity, 1, "inf"), (51.23, 0, "51"), (1.005, 2, "1.00"),
    (99.995, 1, "100.0"),
  ])
  func `decimals are kept, and numbers too large for them are not cut`(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }
}

struct NumberInSentenceTests {
  @Test(arguments: [
    (0.5123, "0.5123"), (-0.0, "0"), (.nan, "not a number"), (.infinity, "∞"), (-.infinity, "−∞"), (1e300, "1×10³⁰⁰"),
    (1.7976931348623157e308, "1.8×10³⁰⁸"), (.leastNonzeroMagnitude, "4.94×10⁻³²⁴"), (-2.5e-300 / 1e10, "−2.5×10⁻³¹⁰"),
    (999_999, "999999"),
    (1e6, "1×10⁶"),
    (0.99999, "1"), (12.345, "12.35"), (-1234.5, "−1235"), (1e-4, "1×10⁻⁴"), (0.1 + 0.2, "0.3"),
  ])
  func `a number in a sentence has up to four digits`(value: Double, text: String) {
    #expect(NumberText.text(value) == text)
  }
}

struct ProjectLayoutTests {
  /// These names stand in users' folders and in committed files: they are not to change.
  @Test func `the folders are where they always were`() {
    let layout = ProjectLayout(root: "/p")
    #expect(layout.runs == "/p/.workbench/runs" && ProjectLayout.runs == ".workbench/runs")
    #expect(layout.numbers == "/p/.workbench/data" && layout.programs == "/p/.workbench/programs")
    #expect(layout.scratch == "/p/.workbench/scratch" && ProjectLayout.marks == ["Package.swift", ".workbench"])
    #expect(layout.records == "/p/report/records" && layout.publishedNumbers == "/p/report/records/computed")
    #expect(layout.builds(scale: "demo") == "/p/.workbench/builds/demo")
    #expect(layout.check(scale: "demo") == "/p/.workbench/check/demo")
    #expect(layout.check(scale: "demo", work: "retrain") == "/p/.workbench/check/retrain-demo")
    #expect(layout.report(scale: "demo", work: "replot") == "/p/.workbench/report/replot-demo")
    #expect(layout.figures(scale: "demo") == "/p/figures/demo")
  }
}

struct MarkupTests {
  @Test func `the characters with a meaning are escaped, whatever combines with them`() {
    #expect(Markup.escape("a<b & \"c\" 'd'>") == "a&lt;b &amp; &quot;c&quot; &#39;d&#39;&gt;")
    #expect(Markup.escape("it's", apostrophe: "'") == "it's")
    withEvery("character", in: "&<>\"'") { character in
      let escaped = Markup.escape("\(character)\u{338}")
      try hold(escaped.utf8.first == UInt8(ascii: "&") && escaped.hasSuffix(";\u{338}"), escaped)
    }
  }
}

struct FieldErrorTests {
  @Test func `an error of a part names the whole path`() {
    let error = FieldError(field: "start", value: "0", allowed: "1 … 5").inside("averaging").inside("recipe")
    #expect(error.description == "recipe.averaging.start: 0 is not possible; allowed: 1 … 5")
  }
}
