internal import Foundation
import Testing

/// The notebooks of the paper's figures and tables, in the repository as they are.
struct PaperNotebookTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  @Test func `the divergence of the documentation trains, under a key and a name of its own`() throws {
    let sandbox = try Sandbox()
    let text = try String(contentsOfFile: Self.root + "/Documentation/notebooks.md", encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## A divergence of your own\n").last)
    let cell = try #require(section.components(separatedBy: "```").dropFirst().first)
    try sandbox.write("x", "```\(cell)print(network.key)\n```\n")
    try sandbox.addTinyScale()
    let result = try sandbox.run("run", "notebooks/x.md", "--scale", "tiny")
    #expect(result.code == 0 && result.stdout.contains("brier: trained run"), "\(result.stderr)")
    let shown = try sandbox.run("runs", "show", "brier")
    #expect(shown.stdout.contains("brier, temperature 1.0, weight 2.0"), "\(shown.stdout)\(shown.stderr)")
    let json = try sandbox.run("runs", "show", "brier", "--json")
    #expect(json.stdout.contains("\"name\" : \"brier\""))
  }

  @Test func `the objective of the documentation trains, and the record keeps its name`() throws {
    let sandbox = try Sandbox()
    let text = try String(contentsOfFile: Self.root + "/Documentation/notebooks.md", encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## An objective of your own\n").last)
    let cell = try #require(section.components(separatedBy: "```").dropFirst().first)
    try sandbox.write("x", "```\(cell)print(network.key)\n```\n")
    try sandbox.addTinyScale()
    let result = try sandbox.run("run", "notebooks/x.md", "--scale", "tiny")
    #expect(result.code == 0 && result.stdout.contains("pairing: trained run"), "\(result.stderr)")
    let shown = try sandbox.run("runs", "show", "pairing")
    #expect(shown.stdout.contains("pairing: a formula of adversarial and natural image"), "\(shown.stdout)")
    #expect(!shown.stdout.contains("consistency"))
  }

  @Test func `the mark of the documentation is drawn, and again when its code changes`() throws {
    let sandbox = try Sandbox()
    let text = try String(contentsOfFile: Self.root + "/Documentation/notebooks.md", encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## A mark of your own\n").last)
    let cell = try #require(section.components(separatedBy: "```").dropFirst().first)
    // The protocol's documentation shows the same mark.
    let source = try String(contentsOfFile: Self.root + "/Sources/Figures/Marks/FigureMark.swift", encoding: .utf8)
    let shown = try #require(source.components(separatedBy: "/// ```").dropFirst().first)
    #expect(cell.contains(shown.replacing("\n/// ", with: "\n").dropFirst("swift\n".count)))

    try sandbox.write("x", "```\(cell)```\n")
    let result = try sandbox.run("run", "notebooks/x.md", "--scale", "draft")
    #expect(result.code == 0, "\(result.stderr)")
    let numbers = try #require(sandbox.read("figures/draft/fig-stems.csv"))
    #expect(numbers.contains("1,SN,stems,1.0,0.5,,,\n"), "\(numbers)")
    let picture = try #require(sandbox.read("figures/draft/fig-stems.svg"))
    for format in ["png", "pdf"] {
      #expect(FileManager.default.fileExists(atPath: sandbox.root + "/figures/draft/fig-stems." + format))
    }

    try sandbox.write("x", "```\(cell.replacing("width: style.width", with: "width: 2 * style.width"))```\n")
    let why = try sandbox.run("why", "notebooks/x.md", "--scale", "draft").stdout
    #expect(why.contains("draw key of fig-stems: ") && why.contains(": only its style has changed"), "\(why)")
    #expect(try sandbox.run("run", "notebooks/x.md", "--scale", "draft").code == 0)
    #expect(
      sandbox.read("figures/draft/fig-stems.csv") == numbers && sandbox.read("figures/draft/fig-stems.svg") != picture)
  }

  @Test func `figures run at the draft scale, tables with fewer images, and a second time from what is stored`() throws
  {
    let sandbox = try Sandbox()
    let names = ["landscape", "table1", "table2"]
    let source = Self.root + "/notebooks/"
    try FileManager.default.copyItem(
      atPath: source + "references.bib", toPath: sandbox.root + "/notebooks/references.bib")
    for name in names { try sandbox.write(name, String(contentsOfFile: source + name + ".md", encoding: .utf8)) }
    // Eleven networks and AutoAttack need no more than a few steps each to show that everything runs.
    try sandbox.addTinyScale()
    for name in names {
      let scale = name == "landscape" ? "draft" : "tiny"
      let result = try sandbox.run("run", "notebooks/\(name).md", "--scale", scale, "--set", "epochs=1")
      #expect(result.code == 0, "\(result.stderr)")
      // Draft alone says that its numbers mean nothing.
      let warns = sandbox.read("report/draft/\(name).html")?.contains("no number below means anything")
      #expect(warns == (scale == "draft"))
    }
    for figure in ["fig-landscape", "fig-awp", "fig-landscape-alike", "fig-awp-alike"] {
      #expect(sandbox.read("figures/draft/\(figure).csv") != nil, "\(figure)")
    }
    // Six rows here and in the paper, each with its line of intervals.
    for table in ["tbl-table1", "tbl-table2"] {
      #expect(sandbox.read("figures/tiny/\(table).csv")?.split(separator: "\n").count == 25)
      #expect(sandbox.read("figures/tiny/\(table)-tests.md")?.split(separator: "\n").count == 7)
      #expect(sandbox.read("figures/tiny/\(table).tex")?.contains("Ensemble 2 & paper") == (table == "tbl-table1"))
    }
    // Five rows against the baseline, one against three parts.
    #expect(sandbox.read("figures/tiny/tbl-table2-ablation.md")?.split(separator: "\n").count == 10)
    #expect(sandbox.read("report/draft/table2.html")?.contains("of 8 differences") == true)
    let again = try sandbox.run(
      "run", "notebooks/table2.md", "--scale", "tiny", "--set", "epochs=1", "--fresh")
    #expect(again.stdout.contains("all 6 networks are stored"), "\(again.stderr)")
    #expect(!again.stdout.contains("trained run"))
    let released = try sandbox.run(
      "run", "notebooks/table1.md", "--scale", "tiny", "--set", "epochs=1", "--set", "members=released")
    #expect(released.code == 0 && !released.stdout.contains("trained run"), "\(released.stderr)")
    let members = try sandbox.run("run", "notebooks/table1.md", "--scale", "tiny", "--set", "members=raw")
    #expect(members.code == 64 && members.stderr.contains("asks for averaged or released"), "\(members.stderr)")
    let wrong = try sandbox.run("run", "notebooks/table2.md", "--scale", "tiny", "--set", "mapping=labels")
    #expect(wrong.code == 64 && wrong.stderr.contains("asks for released or as-labelled"), "\(wrong.stderr)")
  }
}
