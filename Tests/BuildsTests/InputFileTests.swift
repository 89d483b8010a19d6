import Basics
internal import Builds
internal import NotebookText
import Testing

struct InputFileTests {
  @Test(arguments: [
    ("let a = 1", nil), ("import Workbench", nil), ("import Foundation\nlet a = 1", nil),
    ("import Dispatch\nlet a = 1", "imports Dispatch"),
    ("@testable import Dispatch", "imports Dispatch"),
    ("import struct Synchronization.Mutex", "imports Synchronization"),
    ("let a = [1].shuffled()", "uses .shuffled()"), ("let t = ContinuousClock.now", "uses ContinuousClock"),
    ("let s = try String(contentsOfFile: \"a\")", "uses contentsOfFile"),
  ])
  func `what the workbench cannot see makes a notebook run every time`(code: String, reason: String?) throws {
    let notebook = try Notebook(text: "```swift\n\(code)\n```\n", path: "x.md")
    if let reason {
      #expect(notebook.mustRunReason?.contains(reason) == true, "\(notebook.mustRunReason ?? "none")")
    } else {
      #expect(notebook.mustRunReason == nil)
    }
  }

  @Test func `hashes are those of the standard`() {
    #expect(Digest.sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest.sha256(file: "/nowhere/at/all") == nil)
  }
}
