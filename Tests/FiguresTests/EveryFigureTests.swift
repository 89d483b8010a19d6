import Figures
import Foundation
import Images
import Testing
import _TestSupport

/// Small spaces, searched whole.
@Suite struct EveryFigureTests {
  /// Each mark with and without what is optional, gaps and numbers ≤ 0 included.
  private static let marks: [Mark] = [
    Line(x: [1, 2, 3, 4], y: [0.5, nil, 2, 3] as [Float?], label: "a", color: .black, dash: .dashed, marker: .square)
      .mark,
    Line(x: [0, 1], y: [-1, 5]).mark,
    Band(x: [0, 1, 2], lower: [0.1, -1, 1], upper: [0.2, 2, 3], label: "a").mark,
    Points(x: [1, 2, 3], y: [2.0, 3, 4], error: [0.5, 3, 5], label: "b", color: .red, marker: .cross).mark,
    Points(x: [1, 2.5], y: [2, 1], label: "a").mark,
    Bars([0.5, 0.25, 0.9], error: [0.125, 0.0, 0.05], label: "c", values: .percent(1)).mark,
    Bars([-0.5, 3, nil], label: "b", values: .automatic).mark,
    Rule(y: 0.5, label: "d", color: .black).mark,
    Rule(x: 3).mark,
    Annotation("two\nlines", x: 1, y: 2, side: .left).mark,
    HeatMap(x: [0, 1, 2], y: [1, 5], values: [0.25, nil, 2, 3, 4, 0], label: "e", scale: .log10).mark,
    Violin(x: 1, numbers: [1, 2, 3], label: "f").mark,
  ]
  private static let axes: [(x: Axis, y: Axis)] = [
    (.linear("x"), .linear("y")), (.log("x", nonPositive: .gap), .log("y", nonPositive: .gap)),
    (.categories(["one", "two", "three"]), .linear("y")), (.linear("x", -3...5), .linear("y", from: -1)),
  ]

  @Test func `any two marks on any axes draw, name themselves once, and give their numbers back`() throws {
    withEvery("first", in: Self.marks.indices) { i in
      withEvery("second", in: Self.marks.indices) { j in
        withEvery("axes", in: Self.axes.indices) { k in
          let marks = [Self.marks[i], Self.marks[j]]
          let figure = Figure(x: Self.axes[k].x, y: Self.axes[k].y) { marks }
          var canvas = RecordingCanvas()
          if figure.panels[0].y.scale == .log10, marks.contains(where: { $0.content is HeatMap }) {
            #expect(throws: FigureError.self, Every.place) { try figure.draw(on: &canvas) }
            return
          }
          try figure.draw(on: &canvas)
          #expect(canvas.commands.count { $0 == .unclip } == 1, Every.place)
          // What looks alike under one name is named once.
          for mark in marks where mark.label != nil {
            let named = canvas.texts.count { $0 == mark.label }
            #expect((1...2).contains(named), Every.place)
            if i == j { #expect(named == 1, Every.place) }
          }
          let series = try FigureNumbers(csv: figure.csv()).series
          let rows = marks.map { $0.content.rows(in: figure.panels[0]).count }
          #expect(series.map(\.x.count).reduce(0, +) == rows.reduce(0, +), Every.place)
          let decoder = JSONDecoder()
          decoder.userInfo[.markTypes] = [Violin.self] as [any FigureMark.Type]
          let back = try decoder.decode(Figure.self, from: JSONEncoder().encode(figure))
          #expect(back == figure, Every.place)
        }
      }
    }
  }

  @Test func `in any order of four, a name has one look and a band its neighbour's`() {
    let kinds: [Mark] = [
      Line(x: [0], y: [1], label: "a").mark, Points(x: [0], y: [1], label: "b").mark, Line(x: [0], y: [1]).mark,
      Band(x: [0], lower: [0], upper: [1]).mark, Rule(y: 0).mark,
    ]
    withEvery("order", in: 0..<625) { number in
      let order = [number % 5, number / 5 % 5, number / 25 % 5, number / 125]
      let styles = SeriesStyle.resolve(Figure(x: .linear(), y: .linear()) { order.map { kinds[$0] } })[0]
      for (i, kind) in order.enumerated() {
        switch kind {
        case 0, 1:
          for (j, other) in order.enumerated() where other < 3 {
            #expect((styles[i].index == styles[j].index) == (kind == other), Every.place)
          }
        case 3:
          let neighbor =
            order.indices.first { $0 > i && order[$0] < 3 } ?? order.indices.last { $0 < i && order[$0] < 3 }
          #expect(styles[i].color == (neighbor.map { styles[$0].color } ?? Color.okabeIto[0]), Every.place)
        case 4: #expect(styles[i].color == .gray && styles[i].marker == .none, Every.place)
        default: break
        }
      }
    }
  }

  @Test func `every marker stays within a third more than its size, and is centred`() throws {
    withEvery("marker", in: Marker.allCases) { marker in
      withEvery("size", in: [1, 4.6, 20] as [Double]) { size in
        var style = SeriesStyle(.standard, index: 0)
        style.marker = marker
        style.markerSize = size
        var canvas = RecordingCanvas()
        style.drawMarker(at: Point(50, 50), on: &canvas)
        #expect(canvas.commands.isEmpty == (marker == .none), Every.place)
        for ink in canvas.commands.flatMap(Ink.of) {
          let offset = Point(abs(ink.place.x - 50), abs(ink.place.y - 50))
          #expect(max(offset.x, offset.y) <= size * 0.67, Every.place)
        }
      }
    }
  }

  @Test func `a number and its place on an axis undo each other`() {
    withEvery("scale", in: [AxisScale.linear, .log10]) { scale in
      withEvery("low", in: [1e-3, 0.5, 1, 7] as [Double]) { low in
        withEvery("factor", in: [1.01, 2, 1e6] as [Double]) { factor in
          withEvery("step", in: 0...10) { step in
            let (fraction, range) = (Double(step) / 10, low...low * factor)
            let value = scale.value(at: fraction, in: range)
            // A few roundings of the larger end, over the length of a range of a hundredth.
            #expect(abs(scale.fraction(of: value, in: range)! - fraction) < 1e-12, Every.place)
          }
        }
      }
    }
  }
}
