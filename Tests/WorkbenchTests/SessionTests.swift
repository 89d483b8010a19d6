internal import Channel
internal import Foundation
import Testing
internal import Workbench

struct SessionTests {
  private func session(_ parameters: [String: String] = [:]) -> NotebookSession {
    NotebookSession(
      configuration: SessionConfiguration(
        name: "x", scale: .demo, threads: 2, parameters: parameters, rootDirectory: "/r", outputDirectory: "/o"))
  }

  @Test func `folders follow the scale and the output folder`() {
    #expect(session().figuresDirectory == "/o/figures/demo")
    #expect(session().reportDirectory == "/o/report")
    #expect(session().runStoreDirectory == "/r/.workbench/runs")
    #expect(session().scaled(draft: 1, demo: 2, cifar: 3, paper: 4) == 2)
  }

  @Test func `parameters have the type of their default`() {
    let session = session(["epochs": "7", "rate": "0.5", "fast": "true", "name": "plain"])
    #expect(session.parameter("epochs", default: 1) == 7)
    #expect(session.parameter("rate", default: 1.0) == 0.5)
    #expect(session.parameter("fast", default: false))
    #expect(session.parameter("name", default: "x") == "plain")
    #expect(session.parameter("other", default: 3) == 3)
    #expect(session.parameter("epochs") as Int == 7)
  }

  @Test func `figures of one cell get the label, then a number`() {
    let session = session()
    session.begin(cell: 0, label: "fig-a", line: 3)
    #expect([session.nextFigureName(), session.nextFigureName()] == ["fig-a", "fig-a-2"])
    session.begin(cell: 1, line: 9)
    #expect(session.nextFigureName() == "x-cell-2")
  }

  @Test func `a table prints aligned`() {
    #expect(Table(header: ["a", "bb"], rows: [["ccc", "d"]]).text == "a    bb\n---  --\nccc  d ")
  }

  @Test(arguments: [1, 5, 4096])
  func `frames survive the channel, however it is cut`(piece: Int) throws {
    let frames: [Frame] = [
      .began(cell: 3), .figure(name: "fig-a", files: ["a.svg", "b.png"]), .table(header: ["é"], rows: [["\"\n"]]),
      .markdown("*x*"), .formula(tex: "\\frac{a}{b}", line: 3), .value(item: 2, text: "0.59 ± 0.03"),
      .claim(item: 4, ClaimFinding(.undecided, numbers: "1 > 2")),
      .progress(WorkProgress(title: "t", done: 1, total: nil, unit: "u", rate: 2)),
      .failed(ProgramFailure(kind: .thrown, message: "m", addresses: [1, 2])), .finished,
    ]
    let bytes = try frames.flatMap { try $0.bytes() }
    var decoder = FrameDecoder()
    var read: [Frame] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      decoder.append(bytes[start..<min(start + piece, bytes.count)])
      while let frame = try decoder.next() { read.append(frame) }
    }
    #expect(read == frames)
  }

  @Test func `a frame that is too long or no frame is refused`() {
    var decoder = FrameDecoder()
    decoder.append([255, 255, 255, 255])
    #expect(throws: FrameError.self) { try decoder.next() }
    var other = FrameDecoder()
    other.append([2, 0, 0, 0, 65, 66])
    #expect(throws: FrameError.self) { try other.next() }
  }

  @Test func `progress says done, total, rate, time left and the note`() {
    let progress = WorkProgress(title: "training", done: 250, total: 1000, unit: "images", rate: 12.5, note: "loss 1.2")
    #expect(progress.line == "training: 250/1000 images, 25 %, 12.5 images/s, 1 min 0 s left, loss 1.2")
  }
}
