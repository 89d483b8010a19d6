internal import Basics
internal import Testing
internal import _TestSupport

struct JSONRoundTripTests {
  @Test func `every short text is read back from its quoted form`() throws {
    let count = withEvery("text", in: texts(of: "\"\\/\n\t\u{1}aé\u{301}😀", upTo: 3)) { text in
      let back = try JSON(parsing: JSON.quoted(text).utf8).string
      try hold(back?.unicodeScalars.elementsEqual(text.unicodeScalars) == true, "read back as \(back ?? "nothing")")
    }
    #expect(count == 1111)
  }

  /// Every tree of three levels whose lists and objects have at most two members.
  private static let trees: [JSON] = {
    let leaves: [JSON] = [.null, .bool(true), .number("1"), .number("-0.5"), .string("a\"")]
    func next(_ values: [JSON]) -> [JSON] {
      let lists = words(of: values, upTo: 2)
      return values + lists.map { .array($0) }
        + lists.map { .object(zip(["b", "a"], $0).map { JSON.Member($0, $1) }) }
    }
    return next(Array(next(leaves).prefix(40)))
  }()

  @Test func `every small tree is read back from both of its forms`() {
    let count = withEvery("tree", in: Self.trees) { tree in
      let line = tree.canonical
      let back = try JSON(parsing: line.utf8)
      try hold(back.canonical == line, "written again as \(back.canonical)")
      try hold(!line.contains("\n") && !line.contains(" "), "the line has white space: \(line)")
      try hold(try JSON(parsing: tree.pretty.utf8).canonical == line, "the form for people is another value")
    }
    #expect(count == 40 + 2 * (1 + 40 + 1600))
  }

  @Test func `whatever bytes there are, a text is refused or is a value that is read back`() {
    let bytes = Array("[]{}:,\"1-.e0 ".utf8)
    var accepted = 0
    let count = withEvery("bytes", in: words(of: bytes, upTo: 4)) { bytes in
      let value: JSON
      do throws(JSON.Failure) { value = try JSON(parsing: bytes) } catch {
        try hold((0...bytes.count).contains(error.offset), "\(error)")
        return
      }
      accepted += 1
      try hold(try JSON(parsing: value.canonical.utf8).canonical == value.canonical, value.canonical)
    }
    #expect(count == 1 + 13 + 169 + 2197 + 28561)
    // Counted by hand for at most two bytes: 1, 0, [], {}, "", 11, 10, -1, -0, and each digit with a space on one side.
    #expect(accepted > 13)
    func isValue(_ text: String) -> Bool { (try? JSON(parsing: text.utf8)) != nil }
    #expect(words(of: bytes, upTo: 2).filter { (try? JSON(parsing: $0)) != nil }.count == 13)
    #expect(!isValue("01") && !isValue("1.") && !isValue(".1") && !isValue("1e") && !isValue("[1,]") && isValue("1e00"))
  }
}
