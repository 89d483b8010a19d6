internal import Figures
internal import Images
import Testing
internal import Workbench

struct DrawKeyTests {
  private func figure(_ y: [Double], dash: Dash = .solid) -> Figure {
    Figure(x: .linear("x"), y: .linear("y")) { Line(x: [1, 2], y: y, dash: dash) }
  }

  @Test func `the draw key changes with numbers and with style, the numbers' key with numbers alone`() throws {
    let key = try #require(try figure([1, 2]).drawKey())
    #expect(key.key.count == 64 && key.numbers?.count == 64)
    #expect(try figure([1, 2]).drawKey() == key)
    let dashed = try #require(try figure([1, 2], dash: .dashed).drawKey())
    #expect(dashed.key != key.key && dashed.numbers == key.numbers)
    let other = try #require(try figure([1, 3]).drawKey())
    #expect(other.key != key.key && other.numbers != key.numbers)
  }

  @Test func `a figure that only its files can name has no key before`() throws {
    struct Own: FigureOutput {
      func writeFiles(directory: String, name: String, key: String) throws -> [String] { [] }
    }
    #expect(try Own().drawKey() == nil)
  }
}
