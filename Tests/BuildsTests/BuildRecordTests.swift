internal import Builds
internal import Execution
internal import FileSystem
internal import Foundation
import Testing

/// Records lie in a folder that anybody may write to: whatever stands there, a build goes on.
struct BuildRecordTests {
  private static let text =
    "```swift\nprint(\"1\")\n```\n\n```swift\n//| label: fig-a\ndraw(\"1\", \"\")\n```\n\n`{swift} a`\n"
  private static let path = ".workbench/builds/demo/x.json"

  /// The record's JSON with one change.
  private func change(_ project: ScriptedProject, _ body: (inout [String: Any]) -> Void) throws {
    let data = Data(try Files.read(project.root + "/" + Self.path))
    var record = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    body(&record)
    try AtomicFile.write(Array(try JSONSerialization.data(withJSONObject: record)), to: project.root + "/" + Self.path)
  }

  private func setCell(_ record: inout [String: Any], _ place: Int, _ index: Any) {
    guard var cells = record["cells"] as? [[String: Any]], var result = cells[place]["result"] as? [String: Any] else {
      return
    }
    result["cell"] = index
    cells[place]["result"] = result
    record["cells"] = cells
  }

  @Test(arguments: [2, 7, -1, Int.max, Int.min, 0])
  func `a cell index that is none of the notebook's makes it run again, and the record right`(index: Int) throws {
    try ScriptedProject.with(Self.text) { (project) throws in
      #expect(try project.runs())
      try change(project) { setCell(&$0, 1, index) }
      #expect(try project.build().why(on: project.host, interrupts: nil).reasons != [])
      #expect(try project.runs())
      #expect(try !project.runs())
    }
  }

  @Test(arguments: [1, 9, -1, Int.min])
  func `a part of a notebook is refreshed beside such a record`(index: Int) throws {
    try ScriptedProject.with(Self.text) { (project) throws in
      #expect(try project.runs())
      try change(project) { setCell(&$0, 0, index) }
      #expect(try project.runs(only: ["fig-a"]))
      #expect(project.read("figures/demo/fig-a.csv") == "1\n")
    }
  }

  @Test(arguments: ["", "{", "[]", "{\"version\": 1}", "{\"version\": 99}", "null", "\u{0}"])
  func `what is no record counts as none`(text: String) throws {
    try ScriptedProject.with(Self.text) { (project) throws in
      #expect(try project.runs())
      try AtomicFile.write(text, to: project.root + "/" + Self.path)
      #expect(try project.runs())
      #expect(try !project.runs())
    }
  }

  @Test func `missing cells and values too many are noticed`() throws {
    for field in ["cells", "inline"] {
      try ScriptedProject.with(Self.text) { (project) throws in
        #expect(try project.runs())
        try change(project) { record in
          let list = record[field] as? [Any] ?? []
          record[field] = field == "cells" ? Array(list.dropLast()) : list + list
        }
        #expect(try project.runs(), "\(field)")
      }
    }
  }
}
