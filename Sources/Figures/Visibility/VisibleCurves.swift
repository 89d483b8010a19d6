// Curves of more points than can be seen, as far as they can.

extension PlotArea {
  /// The curve through few enough points for paper: one in each quarter of a point (1/72 inch) of its way, or the first,
  /// the lowest, the highest and the last where it goes up and down there. A curve of up to 5,000 points stays as it is.
  public func thinned(_ stretch: [Point]) -> [Point] {
    stretch.count <= Visibility.limit ? stretch : Visibility.thinned(stretch)
  }

  /// What draws the stretches of a curve: strokes of one piece or several. Up to `Visibility.limit` points in all each
  /// stretch is a stroke; of more, only what can be seen of them is left.
  func strokes(of stretches: [[Point]], style: SeriesStyle) -> [[[Point]]] {
    if Self.count(stretches) <= Visibility.limit { return stretches.map { [$0] } }
    let thin = stretches.map(Visibility.thinned)
    let isOpaque = style.color.opacity >= 1
    // A curve that rises along x is now short enough; one that wanders, or has gaps everywhere, may not be.
    let wanders = Self.count(thin) > 4 * Visibility.limit
    let strokes = wanders ? uncovered(thin, style) : thin.map { [$0] }
    // Crossings within a stroke cost the square of their number. Opaque ones may be drawn one after another; dashes
    // begin anew with each, which is seen where they can be told apart.
    return isOpaque && (wanders || style.dash == .solid) ? Self.parted(strokes) : strokes
  }

  /// Lines of the stretches that tell where the curve is: all of up to `Visibility.limit` points, else some.
  func lines(of stretches: [[Point]]) -> [(Point, Point)] {
    func all(_ stretches: [[Point]]) -> [(Point, Point)] { stretches.flatMap { zip($0, $0.dropFirst()) } }
    if Self.count(stretches) <= Visibility.limit { return all(stretches) }
    let lines = all(stretches.map(Visibility.thinned))
    return stride(from: 0, to: lines.count, by: max(1, lines.count / 2_000)).map { lines[$0] }
  }

  /// Draws one stroke of these pieces.
  func draw(_ pieces: [[Point]], _ stroke: Stroke, on canvas: inout some Canvas) {
    if stroke.color.opacity < 1, Self.count(pieces) > Visibility.limit, let mask = mask(of: pieces, stroke: stroke) {
      canvas.image(mask.image, in: mask.place)
    } else {
      canvas.stroke(.lines(pieces), stroke)
    }
  }

  private static func count(_ pieces: [[Point]]) -> Int { pieces.reduce(0) { $0 + $1.count } }

  /// The stretches without the lines that run where others have already been.
  private func uncovered(_ stretches: [[Point]], _ style: SeriesStyle) -> [[[Point]]] {
    let opacity = style.color.opacity
    var shared = InkCoverage(rect, opacity: opacity, lineWidth: style.width)
    return stretches.compactMap { stretch in
      let pieces: [[Point]]
      if opacity >= 1 {
        pieces = Self.pieces(stretch, new: &shared)
      } else if stretch.count <= Visibility.limit / 10 {
        // Strokes that let others through add up, so that one is drawn as a whole or not at all.
        let lines = stretch.count == 1 ? [(stretch[0], stretch[0])] : Array(zip(stretch, stretch.dropFirst()))
        pieces = shared.adds(lines: lines) ? [stretch] : []
      } else {
        // One stroke covers once, however often it crosses itself.
        var own = InkCoverage(rect, opacity: 1, lineWidth: style.width)
        pieces = Self.pieces(stretch, new: &own)
      }
      return pieces.isEmpty ? nil : pieces
    }
  }

  /// The parts of a stretch that show anything new.
  private static func pieces(_ stretch: [Point], new coverage: inout InkCoverage) -> [[Point]] {
    if stretch.count == 1 { return coverage.adds(lines: [(stretch[0], stretch[0])]) ? [stretch] : [] }
    var pieces: [[Point]] = []
    var continues = false
    for (a, b) in zip(stretch, stretch.dropFirst()) {
      let isNew = coverage.adds(lines: [(a, b)])
      if isNew, continues {
        pieces[pieces.count - 1].append(b)
      } else if isNew {
        pieces.append([a, b])
      }
      continues = isNew
    }
    return pieces
  }

  /// The same lines as strokes of about 150 points. Parts of one piece share a line, so that they are joined as before.
  static func parted(_ strokes: [[[Point]]]) -> [[[Point]]] {
    let most = 150
    var result: [[[Point]]] = []
    var room = 0
    for piece in strokes.joined() {
      var start = 0
      repeat {
        let end = min(start + most, piece.count)
        let part = Array(piece[start..<end])
        // A lone point is a dot and not a line.
        if part.count > room || part.count == 1 || result.last?.last?.count == 1 {
          result.append([part])
          room = most - part.count
        } else {
          result[result.count - 1].append(part)
          room -= part.count
        }
        if end == piece.count { break }
        start = end - 2
      } while true
    }
    return result
  }
}

extension Path {
  /// Straight lines through the points of each piece.
  static func lines(_ pieces: [[Point]]) -> Path {
    Path(pieces.flatMap { Path.polyline($0).elements })
  }
}
