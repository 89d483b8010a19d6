import Figures
import Foundation
import Testing

@Suite struct FigureTests {
  private func record(_ figure: Figure) throws -> RecordingCanvas {
    var canvas = RecordingCanvas()
    try figure.draw(on: &canvas)
    return canvas
  }

  /// The plot area: what is drawn into first.
  private func clip(_ commands: [DrawingCommand]) -> Rect? {
    for case .clip(let plot) in commands { return plot }
    return nil
  }

  /// Where the last text stands, if that is the last command.
  private func lastText(_ commands: [DrawingCommand]) -> Point? {
    if case .text(_, let place, _, _, _)? = commands.last { place } else { nil }
  }

  private func strokes(_ canvas: RecordingCanvas, _ color: Color) -> [Path] {
    canvas.commands.compactMap { if case .stroke(let path, let s) = $0, s.color == color { path } else { nil } }
  }

  private func lines(_ canvas: RecordingCanvas, _ color: Color) -> [Int] {
    strokes(canvas, color).map(\.elements.count)
  }

  @Test func aLineIsGridThenClippedStrokeThenFrameThenLabels() throws {
    let figure = Figure(
      width: 100, height: 80, x: .linear(from: 0, to: 1, ticks: [0, 1]), y: .linear(from: 0, to: 1, ticks: [0, 0.5, 1])
    ) {
      Line(x: [0, 1], y: [0, 1], color: .red, width: 2)
    }
    let theme = figure.theme
    let canvas = try record(figure)
    // Tick labels are 8 pt: 4.8 wide a character, 5.6 high. Left 6 + 3 + 3 + 3 · 4.8, right 6 + 2.4, top 6 + 2.8,
    // bottom 6 + 3 + 3 + 5.6 + 1.
    let left = 26.4
    let right = 91.6
    let top = 8.8
    let bottom = 61.4
    guard canvas.commands.count == 10, case .clip(let clip) = canvas.commands[1],
      case .stroke(let line, let stroke) = canvas.commands[2], case .stroke(let frame, _) = canvas.commands[4]
    else {
      Issue.record("\(canvas.commands)")
      return
    }
    func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-9 }
    #expect(close(clip.x, left) && close(clip.maxX, right) && close(clip.y, top) && close(clip.maxY, bottom))
    #expect(line == .segment(Point(clip.x, clip.maxY), Point(clip.x + clip.width, clip.maxY - clip.height)))
    #expect(stroke == Stroke(.red, width: 2))
    #expect(canvas.commands[3] == .unclip)
    // The frame is drawn on quarters of a point: sharp at two pixels a point.
    #expect(frame.elements.prefix(2) == [.move(Point(26.25, 8.75)), .line(Point(91.75, 8.75))])
    #expect(frame.elements.count == 5 + 2 * 2 + 3 * 2)
    #expect(canvas.texts == ["0", "0.5", "1", "0", "1"])
    guard case .text(_, let place, let font, let color, 0) = canvas.commands[6] else {
      Issue.record("\(canvas.commands[6])")
      return
    }
    #expect(close(place.x, 26.4 - 6 - 14.4) && close(place.y, 35.1 + 2.8))
    #expect(font == Font(size: 8) && color == theme.textColor)
  }

  @Test func gapsBreakALineAndALoneNumberIsADot() throws {
    let y: [Double?] = [1, 2, nil, 3, 4, 5, .nan, 6]
    let canvas = try record(
      Figure(x: .linear(), y: .linear()) { Line(x: 0..<8, y: y, color: .red, marker: Marker.none) })
    #expect(lines(canvas, .red) == [2, 3])
    let dots = canvas.commands.filter { if case .fill(_, .red) = $0 { true } else { false } }
    #expect(dots.count == 1)
  }

  @Test func infinityIsAGapAndLeavesTheRangeAlone() throws {
    let figure = Figure(x: .linear(), y: .linear()) { Line(x: 0..<3, y: [1, .infinity, 2], label: "a", color: .red) }
    #expect(try record(figure).texts.contains("1.0"))
  }

  @Test func nonPositiveValuesOnALogarithmicAxisAreAnErrorThatNamesThem() {
    let figure = Figure(x: .linear(), y: .log("Loss")) { Line(x: 0..<3, y: [1, 0.5, 0], label: "Baseline") }
    #expect(throws: FigureError.nonPositive(axis: "Loss", series: "Baseline", index: 2, value: 0)) {
      try record(figure)
    }
    #expect(
      FigureError.nonPositive(axis: "Loss", series: "Baseline", index: 2, value: 0).description.contains(
        "series \"Baseline\", value 2"))
  }

  @Test func nonPositiveValuesAreGapsIfAskedFor() throws {
    let figure = Figure(x: .linear(), y: .log("Loss", nonPositive: .gap)) {
      Line(x: 0..<5, y: [1, 0.5, 0, 2, 3], color: .red)
    }
    #expect(lines(try record(figure), .red) == [2, 2])
  }

  @Test func errorBarsAndBandsMayReachBelowALogarithmicAxis() throws {
    let figure = Figure(x: .linear(), y: .log("Loss")) {
      Points(x: [1, 2], y: [1, 2], error: [1.5, 0.1], color: .red)
      Band(x: [1, 2], lower: [-1, 0.5], upper: [1, 2], color: .blue)
    }
    #expect(try record(figure).commands.count > 6)
  }

  @Test func aRangeWithNothingInsideIsAnError() {
    for axis in [Axis.log("Loss", from: 0), .linear("Loss", from: 2, to: 1), .log("Loss", from: -3, to: -1)] {
      #expect(throws: FigureError.self) { try record(Figure(x: .linear(), y: axis) { Line(x: [0], y: [1]) }) }
    }
  }

  @Test func anEmptyFigureHasFramesAndNoSeries() throws {
    #expect(try record(Figure(x: .linear("a"), y: .log("b")) {}).texts.suffix(2) == ["a", "b"])
    #expect(try record(Figure {}).commands.isEmpty)
    #expect(try Figure(x: .linear(), y: .linear()) { Line(x: [Double](), y: [Double](), label: "x") }.png().count > 100)
  }

  @Test func onePointIsShownInTheMiddle() throws {
    let canvas = try record(Figure(width: 200, height: 100, x: .linear(), y: .log()) { Points(x: [3], y: [7]) })
    let circles = canvas.commands.compactMap { command -> Point? in
      if case .fill(let path, _) = command, case .circle(let center, _)? = path.elements.first { center } else { nil }
    }
    let plot = try #require(clip(canvas.commands))
    #expect(circles.count == 1)
    #expect(abs(circles[0].x - plot.center.x) < 1e-6 && abs(circles[0].y - plot.center.y) < 1e-6)
  }

  @Test func aFigureTooSmallForItsLabelsIsAnError() {
    #expect(throws: FigureError.self) { try record(Figure(width: 30, height: 300, x: .linear(), y: .linear()) {}) }
  }

  @Test func theBuilderTakesLoopsAndConditions() {
    let isShown = false
    let figure = Figure(x: .linear(), y: .linear()) {
      for seed in 0..<3 { Line(x: [0, 1], y: [seed, seed + 1], label: "seed \(seed)") }
      if isShown { Rule(y: 0) }
      if let first = [1].first { Rule(x: Double(first)) } else { Rule(x: 2) }
    }
    #expect(figure.panels[0].marks.map(\.label) == ["seed 0", "seed 1", "seed 2", nil])
  }

  @Test func everySeriesOfThePrintThemeDiffersInColourDashAndMarker() {
    let figure = Gallery.landscape(theme: .print)
    let styles = SeriesStyle.resolve(figure)[0]
    #expect(Set(styles.map(\.color)).count == 4)
    #expect(styles.map(\.color) == [.black, .red, .blue, .green])
    #expect(Set(styles.map(\.dash)).count == 4)
    #expect(Set(styles.map(\.marker)).count == 4)
  }

  @Test func aNameKeepsItsLookInEveryPanel() {
    let figure = Figure {
      Panel {
        Line(x: [0], y: [1], label: "a")
        Line(x: [0], y: [1], label: "b")
      }
      Panel {
        Line(x: [0], y: [1], label: "b")
        Line(x: [0], y: [1], label: "c")
        Line(x: [0], y: [1], label: "a")
      }
    }
    let styles = SeriesStyle.resolve(figure).map { $0.map(\.index) }
    #expect(styles == [[0, 1], [1, 2, 0]])
  }

  @Test func textBreaksAtSpacesAndInsideLongWords() {
    let canvas = RecordingCanvas()  // 6 points a character at 10 points
    let font = Font(size: 10)
    #expect(TextBlock("one two three", font: font, width: 42, on: canvas).lines == ["one two", "three"])
    #expect(TextBlock("abcdefgh i", font: font, width: 24, on: canvas).lines == ["abcd", "efgh", "i"])
    #expect(TextBlock("H-JS, α = 0.3", font: font, width: 60, on: canvas).lines == ["H-JS,", "α = 0.3"])
    #expect(TextBlock("a\nb", font: font, on: canvas).lines == ["a", "b"])
    #expect(TextBlock("", font: font, on: canvas).height == 0)
  }

  @Test func labelsOfAnAxisDoNotOverlap() throws {
    for width in stride(from: 90.0, through: 600, by: 30) {
      let figure = Figure(width: width, height: 200, x: .linear("x", 0...123_456), y: .linear("y")) {
        Line(x: [0, 123_456], y: [0, 1])
      }
      let canvas = try record(figure)
      var ends: [Double: Double] = [:]
      for case .text(let text, let place, let font, _, 0) in canvas.commands {
        let last = ends[place.y] ?? -.infinity
        #expect(place.x > last, "\(text) at width \(width)")
        ends[place.y] = place.x + canvas.extents(of: text, font: font).width
        #expect(place.x >= 0 && ends[place.y]! <= width, "\(text) leaves the figure at width \(width)")
      }
    }
  }

  @Test func theLegendAvoidsCurvesAndGoesBelowWhereItCannot() throws {
    // A rising line leaves the top left free.
    let rising = Figure(x: .linear(), y: .linear()) { Line(x: [0, 1], y: [0, 1], label: "rising", color: .red) }
    let canvas = try record(rising)
    let place = try #require(lastText(canvas.commands))
    let plot = try #require(clip(canvas.commands))
    #expect(place.x < plot.center.x && place.y < plot.center.y)
    // A comb leaves nothing free.
    let comb = Figure(x: .linear(), y: .linear()) {
      Line(x: 0..<200, y: (0..<200).map { $0 % 2 }, label: "comb", color: .red)
    }
    let below = try #require(try lastText(record(comb).commands))
    #expect(below.y > 280)
  }

  @Test func figuresSurviveEncoding() throws {
    for figure in [Gallery.panels, Gallery.bars, Gallery.landscape(theme: .print)] {
      let data = try JSONEncoder().encode(figure)
      #expect(try JSONDecoder().decode(Figure.self, from: data) == figure)
    }
  }
}
