import Figures
import Foundation
import Images
import Testing

/// Marks of `Contour.swift`, which the library does not know, in figures.
@Suite struct OutsideMarkTests {
  /// The distance from the middle of a grid of 5 × 5.
  private let contour: Contour = {
    let steps: [Double] = [-2, -1, 0, 1, 2]
    let distances: [Double] = steps.flatMap { y in steps.map { x in abs(x) + abs(y) } }
    return Contour(
      x: Numbers(steps), y: Numbers(steps), values: Numbers(distances), levels: [0.5, 1.5], label: "loss")
  }()
  private let violins = [
    Violin(x: 0, numbers: [1, 2, 3, 4, 5], label: "a"), Violin(x: 1, numbers: [2, 2.5, 3, 5], label: "b"),
  ]

  private var contours: Figure { Figure(x: .linear("α"), y: .linear("β")) { contour } }
  private var shapes: Figure { Figure(x: .categories(["first", "second"]), y: .linear("y")) { violins } }

  private func record(_ figure: Figure) throws -> [DrawingCommand] {
    var canvas = RecordingCanvas()
    try figure.draw(on: &canvas)
    return canvas.commands
  }

  private func plot(_ commands: [DrawingCommand]) throws -> Rect {
    try #require(commands.lazy.compactMap { if case .clip(let plot) = $0 { plot } else { nil } }.first)
  }

  @Test func `a mark from outside spans its axes and has a colour bar`() throws {
    let commands = try record(contours)
    let plot = try plot(commands)
    // The curve at 0.5 is a square on its corner about the middle of -2...2: its right corner is at (0.5, 0).
    let right = Point(plot.x + 2.5 / 4 * plot.width, plot.center.y)
    let corners = commands.flatMap { command -> [Point] in
      guard case .stroke(let path, let stroke) = command, stroke.color == Colormap.viridis.color(at: 0.5 / 4) else {
        return []
      }
      return path.elements.compactMap {
        switch $0 {
        case .move(let point), .line(let point): point
        default: nil
        }
      }
    }
    #expect(corners.count == 8)
    #expect(corners.contains { abs($0.x - right.x) < 1e-9 && abs($0.y - right.y) < 1e-9 })
    // The colour bar is an image beside the plot, and its label stands there.
    let images = commands.compactMap { if case .image(_, let rect) = $0 { rect } else { nil } }
    #expect(images.count == 1 && images[0].x > plot.maxX)
    #expect(commands.contains { if case .text("loss", _, _, _, 90) = $0 { true } else { false } })
  }

  @Test func `marks from outside take the theme's places, and stand in the legend once each`() throws {
    let styles = SeriesStyle.resolve(shapes)[0]
    #expect(styles.map(\.color) == [Color.okabeIto[0], Color.okabeIto[1]])
    let commands = try record(shapes)
    #expect(commands.count { if case .text("a", _, _, _, _) = $0 { true } else { false } } == 1)
    // The shape, and the patch beside the name.
    #expect(commands.count { if case .fill(_, Color.okabeIto[0]) = $0 { true } else { false } } == 1)
    let patch = Color.okabeIto[0].lightened(by: 0.15)
    #expect(commands.count { if case .fill(_, patch) = $0 { true } else { false } } == 1)
    let red = Figure(x: .linear(), y: .linear()) { Violin(x: 0, numbers: [1, 2, 3], label: "a", color: .red) }
    #expect(SeriesStyle.resolve(red)[0][0].color == .red)
  }

  @Test func `a band follows a mark from outside that stands after it`() throws {
    let figure = Figure(x: .linear(), y: .linear()) {
      Line(x: [0], y: [0])
      Band(x: [0, 1], lower: [0, 0], upper: [1, 1])
      Violin(x: 0, numbers: [1, 2, 3], color: .red)
    }
    #expect(SeriesStyle.resolve(figure)[0][1].color == .red)
  }

  @Test func `a legend leaves what a mark from outside draws visible`() throws {
    // Wide at the top, once at the left, once at the right: the legend goes to the other side, by what is drawn.
    for (x, isLeft) in [(0.0, true), (1, false)] {
      let figure = Figure(x: .linear(from: -0.5, to: 1.5), y: .linear(), legend: .inside) {
        Violin(x: x, numbers: [0, 7, 8, 8, 8, 8, 8, 8], label: "violin")
      }
      let commands = try record(figure)
      let plot = try plot(commands)
      guard case .text("violin", let place, _, _, _)? = commands.last else {
        Issue.record("no legend")
        continue
      }
      #expect((place.x > plot.center.x) == isLeft, "\(place) in \(plot)")
    }
  }

  @Test func `the numbers of a mark from outside are written and read back`() throws {
    #expect(shapes.csv().hasPrefix("panel,series,kind,x,y,lower,upper,value\n1,a,violin,0.0,,,,1.0\n"))
    let numbers = try FigureNumbers(csv: contours.csv()).series
    #expect(numbers.map(\.name) == ["loss"] && numbers.map(\.kind) == ["contour lines"])
    #expect(numbers.first?.value == contour.values.values)
    #expect(contours.csv(.wide) == contours.csv(), "a contour is more than a column")
  }

  @Test func `figures with marks from outside are written in every format, twice the same`() throws {
    for figure in [contours, shapes] {
      let image = try figure.image(scale: 1)
      #expect(Set(stride(from: 0, to: image.rgba.count, by: 4).map { image.rgba[$0] }).count > 10)
      let (svg, pdf) = (try figure.svg(), try figure.pdf())
      #expect(svg.starts(with: Array("<?xml".utf8)) && pdf.starts(with: Array("%PDF".utf8)))
      #expect(try svg == figure.svg() && pdf == figure.pdf())
    }
    #expect(try contours.svg() != Figure(x: .linear("α"), y: .linear("β")) {}.svg())
  }

  @Test func `a value without a place on a logarithmic axis is named`() {
    let figure = Figure(x: .linear(), y: .log("Loss")) { Violin(x: 0, numbers: [1, 2, 0], label: "a") }
    #expect(throws: FigureError.nonPositive(axis: "Loss", series: "a", index: 2, value: 0)) { try record(figure) }
  }

  @Test func `a mark from outside is encoded under its kind, and read by who knows its type`() throws {
    let data = try JSONEncoder().encode(contours)
    #expect(String(decoding: data, as: UTF8.self).contains("{\"contourLines\":{\"_0\":{"))
    let decoder = JSONDecoder()
    let error = #expect(throws: DecodingError.self) { try decoder.decode(Figure.self, from: data) }
    #expect("\(String(describing: error))".contains("no mark is called \"contourLines\""))
    decoder.userInfo[.markTypes] = [Violin.self, Contour.self] as [any FigureMark.Type]
    #expect(try decoder.decode(Figure.self, from: data) == contours)
  }

  @Test func `marks are equal by type and content`() {
    var other = contour
    other.levels = [0.5]
    #expect(contour.mark == Mark(contour) && contour.mark != other.mark && contour.mark != violins[0].mark)
    #expect(Set([contour.mark, other.mark, contour.mark, violins[0].mark]).count == 3)
    #expect(contour.mark.isFromOutside && !Line(x: [0], y: [0]).mark.isFromOutside)
  }
}
