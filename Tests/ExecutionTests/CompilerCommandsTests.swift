internal import Execution
internal import NotebookText
import Testing

struct CompilerCommandsTests {
  @Test(arguments: [
    ("a b", ["a", "b"]), ("'a b' c", ["a b", "c"]), ("\"a\" \"b c\"", ["a", "b c"]), ("a\\ b", ["a b"]),
    ("-X'y z'w", ["-Xy zw"]), ("  a  ", ["a"]), ("''", [""]), ("\"a\\\"b\"", ["a\"b"]),
  ])
  func `a line is cut into words as a shell does`(line: String, words: [String]) {
    #expect(CompilerCommands.words(Substring(line)) == words)
  }

  @Test func `files and the level of optimisation take the place of their marks`() {
    let commands = CompilerCommands(
      compile: ["swift-frontend", "-Onone", "%source", "-o", "%output"],
      link: ["ld", "%objects", "-o", "%output", "-lm"])
    #expect(
      commands.compile("a.swift", to: "a.o", isOptimized: true) == ["swift-frontend", "-O", "a.swift", "-o", "a.o"])
    #expect(commands.link(["a.o", "b.o"], ["-lx"], to: "p") == ["ld", "a.o", "b.o", "-lx", "-o", "p", "-lm"])
  }

  /// Whatever stands in the place of an object file is refused or read, and never trapped on.
  @Test func `bytes that are no object file are none`() {
    #expect(ObjectFile(bytes: []).linkerOptions == nil && ObjectFile(bytes: []).undefinedSymbols == nil)
    var header: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1] + [UInt8](repeating: 0xFF, count: 300)
    for place in 6..<64 {
      for value: UInt8 in [0, 1, 64, 0xFF] {
        header[place] = value
        _ = ObjectFile(bytes: header).linkerOptions
        _ = ObjectFile(bytes: header).undefinedSymbols
      }
    }
    #expect(ObjectFile(bytes: header).linkerOptions == nil)
  }

  @Test(arguments: [
    "exp", "powf", "memcpy", "swift_retain", "$sSS10FoundationE6format_S2Sh_s7CVarArg_pdtcfC",
    "$s9Workbench8notebookAA",
    "$sSd1poiyS2d_SdtFZ", "notebook_part_0",
  ])
  func `what computes from its arguments is harmless`(symbol: String) { #expect(OutsideCalls.isHarmless(symbol)) }

  @Test(arguments: [
    "fopen", "read", "time", "rand", "getenv", "arc4random", "clock_gettime", "system", "$s10Foundation4DateVACycfC",
    "$sSo13NSFileManagerC10FoundationE", "$sSS10FoundationE14contentsOfFile8encodingS",
    "$s20FoundationEssentials4UUIDVACycfC",
    "$sSy10FoundationE5write6toFile", "$s8Dispatch0A4TimeV3now", "environ", "gettimeofday",
  ])
  func `what may look at the world is not`(symbol: String) { #expect(!OutsideCalls.isHarmless(symbol)) }
}

struct ProgramPartsTests {
  private func notebook(_ count: Int) throws -> Notebook {
    try Notebook(
      text: (0..<count).map { "```swift\nlet a\($0) = 1\n```\n\n`{swift} a\($0)`\n" }.joined(separator: "\n"),
      path: "x.md")
  }

  @Test func `few cells are one file, many are several that import those before them`() throws {
    #expect(try Program(notebook(Program.partSize(isOptimized: false))).parts == nil)
    let program = try Program(notebook(2 * Program.partSize(isOptimized: false) + 1))
    let parts = try #require(program.parts)
    #expect(parts.count == 3)
    #expect(parts.map { $0.split(separator: "\n").count { $0.hasPrefix("@testable import") } } == [0, 1, 2])
    #expect(!parts[0].contains("finish()") && parts[2].contains("finish()"))
  }

  @Test func `the parts have every line of the whole, in order`() throws {
    let program = try Program(notebook(2 * Program.partSize(isOptimized: false) + 1))
    func body(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { !$0.contains("import ") }
    }
    #expect(try #require(program.parts).flatMap(body) == body(program.source))
  }
}
