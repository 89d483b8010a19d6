// What is already drawn: where a further line or marker would change nothing.

/// How many layers of ink lie on each square of a plot.
///
/// What is left out because of it differs by about a square from what is drawn.
struct InkCoverage {
  /// Side of the squares in points (1/72 inch).
  let detail: Double
  private let origin: Point
  private let columns: Int
  private let rows: Int
  private var layers: [UInt8]
  /// Layers through which what lies below is not seen.
  private let enough: UInt8

  /// Nothing drawn in the rectangle yet; what lies outside of it does not count. A layer covers as much as `opacity` says.
  init(_ rect: Rect, opacity: Double, detail: Double = Visibility.detail) {
    self.detail = detail
    origin = Point(rect.x, rect.y)
    columns = max(1, Int((rect.width / detail).rounded(.up)))
    rows = max(1, Int((rect.height / detail).rounded(.up)))
    layers = Array(repeating: 0, count: columns * rows)
    var shown = 1.0
    var count: UInt8 = 0
    // Half a step of eight bits: (1 − opacity)ⁿ < 1/512.
    while count < 255, shown >= 1.0 / 512 {
      shown *= 1 - min(max(opacity, 0), 1)
      count += 1
    }
    enough = count
  }

  /// Nothing drawn yet by lines that wide: a line nearly fills each square that it crosses, since it is twice as wide.
  init(_ rect: Rect, opacity: Double, lineWidth: Double) {
    self.init(rect, opacity: opacity, detail: max(Visibility.detail, lineWidth / 2))
  }

  /// Notes the straight lines and says whether they show anything new.
  mutating func adds(lines: [(Point, Point)]) -> Bool {
    var isNew = false
    for line in lines where !isNew { isNew = isUncovered(line) }
    if isNew { for line in lines { cover(line) } }
    return isNew
  }

  /// Notes the squares of a marker and says whether they show anything new.
  mutating func adds(_ shape: ConvexSquares, at center: Point) -> Bool {
    let isNew = isUncovered(shape, at: center)
    if isNew { cover(shape, at: center) }
    return isNew
  }
}

/// The squares with their middles in a convex shape about the middle of a square.
struct ConvexSquares {
  /// The first row and, from there on, the columns of each row beside the middle square.
  fileprivate let firstRow: Int
  fileprivate let rows: [ClosedRange<Int>?]

  /// A shape within `radius` of its middle (0, 0); it and the side of the squares are in points.
  init(radius: Double, detail: Double, contains: (Point) -> Bool) {
    let most = Int(max(0, radius / detail))
    firstRow = -most
    rows = (-most...most).map { row in
      let columns = (-most...most).filter { contains(Point(Double($0) * detail, Double(row) * detail)) }
      guard let first = columns.first, let last = columns.last else { return nil }
      return first...last
    }
  }
}

extension InkCoverage {
  private func isUncovered(_ shape: ConvexSquares, at center: Point) -> Bool {
    layers.withUnsafeBufferPointer { layers in
      for squares in self.squares(shape, at: center) {
        for square in squares where layers[square] < enough { return true }
      }
      return false
    }
  }

  private mutating func cover(_ shape: ConvexSquares, at center: Point) {
    let (rows, enough) = (squares(shape, at: center), enough)
    layers.withUnsafeMutableBufferPointer { layers in
      for squares in rows {
        for square in squares where layers[square] < enough { layers[square] += 1 }
      }
    }
  }

  /// The shape's squares in the plot, row by row.
  private func squares(_ shape: ConvexSquares, at center: Point) -> [Range<Int>] {
    let column = Int(((center.x - origin.x) / detail).rounded(.down))
    let first = Int(((center.y - origin.y) / detail).rounded(.down)) + shape.firstRow
    var result: [Range<Int>] = []
    result.reserveCapacity(shape.rows.count)
    for (i, wide) in shape.rows.enumerated() where first + i >= 0 && first + i < rows {
      guard let wide else { continue }
      let (left, right) = (max(0, column + wide.lowerBound), min(columns, column + wide.upperBound + 1))
      if left < right { result.append((first + i) * columns + left..<(first + i) * columns + right) }
    }
    return result
  }
}

extension InkCoverage {
  /// Places along a line, in squares times 2¹⁶.
  private struct Walk {
    var x: Int
    var y: Int
    let stepX: Int
    let stepY: Int
    let count: Int
  }

  private func isUncovered(_ line: (Point, Point)) -> Bool {
    guard var walk = walk(along: line) else { return false }
    return layers.withUnsafeBufferPointer { layers in
      for _ in 0...walk.count {
        if layers[(walk.y >> 16) * columns + walk.x >> 16] < enough { return true }
        walk.x += walk.stepX
        walk.y += walk.stepY
      }
      return false
    }
  }

  private mutating func cover(_ line: (Point, Point)) {
    guard var walk = walk(along: line) else { return }
    let (columns, enough) = (columns, enough)
    layers.withUnsafeMutableBufferPointer { layers in
      for _ in 0...walk.count {
        let square = (walk.y >> 16) * columns + walk.x >> 16
        if layers[square] < enough { layers[square] += 1 }
        walk.x += walk.stepX
        walk.y += walk.stepY
      }
    }
  }

  /// The part of the line inside, a square at a time; `nil` if all of it is outside.
  private func walk(along line: (Point, Point)) -> Walk? {
    let start = Point((line.0.x - origin.x) / detail, (line.0.y - origin.y) / detail)
    let change = Point((line.1.x - line.0.x) / detail, (line.1.y - line.0.y) / detail)
    // From and to are fractions of the line.
    var (from, to) = (0.0, 1.0)
    for (position, change, end) in [(start.x, change.x, Double(columns)), (start.y, change.y, Double(rows))] {
      if change == 0 {
        if position < 0 || position >= end { return nil }
      } else {
        from = max(from, min(-position / change, (end - position) / change))
        to = min(to, max(-position / change, (end - position) / change))
      }
    }
    if from > to { return nil }
    func whole(_ value: Double, _ count: Int) -> Int { min(max(Int(value * 65536), 0), count << 16 - 1) }
    let count = max(1, Int((max(abs(change.x), abs(change.y)) * (to - from)).rounded(.up)))
    let (x, y) = (whole(start.x + from * change.x, columns), whole(start.y + from * change.y, rows))
    let (endX, endY) = (whole(start.x + to * change.x, columns), whole(start.y + to * change.y, rows))
    // Divided towards zero, so that the walk ends before the last place rather than behind it.
    return Walk(x: x, y: y, stepX: (endX - x) / count, stepY: (endY - y) / count, count: count)
  }
}
