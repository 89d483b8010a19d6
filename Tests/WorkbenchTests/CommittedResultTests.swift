internal import Channel
internal import FileSystem
import Foundation
import Testing
internal import Workbench
internal import _TestSupport

struct CommittedResultTests {
  private func session(_ root: String) -> NotebookSession {
    NotebookSession(
      configuration: SessionConfiguration(
        name: "x", scale: .demo, threads: 1, rootDirectory: root, outputDirectory: root + "/elsewhere"))
  }

  @Test func `a table and a figure of another scale are read from the committed files`() throws {
    try withTemporaryFolder { root in
      let folder = root + "/figures/cifar"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let table = Table(header: ["a", "b"], rows: [["x, y", "1"], ["\"z\"", "−2"]])
      _ = try table.writeFiles(directory: folder, name: "tbl-a")
      let figure = Figure(x: .linear(), y: .linear()) { Line(x: [1, 2], y: [3.0, 4.5], label: "l") }
      try AtomicFile.write(figure.csv(), to: folder + "/fig-a.csv")
      #expect(try session(root).committedTable("tbl-a", scale: .cifar) == table)
      #expect(try session(root).committedNumbers("fig-a", scale: .cifar).line("l")?.y == [3, 4.5])
    }
  }

  @Test func `what is missing or of another form is an error that names the file`() throws {
    try withTemporaryFolder { root in
      let session = session(root)
      let missing = #expect(throws: CommittedResultError.self) { try session.committedTable("tbl-a", scale: .cifar) }
      #expect(
        missing?.description
          == "figures/cifar/tbl-a.csv: no such file; the notebook with that label writes it when it is run with --scale cifar"
      )
      let folder = root + "/figures/demo"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for text in ["", "a,b\n1\n", "a,\"b"] {
        try AtomicFile.write(text, to: folder + "/tbl-a.csv")
        let error = #expect(throws: CommittedResultError.self) { try session.committedTable("tbl-a", scale: .demo) }
        #expect(error?.description.hasPrefix("figures/demo/tbl-a.csv: ") == true)
      }
      try AtomicFile.write("a,b\n1,2\n", to: folder + "/fig-a.csv")
      let error = #expect(throws: CommittedResultError.self) { try session.committedNumbers("fig-a", scale: .demo) }
      #expect(error?.description.hasPrefix("figures/demo/fig-a.csv: line 1: ") == true)
    }
  }
}
