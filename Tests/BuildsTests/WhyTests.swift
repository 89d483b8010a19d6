internal import Builds
internal import Channel
internal import Execution
internal import Foundation
import Testing

struct WhyTests {
  private static let text = """
    ```swift
    train("small", "epochs=1")
    ```

    ```swift
    //| label: fig-a
    compute("landscape", "small")
    draw("1 4", "solid")
    ```

    ```swift
    //| label: fig-b
    draw("1 2", "solid")
    ```

    """

  private func why(_ project: ScriptedProject) throws -> WhyReport {
    try project.build().why(on: project.host, interrupts: nil)
  }

  @Test func `what was never built is followed as far as its numbers are known, and nothing is made`() throws {
    try ScriptedProject.with(Self.text) { (project) throws in
      let report = try why(project)
      #expect(report.reasons.map(\.kind) == [.neverBuilt])
      #expect(report.cells.map(\.isKnown) == [true, false, false])
      #expect(report.cells.flatMap(\.work).map(\.what) == ["train small", "compute landscape"])
      #expect(report.seconds == 3 && report.stop == "line 7: landscape is not computed yet")
      #expect(project.host.runs == 0 && project.host.plans == 1)
      #expect(project.read("figures/demo/fig-a.csv") == nil && project.read("report/x.html") == nil)
    }
  }

  @Test func `after a build nothing would run, and the program is not even started`() throws {
    try ScriptedProject.with(Self.text) { (project) throws in
      #expect(try project.runs())
      #expect(try why(project).reasons == [])
      #expect(project.host.plans == 0)
    }
  }

  @Test(arguments: [
    ("draw(\"1 4\", \"solid\")", "draw(\"1 4\", \"dashed\")", "draw key of fig-a: ", ": only its style has changed"),
    ("draw(\"1 4\", \"solid\")", "draw(\"1 5\", \"solid\")", "draw key of fig-a: ", ": its numbers have changed"),
    ("epochs=1", "epochs=2", "run key of small: ", ": recipe epochs=1 → epochs=2"),
  ])
  func `a changed key is named with what is behind it`(old: String, new: String, name: String, cause: String) throws {
    try ScriptedProject.with(Self.text) { (project) throws in
      #expect(try project.runs())
      try project.write(Self.text.replacing(old, with: new))
      let report = try why(project)
      let changes = report.cells.flatMap(\.changes)
      #expect(changes.count == 1 && changes[0].hasPrefix(name) && changes[0].hasSuffix(cause), "\(changes)")
      #expect(report.reasons.count == 1 && report.reasons[0].message.hasSuffix("its code has changed"))
    }
  }

  @Test func `a setting is a reason by itself`() throws {
    try ScriptedProject.with("---\nparameters:\n  n: { type: integer, default: 2 }\n---\n\n" + Self.text) {
      (project) throws in
      #expect(try project.runs())
      let report = try project.build(set: [("n", "3")]).why(on: project.host, interrupts: nil)
      #expect(report.reasons.map(\.message) == ["parameter n: 2 → 3"])
    }
  }
}
