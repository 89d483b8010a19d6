// A mark that the library does not know: curves of equal value on a grid. One file, as anyone would add it.

import Figures

/// Curves along which the numbers of a grid have given values, each in its colour of a colour bar.
struct Contour: FigureMark {
  static let kind = "contour lines"

  /// Rising places of the columns.
  var x: Numbers
  /// Rising places of the rows.
  var y: Numbers
  /// Row by row, first the row of the lowest y.
  var values: Numbers
  /// The values of the curves.
  var levels: [Double]
  var label: String?

  var isInLegend: Bool { false }
  var styleSource: StyleSource { .none }
  var colorBar: ColorBar? { ColorBar(.viridis, showing: values, label: label) }

  func extentX(in panel: Panel) -> AxisExtent { extent(x) }
  func extentY(in panel: Panel) -> AxisExtent { extent(y) }

  private func extent(_ places: Numbers) -> AxisExtent {
    AxisExtent(places, exact: places.values.first.map { $0...places.values[places.count - 1] })
  }

  func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    guard let bar = colorBar else { return }
    for level in levels {
      let path = segments(at: level).reduce(Path()) { path, segment in
        guard let a = plot.point(segment.0.x, segment.0.y), let b = plot.point(segment.1.x, segment.1.y) else {
          return path
        }
        return path + .segment(a, b)
      }
      if !path.elements.isEmpty { canvas.stroke(path, Stroke(bar.color(of: level), width: style.width)) }
    }
  }

  func rows(in panel: Panel) -> [FigureRow] {
    values.values.indices.map { i in
      FigureRow(x: x.values[i % x.count], y: y.values[i / x.count], value: values.values[i])
    }
  }

  /// Marching squares: in each cell, straight lines between the edges that the curve crosses.
  func segments(at level: Double) -> [((x: Double, y: Double), (x: Double, y: Double))] {
    var result: [((x: Double, y: Double), (x: Double, y: Double))] = []
    for row in 0..<max(0, y.count - 1) {
      for column in 0..<max(0, x.count - 1) {
        let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map { dx, dy in
          (
            x: x.values[column + dx], y: y.values[row + dy],
            value: values.values[(row + dy) * x.count + column + dx] - level
          )
        }
        let crossings = zip(corners, corners.dropFirst() + corners.prefix(1)).compactMap {
          a, b -> (x: Double, y: Double)? in
          guard (a.value < 0) != (b.value < 0) else { return nil }
          let t = a.value / (a.value - b.value)
          return (a.x + t * (b.x - a.x), a.y + t * (b.y - a.y))
        }
        for i in stride(from: 0, to: crossings.count - 1, by: 2) { result.append((crossings[i], crossings[i + 1])) }
      }
    }
    return result
  }
}

/// How often numbers fall where, as a shape of that width about each place; the middle half is a bar.
struct Violin: FigureMark {
  static let kind = "violin"

  var x: Double
  var numbers: Numbers
  var label: String?
  var color: Color?

  func restyle(_ style: inout SeriesStyle) { style.color = color ?? style.color }
  func extentX(in panel: Panel) -> AxisExtent { AxisExtent([x], ends: [x - 0.5, x + 0.5]) }
  func extentY(in panel: Panel) -> AxisExtent { AxisExtent(numbers) }

  func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    let sorted = numbers.values.sorted()
    guard sorted.count > 1, let middle = plot.x(x), let edge = plot.x(x + 0.4) else { return }
    // The width at the number of rank r is highest in the middle: 4·r·(1 − r).
    let half = sorted.enumerated().compactMap { rank, number -> (width: Double, y: Double)? in
      let share = Double(rank) / Double(sorted.count - 1)
      return plot.y(number).map { (4 * share * (1 - share) * (edge - middle), $0) }
    }
    canvas.fill(
      .polygon(
        half.map { Point(middle + $0.width, $0.y) } + half.reversed().map { Point(middle - $0.width, $0.y) }),
      style.color)
    plot.drawErrorBar(
      from: sorted[sorted.count / 4], to: sorted[sorted.count * 3 / 4], x: middle, color: .black, on: &canvas)
  }

  func rows(in panel: Panel) -> [FigureRow] { numbers.values.map { FigureRow(x: x, value: $0) } }
}
