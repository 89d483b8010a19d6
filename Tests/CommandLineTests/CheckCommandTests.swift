internal import Foundation
import Testing

/// One notebook, small enough to train in a test, and what becomes of it when a colour, a constant or a seed changes.
@Suite(.serialized) struct CheckCommandTests {
  private static let notebook = """
    ---
    title: Mutations
    ---

    ```swift
    let seed: UInt64 = 0
    var recipe = try Recipe.standard(.draft, name: "tiny", attack: nil, epochs: 1, seed: seed)
    recipe.data.trainCount = 192
    let data = try notebook.images(recipe.data)
    let network = try notebook.train(recipe, on: data)
    ```

    ```swift
    //| label: fig-loss
    //| tolerance: { rtol: 1e-6, atol: 0 }
    struct Inputs: Encodable { let run: String; let scale: Double }
    let scale = 1.0
    let losses = try notebook.computed("test-losses", from: Inputs(run: network.key.hex, scale: scale)) {
      network.metrics.map { scale * Double($0.loss) } + [3, 2, 1]
    }
    try show(
      Figure(width: 200, height: 120, x: .linear("epoch"), y: .linear("loss")) {
        Line(x: losses.indices.map(Double.init), y: losses.map { 1.0 * $0 }, label: "loss")
      })
    ```
    """

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write("x", Self.notebook)
    let built = try sandbox.run("run", "notebooks/x.md")
    #expect(built.code == 0, "\(built.stderr)")
    return sandbox
  }

  private func mutate(_ sandbox: Sandbox, _ old: String, _ new: String) throws {
    #expect(Self.notebook.contains(old))
    try sandbox.write("x", Self.notebook.replacing(old, with: new))
  }

  @Test func `an unchanged notebook is identical, and drawing it again computes nothing`() throws {
    let sandbox = try sandbox()
    let result = try sandbox.run("check", "--replot")
    #expect(result.code == 0, "\(result.stderr)")
    #expect(result.stdout == "identical   fig-loss\n")
    #expect(result.stderr.contains("trained 0 networks and loaded 1, computed 0 derived results and read 1"))
    #expect(sandbox.read(".workbench/check/demo/check.html")?.contains("fig-loss") == true)
  }

  @Test func `what a notebook used is published, and drawn from where its own store is gone`() throws {
    let sandbox = try sandbox()
    let published = try sandbox.run("run", "notebooks/x.md", "--publish")
    #expect(
      published.code == 0 && published.stderr.contains("published 1 network and 1 derived result in report/records"))
    try FileManager.default.removeItem(atPath: sandbox.root + "/.workbench/runs")
    try FileManager.default.removeItem(atPath: sandbox.root + "/.workbench/data")
    let result = try sandbox.run("check", "--replot")
    #expect(result.code == 0 && result.stdout == "identical   fig-loss\n", "\(result.stderr)")
    #expect(result.stderr.contains("trained 0 networks and loaded 1, computed 0 derived results and read 1"))
  }

  @Test func `a colour is restyled, a constant drifts, a seed drifts, a series is broken`() throws {
    let sandbox = try sandbox()
    let committed = sandbox.read("figures/demo/fig-loss.csv")

    try mutate(sandbox, "label: \"loss\")", "label: \"loss\", color: Color(red: 0.9, green: 0.4, blue: 0.1))")
    let colour = try sandbox.run("check", "--replot")
    #expect(colour.code == 20, "\(colour.stdout)\(colour.stderr)")
    #expect(colour.stdout.hasPrefix("restyled    fig-loss"))
    #expect(sandbox.read(".workbench/check/demo/check.html")?.contains("difference, in red") == true)

    try mutate(sandbox, "1.0 * $0", "1.01 * $0")
    let drawn = try sandbox.run("check", "--replot")
    #expect(drawn.code == 21 && drawn.stdout.hasPrefix("drifted     fig-loss"), "\(drawn.stdout)\(drawn.stderr)")

    // A constant that decides a derived number: nothing is stored for it, so that redrawing says what it lacks.
    try mutate(sandbox, "let scale = 1.0", "let scale = 2.0")
    let lacking = try sandbox.run("check", "--replot")
    #expect(lacking.code == 22, "\(lacking.stdout)\(lacking.stderr)")
    #expect(lacking.stderr.contains("is not stored, and nothing is to be made here"), "\(lacking.stderr)")
    let computed = try sandbox.run("check")
    #expect(computed.code == 21, "\(computed.stdout)\(computed.stderr)")
    #expect(computed.stderr.contains("computed 1 derived result"), "\(computed.stderr)")

    try mutate(sandbox, "seed: UInt64 = 0", "seed: UInt64 = 1")
    let seed = try sandbox.run("check")
    #expect(seed.code == 21, "\(seed.stdout)\(seed.stderr)")
    #expect(seed.stderr.contains("trained 1 network"), "\(seed.stderr)")

    try mutate(sandbox, "label: \"loss\")", "label: \"error\")")
    let series = try sandbox.run("check", "--replot")
    #expect(series.code == 22 && series.stdout.contains("series gone: loss"), "\(series.stdout)\(series.stderr)")

    try mutate(sandbox, "//| label: fig-loss", "//| label: fig-other")
    let label = try sandbox.run("check", "--replot")
    #expect(label.code == 22, "\(label.stdout)\(label.stderr)")
    #expect(label.stdout.contains("broken      fig-loss  committed, and no notebook makes it"), "\(label.stdout)")
    #expect(label.stdout.contains("broken      fig-other  made, and not committed"), "\(label.stdout)")

    try mutate(sandbox, "try show(", "try shw(")
    let stopped = try sandbox.run("check", "--replot")
    #expect(stopped.code == 22 && stopped.stderr.contains("notebooks/x.md:"), "\(stopped.stdout)\(stopped.stderr)")
    // Nothing of this touched what is committed.
    #expect(sandbox.read("figures/demo/fig-loss.csv") == committed)
  }

  @Test func `numbers are equivalent within the tolerance that the cell states`() throws {
    let sandbox = try sandbox()
    try sandbox.write(
      "x", Self.notebook.replacing("1.0 * $0", with: "1.00001 * $0").replacing("rtol: 1e-6", with: "rtol: 1e-4"))
    let result = try sandbox.run("check", "--replot")
    #expect(result.code == 0 && result.stdout.hasPrefix("equivalent  fig-loss"), "\(result.stdout)\(result.stderr)")
  }

  @Test func `evaluating and training anew give the same bits and say so`() throws {
    let sandbox = try sandbox()
    let evaluated = try sandbox.run("check", "--reevaluate")
    #expect(
      evaluated.code == 0 && evaluated.stdout == "identical   fig-loss\n", "\(evaluated.stdout)\(evaluated.stderr)")
    #expect(evaluated.stderr.contains("trained 0 networks and loaded 1, computed 1 derived result and read 0"))
    let trained = try sandbox.run("check", "--retrain")
    #expect(trained.code == 0 && trained.stdout == "identical   fig-loss\n", "\(trained.stdout)\(trained.stderr)")
    #expect(trained.stderr.hasPrefix("training 1 network anew: "), "\(trained.stderr)")
    #expect(trained.stderr.contains("trained 1 network and loaded 0, computed 1 derived result and read 0"))
    #expect(try sandbox.run("check", "--replot", "--retrain").code == 64)
  }

  @Test func `accepting a change takes a check and a reason, and both are kept`() throws {
    let sandbox = try sandbox()
    let early = try sandbox.run("bless", "fig-loss", "--reason", "why not")
    #expect(early.code == 1 && early.stderr.contains("run workbench check first"), "\(early.stderr)")
    try mutate(sandbox, "label: \"loss\")", "label: \"loss\", color: Color(red: 0.9, green: 0.4, blue: 0.1))")
    #expect(try sandbox.run("check", "--replot").code == 20)
    #expect(try sandbox.run("bless", "fig-loss").code == 64)
    let typo = try sandbox.run("bless", "fig-lss", "--reason", "orange is seen by all")
    #expect(typo.stderr.contains("did you mean \"fig-loss\"?"), "\(typo.stderr)")
    let blessed = try sandbox.run("bless", "fig-loss", "--reason", "orange is seen by all", "--date", "2026-01-31")
    #expect(blessed.code == 0, "\(blessed.stderr)")
    #expect(blessed.stdout.contains("accepted figures/demo/fig-loss.png"))
    let line = try #require(sandbox.read("report/blessings.jsonl"))
    #expect(
      line.contains("\"reason\":\"orange is seen by all\"") && line.contains("\"verdict\":\"restyled\""), "\(line)")
    #expect(line.contains("\"date\":\"2026-01-31\"") && line.hasSuffix("}\n"))
    #expect(try sandbox.run("check", "--replot").stdout == "identical   fig-loss\n")
    let again = try sandbox.run("bless", "fig-loss", "--reason", "again")
    #expect(again.code == 1 && again.stderr.contains("nothing to accept"), "\(again.stderr)")
    // After an edit the check no longer says anything about the notebook.
    try mutate(sandbox, "1.0 * $0", "1.01 * $0")
    #expect(try sandbox.run("bless", "fig-loss", "--reason", "x").stderr.contains("was changed after the check"))
  }

  @Test func `values and claims of the text are compared with the committed ones, and can be accepted`() throws {
    let sandbox = try Sandbox()
    let notebook = """
      ---
      title: Sentences
      tolerance: { rtol: 0.01, series: { verdict: { rtol: 0 } } }
      ---

      ```swift
      let found = 0.6
      ```

      It reaches `{swift} found`, and `{claim} found > 0.5`.
      """
    try sandbox.write("x", notebook)
    #expect(try sandbox.run("run", "notebooks/x.md").code == 0)
    #expect(
      sandbox.read("figures/demo/x-text.csv")
        == "expression,kind,verdict,numbers\nfound,value,,0.6\nfound > 0.5,claim,held,0.6 > 0.5\n")
    #expect(try sandbox.run("check").stdout == "identical   x-text\n")

    try sandbox.write("x", notebook.replacing("found = 0.6", with: "found = 0.601"))
    let near = try sandbox.run("check")
    #expect(near.code == 0 && near.stdout.hasPrefix("equivalent  x-text"), "\(near.stdout)\(near.stderr)")

    try sandbox.write("x", notebook.replacing("found = 0.6", with: "found = 0.4"))
    let far = try sandbox.run("check")
    #expect(far.code == 21, "\(far.stdout)\(far.stderr)")
    #expect(far.stdout.contains("verdict, row 2, found > 0.5: held → refuted"), "\(far.stdout)")
    let blessed = try sandbox.run("bless", "x-text", "--reason", "a weaker network", "--json")
    #expect(blessed.code == 0 && blessed.stdout.contains("\"path\" : \"figures/demo/x-text.csv\""), "\(blessed.stderr)")
    #expect(try sandbox.run("check").stdout == "identical   x-text\n")

    try sandbox.write("x", notebook.replacing(" and `{claim} found > 0.5`", with: ""))
    let fewer = try sandbox.run("check")
    #expect(fewer.code == 22 && fewer.stdout.contains("there were 2 rows and are 1"), "\(fewer.stdout)")
    try sandbox.write("x", "No values.\n\n```swift\nlet found = 0.6\n```\n")
    let none = try sandbox.run("check")
    #expect(none.stdout == "broken      x-text  committed, and no notebook makes it\n", "\(none.stdout)")
  }
}
