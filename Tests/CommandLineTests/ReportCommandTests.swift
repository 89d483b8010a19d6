internal import Foundation
import Testing

@Suite(.serialized) struct ReportCommandTests {
  private let figure = """
    ```swift
    //| label: fig-a
    //| caption: Squares.
    let squares = [0.0, 1, 4]
    try show(
      Figure(width: 200, height: 120, x: .linear("x"), y: .linear("y")) {
        Line(x: [0.0, 1, 2], y: squares, label: "square")
      })
    ```

    The last is `{swift} squares[2]`, and `{claim} squares[2] > squares[1]`.
    """

  private func sandbox(_ other: String) throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write("a", "---\ntitle: Squares\n---\n\n## Growth {#sec-growth}\n\n\(figure)\n")
    try sandbox.write("b", "---\ntitle: Words\n---\n\nSee @fig-a and @sec-growth.\n\n\(other)\n")
    let plan = "title: Two chapters\nsummary: The square is `{from a} squares[2]`.\nchapters: [a.md, b.md]\n"
    try plan.write(toFile: sandbox.root + "/notebooks/report.yml", atomically: true, encoding: .utf8)
    return sandbox
  }

  @Test func `every notebook is a chapter, numbered through, with claims, values and provenance`() throws {
    let sandbox = try sandbox("```swift\nprint(1)\n```")
    let result = try sandbox.run("build", "report", "--no-pdf")
    #expect(result.code == 0, "\(result.stderr)")
    let page = try #require(sandbox.read("report/index.html"))
    #expect(page.contains("<span class=\"section\">1</span> Squares</h2>"))
    #expect(page.contains("<span class=\"section\">1.1</span> Growth</h3>"))
    #expect(page.contains("<a class=\"value\" href=\"#chapter-a\" title=\"Squares: squares[2]\">4</a>."))
    #expect(page.contains("href=\"#fig-a\"") && page.contains("Section\u{A0}1.1</a>"))
    #expect(page.contains("1 claim: 1 held."))
    #expect(page.contains("<details class=\"provenance\"><summary>How it was made</summary>"))
    #expect(!page.contains("http://") || !page.contains("src=\"http"))
    let manifest = try #require(sandbox.read("report/manifest.json"))
    #expect(manifest.contains("\"label\" : \"fig-a\"") && manifest.contains("\"path\" : \"figures/demo/fig-a.pdf\""))

    let sums = Process()
    sums.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    sums.arguments = ["--check", "--quiet", "report/SHA256SUMS"]
    sums.currentDirectoryURL = URL(fileURLWithPath: sandbox.root)
    try sums.run()
    sums.waitUntilExit()
    #expect(sums.terminationStatus == 0)

    let again = try sandbox.run("build", "report", "--no-pdf")
    #expect(again.code == 0 && sandbox.read("report/index.html") == page)

    // Another processor, here another level of the kernels, leaves git clean.
    try FileManager.default.removeItem(atPath: sandbox.root + "/.workbench/builds")
    let elsewhere = try sandbox.run(["build", "report", "--no-pdf"], environment: ["WORKBENCH_KERNELS": "portable"])
    #expect(elsewhere.code == 0 && sandbox.read("report/index.html") == page)
    let hadPortable = sandbox.read(".workbench/report/machine-demo.txt")?.contains("Kernels: portable") == true
    #expect(hadPortable)
  }

  @Test func `claims are listed by their words, with what was expected, and again without a run`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "a",
      """
      ```swift
      let (few, many) = (Measured(successes: 30, trials: 100), Measured(successes: 80, trials: 100))
      ```

      * `{claim "Many are more than $n$ few", expected: held} many > few`.
      * `{claim "Few are more", expected: undecided} few > many`.
      """)
    let plan = "title: T\nsummary: 'So `{from a} \"Few are more\"`.'\nchapters: [a.md]\n"
    try plan.write(toFile: sandbox.root + "/notebooks/report.yml", atomically: true, encoding: .utf8)
    #expect(try sandbox.run("claims").stdout.contains("not reached  notebooks/a.md:5:"))
    let built = try sandbox.run("build", "report", "--no-pdf")
    #expect(built.code == 0, "\(built.stderr)")
    #expect(built.stdout.hasPrefix("2 claims: 1 held, 1 refuted. 1 was expected otherwise.\n"), "\(built.stdout)")
    let page = try #require(sandbox.read("report/index.html"))
    #expect(page.contains(">Many are more than <math") && page.contains("<span class=\"strength\">as expected</span>"))
    #expect(page.contains("<span class=\"strength\">n = 100</span>") && page.contains(">a page of its own</a>"))
    #expect(
      page.contains(
        ">0.30 ± 0.09 &gt; 0.80 ± 0.08 (<b class=\"verdict refuted\">✗\u{A0}refuted</b>, expected: undecided)</a>"))

    let listed = try sandbox.run("claims")
    #expect(
      listed.stdout == """
        held     notebooks/a.md:5:57: Many are more than $n$ few (0.80 ± 0.08 > 0.30 ± 0.09; n = 100)
        refuted  notebooks/a.md:6:48: Few are more (0.30 ± 0.09 > 0.80 ± 0.08; n = 100), expected: undecided

        """, "\(listed.stdout)")
    #expect(listed.stderr.contains("2 claims: 1 held, 1 refuted. 1 was expected otherwise."))
    // A clone has the committed findings alone; words may be written anew.
    try FileManager.default.removeItem(atPath: sandbox.root + "/.workbench")
    let rows = try sandbox.run("claims", "notebooks/a.md", "--json").stdout
    #expect(rows.contains("\"words\" : \"Few are more\"") && rows.contains("\"isAsExpected\" : false"), "\(rows)")
    #expect(rows.contains("\"verdict\" : \"refuted\"") && rows.contains("\"expected\" : \"undecided\""))
    #expect(try sandbox.run("claims", "notebooks/none.md").code == 66)
  }

  @Test func `a chapter that fails is named and does not stop the others`() throws {
    let sandbox = try sandbox("```swift\nfatalError(\"why\")\n```")
    let result = try sandbox.run("build", "report", "--no-pdf")
    #expect(result.code == 23, "\(result.stderr)")
    #expect(result.stderr.contains("missing: notebooks/b.md: notebooks/b.md:8:1: trap: why"), "\(result.stderr)")
    let page = try #require(sandbox.read("report/index.html"))
    #expect(page.contains("This report is incomplete.") && page.contains("This chapter is incomplete."))
    #expect(page.contains("aria-label=\"Squares.\""))
    #expect(sandbox.read("report/manifest.json")?.contains("\"failure\"") == true)
  }

  @Test func `a reference to nothing leaves out its own chapter alone`() throws {
    let sandbox = try sandbox("See @fig-b.")
    let result = try sandbox.run("build", "report", "--no-pdf")
    #expect(result.code == 23 && result.stderr.contains("notebooks/b.md:7:"), "\(result.stderr)")
    #expect(sandbox.read("report/index.html")?.contains("Squares</h2>") == true)
  }

  @Test func `a summary that asks for a value there is not is refused with its place`() throws {
    let sandbox = try sandbox("text")
    let plan = "title: T\nsummary: It is `{from a} squares[1]`.\nchapters: [a.md, b.md]\n"
    try plan.write(toFile: sandbox.root + "/notebooks/report.yml", atomically: true, encoding: .utf8)
    let result = try sandbox.run("build", "report", "--no-pdf")
    #expect(result.code == 2)
    #expect(result.stderr.contains("notebooks/report.yml:2:10: error: in a.md: no value"), "\(result.stderr)")
  }

  @Test func `a summary takes values, claims and cells of tables from the chapters, with links`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "a",
      """
      ```swift
      //| label: tbl-rows
      show(Table(header: ["method", "source", "clean"], rows: [["SN", "here", "57 < 58"], ["SN", "paper", "86"]]))
      ```

      `{claim} 2 > 1`
      """)
    func report(_ summary: String) throws -> Sandbox.Result {
      let plan = "title: T\nsummary: '\(summary)'\nchapters: [a.md]\n"
      try plan.write(toFile: sandbox.root + "/notebooks/report.yml", atomically: true, encoding: .utf8)
      return try sandbox.run("build", "report", "--no-pdf")
    }
    let built = try report(#"So `{from a} tbl-rows["SN", "here", "clean"]`, and `{from a} 2 > 1`."#)
    #expect(built.code == 0, "\(built.stderr)")
    let page = try #require(sandbox.read("report/index.html"))
    #expect(page.contains(##"<a class="value" href="#tbl-rows""##) && page.contains(">57 &lt; 58</a>, and "))
    #expect(page.contains(##"href="#a-claim-0" title="##) && page.contains(">2 &gt; 1 (<b class=\"verdict held\">"))
    for (asked, answer) in [
      (#"`{from b} x`"#, "asks for something of \"b\": no chapter \"b\""),
      (#"`{from a} tbl-row["SN", "clean"]`"#, "no table \"tbl-row\"; did you mean \"tbl-rows\"?"),
      (#"`{from a} tbl-rows["SN", "cleam"]`"#, "no column \"cleam\"; did you mean \"clean\"?"),
      (#"`{from a} tbl-rows["SM", "clean"]`"#, "no row \"SM\"; did you mean \"SN\"?"),
      (#"`{from a} tbl-rows["SN"]`"#, "takes the first cells of a row and the name of a column"),
      (#"`{from a} 3 > 1`"#, "no value or claim \"3 > 1\"; did you mean \"2 > 1\"?"),
    ] {
      let refused = try report(asked)
      #expect(refused.code == 2 && refused.stderr.hasPrefix("notebooks/report.yml:2:10: error: "), "\(refused.stderr)")
      #expect(refused.stderr.contains(answer), "\(refused.stderr)")
    }
  }
}
