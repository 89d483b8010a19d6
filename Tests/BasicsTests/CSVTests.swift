internal import Basics
internal import Testing
internal import _TestSupport

struct CSVRoundTripTests {
  /// A comma, a quote, both line ends, a letter and a mark that combines with the character before it.
  private static let fields = texts(of: ",\"\n\ra\u{301}", upTo: 2)

  private func read(_ rows: [[String]]) throws {
    let table = CSVTable(rows.map(CSVText.row).joined())
    let back = table.map { [$0.header] + $0.rows }
    // Swift compares strings by canonical equivalence; here every scalar counts.
    func scalars(_ rows: [[String]]?) -> [[[Unicode.Scalar]]]? { rows?.map { $0.map { Array($0.unicodeScalars) } } }
    try hold(scalars(back) == scalars(rows), "read back as \(back ?? [])")
  }

  @Test func `every two rows of one field are read back as they were`() {
    let count = withEvery("first", in: Self.fields) { a in
      withEvery("second", in: Self.fields) { b in try read([[a], [b]]) }
    }
    #expect(count == 43)
  }

  @Test func `every row of two fields is read back as it was`() {
    withEvery("row", in: words(of: Self.fields, upTo: 2).filter { $0.count == 2 }) { try read([$0]) }
  }

  @Test func `line ends of both kinds end a record`() {
    #expect(CSVTable("a\r\nb\rc\n") == CSVTable(header: ["a"], rows: [["b"], ["c"]]))
    #expect(CSVTable("a\n\nb") == CSVTable(header: ["a"], rows: [[""], ["b"]]))
    #expect(CSVTable("\"\r\n\"\r\n\"\"\r\n") == CSVTable(header: ["\r\n"], rows: [[""]]))
  }
}
