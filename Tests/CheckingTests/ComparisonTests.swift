internal import Checking
internal import Figures
internal import FileSystem
internal import Images
internal import NotebookText
import Testing
internal import _TestSupport

struct ComparisonTests {
  private let exact = NumberTolerance(relative: 0, absolute: 0)

  // MARK: CSV

  @Test(arguments: [
    ("55.3 % [51.0, 59.6]", [55.3, 51.0, 59.6], "# % [#, #]"), ("−4e-3", [-4e-3], "#"), ("H-JS+SWA", [], "H-JS+SWA"),
    ("", [], ""),
  ])
  func `a cell of a table is numbers and what stands around them`(text: String, numbers: [Double], words: String) {
    #expect(NumbersInText(text).numbers == numbers)
    #expect(NumbersInText(text).words == words)
  }

  // MARK: Numbers

  private func figure(_ losses: [String], series: String = "PGD-10", gammas: [String] = ["-0.1", "0", "0.1"]) -> String
  {
    "panel,series,kind,x,y,lower,upper,value\n"
      + zip(gammas, losses).map { "1,\(series),line,\($0),\($1),,,\n" }.joined()
  }

  @Test func `equal numbers in other digits are equal`() {
    let found = NumberComparison(csv: figure(["1", "2", "3"]), figure(["1.0", "2e0", "3"]), tolerance: exact)
    #expect(!found.isOfOtherForm && found.beyond == 0)
    #expect(found.differing == 2)
  }

  @Test func `the tolerance is absolute plus relative, and the worst number is named`() throws {
    let tolerance = NumberTolerance(relative: 0.01, absolute: 0.001)
    let found = NumberComparison(
      csv: figure(["1", "2", "nan"]), figure(["1.0109", "2.0222", "nan"]), tolerance: tolerance)
    // 1 ± 0.011 holds 1.0109; 2 ± 0.021 does not hold 2.0222.
    #expect(found.differing == 2 && found.beyond == 1)
    let worst = try #require(found.worst.first)
    #expect(worst.series == "PGD-10" && worst.place == "x = 0" && worst.old == "2" && worst.new == "2.0222")
    #expect(abs(worst.excess - 0.0222 / 0.021) < 1e-9)
  }

