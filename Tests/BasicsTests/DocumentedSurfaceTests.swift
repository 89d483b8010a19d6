internal import Foundation
internal import Testing

/// What a module gives to others is explained where it is declared: every `public` declaration has a `///` above it.
struct DocumentedSurfaceTests {
  @Test func `every public declaration has a doc comment`() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    var bare: [String] = []
    var count = 0
    for file in FileManager.default.enumerator(atPath: sources.path)?.compactMap({ $0 as? String }) ?? []
    where file.hasSuffix(".swift") {
      let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
      let found = Self.publicDeclarations(text)
      count += found.count
      bare += found.filter { !$0.isDocumented }.map { "\(file):\($0.line)" }
    }
    #expect(count > 1500, "the sources were not found")
    #expect(bare.isEmpty, "without a doc comment: \(bare.sorted().joined(separator: ", "))")
  }

  /// Lines that declare something `public`, attributes aside, with whether a line of `///` stands above.
  private static func publicDeclarations(_ text: String) -> [(line: Int, isDocumented: Bool)] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }
    return lines.indices.filter { isPublicDeclaration(lines[$0]) }.map { index in
      var above = index - 1
      while above >= 0, lines[above].hasPrefix("@") { above -= 1 }
      return (index + 1, above >= 0 && lines[above].hasPrefix("///"))
    }
  }

  private static func isPublicDeclaration(_ line: Substring) -> Bool {
    let kinds = [
      "func", "var", "let", "struct", "class", "enum", "protocol", "init", "subscript", "typealias", "actor",
    ]
    guard line.hasPrefix("public ") || line.hasPrefix("@") else { return false }
    var words = line.split(whereSeparator: { !$0.isLetter && $0 != "@" })
    while words.first?.hasPrefix("@") == true { words.removeFirst() }
    return words.first == "public" && words.prefix(5).contains { kinds.contains(String($0)) }
      && !words.contains("import")
  }

  @Test func `declarations are told from other lines`() {
    for line in [
      "public let a: Int", "public private(set) var b = 1", "@inlinable public static func f() {", "public init(",
      "public subscript(i: Int) -> Int", "public final class C {", "public enum E {",
    ] { #expect(Self.isPublicDeclaration(Substring(line)), "\(line)") }
    for line in ["public import Basics", "let a = 1", "package func f()", "// public let a", "extension A {"] {
      #expect(!Self.isPublicDeclaration(Substring(line)), "\(line)")
    }
    #expect(
      Self.publicDeclarations("/// A.\n@frozen\npublic struct A {\n\n  public let b = 1\n").map(\.isDocumented) == [
        true, false,
      ])
  }
}
