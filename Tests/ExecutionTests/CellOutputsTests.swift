internal import Execution
import Testing

struct CellOutputsTests {
  private func text(_ outputs: [CellOutput]) -> String {
    outputs.map { if case .text(_, let text) = $0 { text } else { "" } }.joined()
  }

  @Test func `what is short is kept as it came`() {
    var outputs = CellOutputs()
    outputs.append(Array("a\n".utf8), on: .standardOutput)
    outputs.append(.markdown("b"))
    outputs.append(.text(.standardOutput, "c"))
    #expect(outputs.outputs == [.text(.standardOutput, "a\n"), .markdown("b"), .text(.standardOutput, "c")])
  }

  @Test(arguments: [1, 7, 4096, 1 << 20])
  func `of long text the beginning and the end are kept, with a notice between, however it is cut`(piece: Int) {
    let lines = (0..<100_000).map { "line \($0)" }.joined(separator: "\n") + "\n"
    let bytes = Array(lines.utf8)
    var outputs = CellOutputs()
    var start = 0
    while start < bytes.count {
      outputs.append(Array(bytes[start..<min(start + piece, bytes.count)]), on: .standardOutput)
      start += piece
    }
    let found = outputs.outputs
    #expect(found.count == 3)
    guard found.count == 3, case .text(.standardOutput, let head) = found[0],
      case .text(.standardError, let notice) = found[1], case .text(.standardOutput, let tail) = found[2]
    else { return }
    #expect(lines.hasPrefix(head) && head.hasSuffix("\n") && head.utf8.count > CellOutputs.headLimit - 100)
    #expect(lines.hasSuffix(tail) && tail.hasPrefix("line ") && tail.utf8.count <= CellOutputs.tailLimit)
    #expect(tail.utf8.count > CellOutputs.tailLimit - 100)
    let dropped = bytes.count - head.utf8.count - tail.utf8.count
    #expect(notice.hasPrefix("[\(dropped) bytes of this cell's output are left out here: "))
  }

  @Test func `figures between long texts are all kept, and text that fits to the byte is whole`() {
    var outputs = CellOutputs()
    let whole = [UInt8](repeating: 97, count: CellOutputs.headLimit + CellOutputs.tailLimit)
    outputs.append(whole, on: .standardOutput)
    #expect(text(outputs.outputs).utf8.count == whole.count && outputs.outputs.count == 1)
    for number in 0..<10 {
      outputs.append(.figure(name: "f\(number)", files: []))
      outputs.append(whole, on: number % 2 == 0 ? .standardOutput : .standardError)
    }
    let found = outputs.outputs
    #expect(found.filter { !$0.isText }.count == 10)
    #expect(text(found).utf8.count <= CellOutputs.headLimit + CellOutputs.tailLimit + 200)
  }

  @Test func `one line without an end is cut at characters`() {
    var outputs = CellOutputs()
    for _ in 0..<300_000 { outputs.append(Array("€".utf8), on: .standardOutput) }
    let found = text(outputs.outputs)
    #expect(found.utf8.count < 400_000 && !found.contains("\u{FFFD}"))
  }
}
