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

  /// Nothing drawn yet by lines that wide: a line fills each square that it crosses, since their sides are a third of it.
  init(_ rect: Rect, opacity: Double, lineWidth: Double) {
    self.init(rect, opacity: opacity, detail: max(Visibility.detail, lineWidth / 3))
  }

  /// Notes the straight lines and says whether they show anything new.
  mutating func adds(lines: [(Point, Point)]) -> Bool {
    var isNew = false
    for line in lines where !isNew { isNew = isUncovered(line) }
    if isNew { for line in lines { cover(line) } }
    return isNew
  }

  /// Notes the squares that a marker covers and says whether those that it reaches show anything new.
  mutating func adds(marker: (reaches: SquaresInDisc, covers: SquaresInDisc), at center: Point) -> Bool {
    let isNew = isUncovered(marker.reaches, at: center)
    if isNew { cover(marker.covers, at: center) }
    return isNew
  }
}

/// The squares with their middles in a disc about the middle of a square.
struct SquaresInDisc {
  /// Half the width of each row beside its middle square, from the row of the lowest y on.
  fileprivate let halves: [Int]

  /// Radius and side of the squares in points.
  init(radius: Double, detail: Double) {
    let r = max(0, radius / detail)
    let most = Int(r)
    halves = (-most...most).map { Int(max(0, r * r - Double($0 * $0)).squareRoot()) }
  }
}

extension InkCoverage {
  private func isUncovered(_ disc: SquaresInDisc, at center: Point) -> Bool {
    layers.withUnsafeBufferPointer { layers in
      for squares in self.squares(disc, at: center) {
        for square in squares where layers[square] < enough { return true }
      }
      return false
    }
  }

  private mutating func cover(_ disc: SquaresInDisc, at center: Point) {
    let (rows, enough) = (squares(disc, at: center), enough)
    layers.withUnsafeMutableBufferPointer { layers in
      for squares in rows {
        for square in squares where layers[square] < enough { layers[square] += 1 }
      }
    }
  }

  /// The disc's squares in the plot, row by row.
  private func squares(_ disc: SquaresInDisc, at center: Point) -> [Range<Int>] {
    let column = Int(((center.x - origin.x) / detail).rounded(.down))
    let first = Int(((center.y - origin.y) / detail).rounded(.down)) - disc.halves.count / 2
    var result: [Range<Int>] = []
    result.reserveCapacity(disc.halves.count)
    for (i, half) in disc.halves.enumerated() where first + i >= 0 && first + i < rows {
      let (left, right) = (max(0, column - half), min(columns, column + half + 1))
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
