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

  /// Upright lines of a given width, which the library does not know.
  private struct Stems: FigureMark {
    static let kind = "stems"
    var y: Numbers
    var width: Double
    private var x: Numbers { Numbers(0..<y.count) }

    func extentX(in panel: Panel) -> AxisExtent { AxisExtent(x) }
    func extentY(in panel: Panel) -> AxisExtent { AxisExtent(y, standsOnZero: true) }
    func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
      for (x, y) in zip(x.values, y.values) {
        guard let top = plot.point(x, y), let foot = plot.point(x, 0) else { continue }
        canvas.stroke(.segment(foot, top), Stroke(style.color, width: width))
      }
    }
    func rows(in panel: Panel) -> [FigureRow] { FigureRow.rows(x: x, y: y) }
  }

  /// The same numbers under the same kind, drawn by other code.
  private struct Dots: FigureMark {
    static let kind = "stems"
    var y: Numbers
    var width: Double

    func extentX(in panel: Panel) -> AxisExtent { AxisExtent(Numbers(0..<y.count)) }
    func extentY(in panel: Panel) -> AxisExtent { AxisExtent(y, standsOnZero: true) }
    func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
      for (x, y) in y.values.enumerated() {
        if let place = plot.point(Double(x), y) { canvas.fill(.circle(place, radius: width), style.color) }
      }
    }
    func rows(in panel: Panel) -> [FigureRow] { FigureRow.rows(x: Numbers(0..<y.count), y: y) }
  }

  @Test func `the draw key of a mark from outside changes with its numbers, its look and its code`() throws {
    func key(_ mark: some FigureMark) throws -> DrawKey {
      try #require(try Figure(x: .linear("x"), y: .linear("y")) { mark }.drawKey())
    }
    let first = try key(Stems(y: [1, 2], width: 1))
    #expect(try key(Stems(y: [1, 2], width: 1)) == first)
    let numbers = try key(Stems(y: [1, 3], width: 1))
    #expect(numbers.key != first.key && numbers.numbers != first.numbers)
    let look = try key(Stems(y: [1, 2], width: 2))
    #expect(look.key != first.key && look.numbers == first.numbers)
    let code = try key(Dots(y: [1, 2], width: 1))
    #expect(code.key != first.key && code.numbers == first.numbers)
  }

  @Test func `the draw key of the library's marks is that of their encoding alone`() throws {
    // Published records hold such keys.
    let figure = Figure(width: 100, height: 80, x: .linear("x", 0...1), y: .log("y")) {
      Line(x: [0, 1], y: [0.5, 2], label: "a", color: .black)
      Rule(x: 0.5)
    }
    #expect(try figure.drawKey()?.key == "aaf96fab42274b3489bd2ce8cc3d829079a69b064a2c0caf18f7faa89cb0497f")
  }

  @Test func `a figure that only its files can name has no key before`() throws {
    struct Own: FigureOutput {
      func writeFiles(directory: String, name: String, key: String) throws -> [String] { [] }
    }
    #expect(try Own().drawKey() == nil)
  }
}
