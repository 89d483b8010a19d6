// The nearest point of a hyperplane within the box [0, 1]. Croce & Hein, ICML 2020, arXiv:1907.02044, §2.2.

extension Norm {
  /// Overwrites `d` with the shortest step for which w·(x + d) = w·x − c and x + d stays in [0, 1].
  ///
  ///     linf   dᵢ = −s·sign(wᵢ)·min(r, roomᵢ)          with Σ |wᵢ|·min(r, roomᵢ) = |c|
  ///     l2     dᵢ = −s·sign(wᵢ)·min(r·|wᵢ|, roomᵢ)     with Σ |wᵢ|·min(r·|wᵢ|, roomᵢ) = |c|
  ///
  /// s is the sign of c and roomᵢ is how far x may move in that direction. The left sides are increasing, concave and
  /// piecewise linear in r, so that Newton's method from r = 0 climbs to the solution without passing it and ends after
  /// finitely many steps, exactly, at the piece that sorting the breakpoints would find. Where the hyperplane is out of
  /// reach every pixel moves as far as it may.
  ///
  /// - Parameters:
  ///   - d: `count` floats, none of them shared with the others.
  ///   - x: the point, in [0, 1].
  ///   - w: the hyperplane's normal.
  ///   - c: the value of the linear function at x that d takes to 0.
  /// - Returns: the length of d.
  @discardableResult
  package func stepToHyperplane(
    _ d: UnsafeMutablePointer<Float>, x: UnsafePointer<Float>, w: UnsafePointer<Float>, c: Double, count: Int
  ) -> Double {
    let s: Float = c >= 0 ? 1 : -1
    let target = abs(c)
    // d holds the rooms until r is known.
    for j in 0..<count {
      let v = s * w[j]
      d[j] = v < 0 ? 1 - x[j] : (v > 0 ? x[j] : 0)
    }
    let r = reach(rooms: d, w: w, target: target, count: count)
    let bound = Float(r)
    var length = 0.0
    for j in 0..<count {
      let v = s * w[j]
      let reach = bound.isInfinite ? d[j] : min(self == .linf ? bound : bound * abs(v), d[j])
      d[j] = v > 0 ? -reach : (v < 0 ? reach : 0)
      length = self == .linf ? max(length, Double(reach)) : length + Double(reach) * Double(reach)
    }
    return self == .linf ? length : length.squareRoot()
  }

  /// r of `stepToHyperplane`, infinite if the sum never comes to `target`.
  private func reach(
    rooms: UnsafePointer<Float>, w: UnsafePointer<Float>, target: Double, count: Int
  ) -> Double {
    var r = 0.0
    for _ in 0..<count + 1 {
      // Σ = slope·r + clamped on the piece that holds r.
      var slope = 0.0
      var clamped = 0.0
      let bound = Float(r)
      switch self {
      case .linf:
        for j in 0..<count {
          let size = abs(w[j])
          let isFree = rooms[j] > bound
          slope += Double(isFree ? size : 0)
          clamped += Double(isFree ? 0 : size * rooms[j])
        }
      case .l2:
        for j in 0..<count {
          let size = abs(w[j])
          let isFree = rooms[j] > bound * size
          slope += Double(isFree ? size * size : 0)
          clamped += Double(isFree ? 0 : size * rooms[j])
        }
      }
      if !(slope > 0) { return .infinity }
      let next = (target - clamped) / slope
      if !(next > r * (1 + 1e-7)) { break }  // half a unit in the last place of a Float: the same piece
      r = next
    }
    return r
  }
}
