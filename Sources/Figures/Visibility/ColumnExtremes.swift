// M4: of the points of a line in one column of pixels, the first, the lowest, the highest and the last draw the same
// pixels as all of them. Jugel, Jerzak, Hackenbroich & Markl, PVLDB 7(10), 2014.

/// The finest detail that is drawn, and how many places are drawn as they are.
enum Visibility {
  /// Side in points (1/72 inch) of the squares in which places are told apart: 288 an inch, twice as fine as a PNG's
  /// pixels unless its scale is larger.
  static let detail = 0.25
  /// Marks of up to this many places are drawn exactly, whatever can be seen of them.
  static let limit = 5_000

  /// Indices, rising, of the points that draw the curve: of each run of successive points in one column the first, the
  /// last, and those where one of the heights is least and greatest. All heights are as many as `x`.
  ///
  /// Only points that follow one another are taken together, so that curves which turn back stay what they are.
  static func columnExtremes(x: [Double], heights: [[Double]]) -> [Int] {
    var kept: [Int] = []
    var start = 0
    while start < x.count {
      let column = (x[start] / detail).rounded(.down)
      var end = start + 1
      while end < x.count, (x[end] / detail).rounded(.down) == column { end += 1 }
      var run = [start, end - 1]
      if end - start > 2 {
        for height in heights { run += extremes(of: height, in: start..<end) }
        run.sort()
      }
      for index in run where kept.last != index { kept.append(index) }
      start = end
    }
    return kept
  }

  /// Where the height is least and greatest.
  private static func extremes(of height: [Double], in range: Range<Int>) -> [Int] {
    var low = range.lowerBound
    var high = low
    for index in range {
      if height[index] < height[low] { low = index }
      if height[index] > height[high] { high = index }
    }
    return [low, high]
  }

  /// The curve through as few points as show it at 288 columns an inch.
  static func thinned(_ curve: [Point]) -> [Point] {
    if curve.count <= 2 { return curve }
    return columnExtremes(x: curve.map(\.x), heights: [curve.map(\.y)]).map { curve[$0] }
  }
}