  @Test func `a series has its own tolerance`() {
    let tolerance = NumberTolerance(
      relative: 0, absolute: 0.1, series: ["PGD-10": NumberTolerance(relative: 0, absolute: 0)])
    #expect(NumberComparison(csv: figure(["1"]), figure(["1.05"]), tolerance: tolerance).beyond == 1)
    #expect(
      NumberComparison(csv: figure(["1"], series: "a"), figure(["1.05"], series: "a"), tolerance: tolerance).beyond == 0
    )
  }

  @Test func `a number that became none is beyond any tolerance`() {
    let wide = NumberTolerance(relative: 1, absolute: 1e9)
    #expect(NumberComparison(csv: figure(["1"]), figure(["nan"]), tolerance: wide).beyond == 1)
    #expect(NumberComparison(csv: figure(["nan"]), figure(["1"]), tolerance: wide).beyond == 1)
    #expect(NumberComparison(csv: figure(["1"]), figure(["inf"]), tolerance: wide).beyond == 1)
  }

  @Test func `other series, columns or rows cannot be compared`() {
    let one = figure(["1", "2"])
    #expect(
      NumberComparison(csv: one, figure(["1", "2"], series: "plain"), tolerance: exact).structure == [
        "series gone: PGD-10 (line, panel 1)", "new series: plain (line, panel 1)",
      ])
    #expect(
      NumberComparison(csv: one, figure(["1", "2", "3"]), tolerance: exact).structure == ["there were 2 rows and are 3"]
    )
    #expect(NumberComparison(csv: "a,b\n1,2\n", "a,c\n1,2\n", tolerance: exact).isOfOtherForm)
    #expect(NumberComparison(csv: "a,b\n1\n", "a,b\n1,2\n", tolerance: exact).isOfOtherForm)
  }

  @Test func `a table's words count as numbers beyond the tolerance`() throws {
    let old = "row,accuracy,verdict\nplain,55.3 %,lower\nrobust,60.0 %,higher\n"
    let new = "row,accuracy,verdict\nplain,55.4 %,lower\nrobust,60.0 %,the same\n"
    let found = NumberComparison(csv: old, new, tolerance: NumberTolerance(relative: 0.01, absolute: 0))
    #expect(found.differing == 2 && found.beyond == 1)
    #expect(found.worst.first?.series == "verdict" && found.worst.first?.place == "row 2, robust")
  }

  // MARK: Outputs

  private static let gammas = [-0.1, 0, 0.1]

  private func drawing(_ losses: [Double], color: Color? = nil, label: String = "loss") -> Figure {
    Figure(width: 200, height: 120, x: .linear("γ"), y: .linear("loss")) {
      Line(x: Self.gammas, y: losses, label: label, color: color)
    }
  }

  private func write(_ figure: Figure, _ folder: String, key: String = "a") throws -> OutputFiles {
    try Files.makeFolder(folder)
    for format in ["svg", "png", "pdf"] { try figure.write(to: "\(folder)/fig-a.\(format)", key: key) }
    try AtomicFile.write(figure.csv(), to: "\(folder)/fig-a.csv")
    return try #require(try OutputFiles.all(in: folder).first)
  }

  private func compare(
    _ old: Figure, _ new: Figure, tolerance: NumberTolerance = .standard, key: String = "a"
  ) throws -> OutputComparison {
    try withTemporaryFolder { folder in
      try OutputComparison(
        committed: write(old, folder + "/old"), made: write(new, folder + "/new", key: key), tolerance: tolerance)
    }
  }

  @Test func `the same figure is identical`() throws {
    let found = try compare(drawing([1, 2, 3]), drawing([1, 2, 3]))
    #expect(found.verdict == .identical && found.reasons.isEmpty)
    #expect(found.oldKey == "a" && found.newKey == "a")
  }

  @Test func `numbers within the tolerance that move no pixel are equivalent`() throws {
    let found = try compare(drawing([1, 2, 3]), drawing([1, 2.00001, 3]))
    #expect(found.verdict == .equivalent, "\(found.reasons)")
  }

  @Test func `another key alone is equivalent, and both keys are told`() throws {
    let found = try compare(drawing([1, 2, 3]), drawing([1, 2, 3]), key: "b")
    #expect(found.verdict == .equivalent, "\(found.reasons)")
    #expect(found.oldKey == "a" && found.newKey == "b")
  }

  @Test func `another colour is restyled`() throws {
    let found = try compare(drawing([1, 2, 3]), drawing([1, 2, 3], color: Color(red: 0.8, green: 0.2, blue: 0.1)))
    #expect(found.verdict == .restyled, "\(found.reasons)")
    #expect(found.difference != nil && found.oldPicture != nil && found.newPicture != nil)
  }

  @Test func `other numbers have drifted, whatever the picture looks like`() throws {
    let found = try compare(drawing([1, 2, 3]), drawing([1, 2.001, 3]))
    #expect(found.verdict == .drifted, "\(found.reasons)")
    #expect(
      found.reasons.first == "1 of 6 numbers beyond the tolerance; loss, x = 0.0: 2.0 → 2.001", "\(found.reasons)")
  }

  @Test func `a wide tolerance leaves a visible move restyled`() throws {
    let wide = NumberTolerance(relative: 0.5, absolute: 0)
    #expect(try compare(drawing([1, 2, 3]), drawing([1, 2.5, 3]), tolerance: wide).verdict == .restyled)
  }

  @Test func `another series is broken`() throws {
    #expect(try compare(drawing([1, 2, 3]), drawing([1, 2, 3], label: "error")).verdict == .broken)
  }

  @Test func `a file too few or too many is broken`() throws {
    try withTemporaryFolder { folder in
      let old = try write(drawing([1, 2, 3]), folder + "/old")
      try Files.makeFolder(folder + "/new")
      for file in old.files where !file.hasSuffix(".pdf") {
        try AtomicFile.write(Files.read("\(old.folder)/\(file)"), to: "\(folder)/new/\(file)")
      }
      let new = try #require(try OutputFiles.all(in: folder + "/new").first)
      let gone = try OutputComparison(committed: old, made: new, tolerance: .standard)
      #expect(gone.verdict == .broken && gone.reasons == ["fig-a.pdf is no longer made"])
      #expect(try OutputComparison(committed: new, made: old, tolerance: .standard).verdict == .broken)
    }
  }

  @Test func `a picture without numbers is its own data`() throws {
    try withTemporaryFolder { folder in
      func write(_ shade: UInt8, _ name: String) throws -> OutputFiles {
        try Files.makeFolder("\(folder)/\(name)")
        let pixels = [UInt8](repeating: shade, count: 3 * 16 * 16)
        try PNGImage(width: 16, height: 16, rgb: pixels).write(to: "\(folder)/\(name)/fig-sheet.png")
        return try #require(try OutputFiles.all(in: "\(folder)/\(name)").first)
      }
      let (old, new) = (try write(0, "old"), try write(200, "new"))
      #expect(try OutputComparison(committed: old, made: new, tolerance: .standard).verdict == .drifted)
    }
  }

  // MARK: Stated tolerances

  @Test func `a cell states its tolerance`() throws {
    let text = """
      ```swift
      //| label: fig-a
      //| tolerance: { rtol: 1e-3, atol: 0.5, series: { "PGD-10": { rtol: 0.01 } } }
      ```
      """
    let cell = try #require(try Notebook(text: text, path: "notebooks/x.md").cells.first)
    let tolerance = try #require(cell.options.tolerance)
    #expect(tolerance.relative == 1e-3 && tolerance.absolute == 0.5)
    #expect(tolerance.of("PGD-10") == NumberTolerance(relative: 0.01, absolute: 0.5))
    #expect(tolerance.of("plain").relative == 1e-3)
  }

  @Test(arguments: [
    ("{ rtoll: 1 }", "error: no part of \"tolerance\" \"rtoll\"; did you mean \"rtol\"?"),
    ("{ rtol: -1 }", "\"rtol\" must be 0 or more"), ("{ atol: nan }", "\"atol\" must be a number"), ("7", "key: value"),
    ("{ series: { a: { series: {} } } }", "no part of series \"a\" \"series\""),
  ])
  func `a mistake in a tolerance is named with its place`(yaml: String, message: String) {
    do {
      _ = try Notebook(text: "```swift\n//| tolerance: \(yaml)\n```\n", path: "x.md")
      Issue.record("no error for \(yaml)")
    } catch {
      #expect("\(error)".contains(message) && "\(error)".hasPrefix("x.md:2:"), "\(error)")
    }
  }
}
