// What is already drawn: where a further line or marker would change nothing.

/// How many layers of ink lie on each square of a plot, `Visibility.detail` points a side.
///
/// What is left out because of it differs by about a square from what is drawn.
struct InkCoverage {
  private let grid: PlotGrid
  private var layers: [UInt8]
  /// Layers through which what lies below is not seen.
  private let enough: UInt8

  /// Nothing drawn in the rectangle yet; what lies outside of it does not count. A layer covers as much as `opacity` says.
  init(_ rect: Rect, opacity: Double) {
    grid = PlotGrid(rect)
    layers = Array(repeating: 0, count: grid.columns * grid.rows)
    var shown = 1.0
    var count: UInt8 = 0
    // Half a step of eight bits: (1 − opacity)ⁿ < 1/512.
    while count < 255, shown >= 1.0 / 512 {
      shown *= 1 - min(max(opacity, 0), 1)
      count += 1
    }
    enough = count
  }

  /// Notes the straight lines and says whether they show anything new.
  mutating func adds(lines: [(Point, Point)]) -> Bool {
    let isNew = lines.contains { grid.hasSquare(on: $0) { layers[$0] < enough } }
    if isNew { for line in lines { _ = grid.hasSquare(on: line, where: { note($0) }) } }
    return isNew
  }

  /// Notes a disc of radius `covers` and says whether a shape that reaches as far as `reaches` from the same place shows
  /// anything new; both in points.
  mutating func addsDisc(at center: Point, reaches: Double, covers: Double) -> Bool {
    let isNew = grid.hasSquare(inDiscAt: center, radius: reaches) { layers[$0] < enough }
    if isNew { _ = grid.hasSquare(inDiscAt: center, radius: covers, where: { note($0) }) }
    return isNew
  }

  /// One layer more on the square; false, so that a search goes on.
  private mutating func note(_ square: Int) -> Bool {
    if layers[square] < enough { layers[square] += 1 }
    return false
  }
}

/// A plot cut into squares, counted row by row from the top left.
private struct PlotGrid {
  let origin: Point
  let columns: Int
  let rows: Int

  init(_ rect: Rect) {
    origin = Point(rect.x, rect.y)
    columns = max(1, Int((rect.width / Visibility.detail).rounded(.up)))
    rows = max(1, Int((rect.height / Visibility.detail).rounded(.up)))
  }

  /// Whether one of the squares that the line crosses is what is looked for.
  func hasSquare(on line: (Point, Point), where isWanted: (Int) -> Bool) -> Bool {
    let start = Point((line.0.x - origin.x) / Visibility.detail, (line.0.y - origin.y) / Visibility.detail)
    let step = Point((line.1.x - line.0.x) / Visibility.detail, (line.1.y - line.0.y) / Visibility.detail)
    // The part inside: from and to are fractions of the line.
    var (from, to) = (0.0, 1.0)
    for (position, change, end) in [(start.x, step.x, Double(columns)), (start.y, step.y, Double(rows))] {
      if change == 0 {
        if position < 0 || position >= end { return false }
      } else {
        from = max(from, min(-position / change, (end - position) / change))
        to = min(to, max(-position / change, (end - position) / change))
      }
    }
    if from > to { return false }
    let count = max(1, Int((max(abs(step.x), abs(step.y)) * (to - from)).rounded(.up)))
    for i in 0...count {
      let t = from + (to - from) * Double(i) / Double(count)
      let column = min(max(Int(start.x + t * step.x), 0), columns - 1)
      let row = min(max(Int(start.y + t * step.y), 0), rows - 1)
      if isWanted(row * columns + column) { return true }
    }
    return false
  }

  /// Whether one of the squares with their middles in the disc is what is looked for.
  func hasSquare(inDiscAt center: Point, radius: Double, where isWanted: (Int) -> Bool) -> Bool {
    let x = (center.x - origin.x) / Visibility.detail - 0.5
    let y = (center.y - origin.y) / Visibility.detail - 0.5
    let r = radius / Visibility.detail
    var row = max(0, (y - r).rounded(.up))
    while row <= min(y + r, Double(rows - 1)) {
      let half = max(0, r * r - (row - y) * (row - y)).squareRoot()
      var column = max(0, (x - half).rounded(.up))
      while column <= min(x + half, Double(columns - 1)) {
        if isWanted(Int(row) * columns + Int(column)) { return true }
        column += 1
      }
      row += 1
    }
    return false
  }
}
