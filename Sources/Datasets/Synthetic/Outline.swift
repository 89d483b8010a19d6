// The outlines of the synthetic set, as integer inside-tests.

/// The ten outlines that are classes, in label order. A horizontal flip leaves each one what it is.
enum Outline: Int, CaseIterable, Sendable {
  case disc, ring, square, triangle, cross, star, heart, crescent, stripes, checker

  var name: String { "\(self)" }

  /// How far the outline may be turned from upright, as the tangent of half the angle in 1/64ths; 64 is 90°.
  var turn: Int {
    switch self {
    case .disc, .ring: 0
    case .square, .cross, .checker: 9  // ±16°
    case .triangle, .star, .heart: 11  // ±20°
    case .crescent, .stripes: 64
    }
  }

  /// Whether a point is inside the outline that fits a circle of `radius` around the origin; y grows downwards.
  ///
  /// All lengths share one unit; up to 2¹⁶ of them nothing overflows. Ratios are in 1/1024ths.
  @inline(__always)
  func contains(_ x: Int, _ y: Int, radius r: Int) -> Bool {
    switch self {
    case .disc:
      return x * x + y * y <= r * r * 870 / 1024  // 0.92²
    case .ring:
      let d = x * x + y * y
      return d <= r * r && d >= r * r * 320 / 1024  // 0.56²
    case .square:
      return max(abs(x), abs(y)) <= r * 790 / 1024
    case .triangle:
      // Equilateral, apex up: y ≤ r/2 and √3·|x| ≤ r + y.
      return 2 * y <= r && 1774 * abs(x) <= 1024 * (r + y)
    case .cross:
      let arm = r * 300 / 1024
      return max(abs(x), abs(y)) <= r && min(abs(x), abs(y)) <= arm
    case .star:
      // A pentagram is where at least four of the five half-planes n·p ≤ r·cos 72° hold; n points at the tips.
      let limit = r * 316
      var inside = -1024 * y <= limit ? 1 : 0
      if 974 * x - 316 * y <= limit { inside += 1 }
      if -974 * x - 316 * y <= limit { inside += 1 }
      if 602 * x + 828 * y <= limit { inside += 1 }
      if -602 * x + 828 * y <= limit { inside += 1 }
      return inside >= 4
    case .heart:
      // A square standing on its corner, and a disc on each of its upper sides.
      let d = r * 830 / 1024
      let down = y - (r * 150 / 1024)
      if abs(x) + abs(down) <= d { return true }
      let across = 2 * abs(x) - d
      let above = 2 * down + d
      return across * across + above * above <= 2 * d * d
    case .crescent:
      let bite = x - (r * 480 / 1024)
      return x * x + y * y <= r * r && bite * bite + y * y > r * r * 600 / 1024
    case .stripes:
      // Three bars and two gaps.
      let half = r * 860 / 1024
      return max(abs(x), abs(y)) <= half && (5 * (y + half) / (2 * half)) & 1 == 0
    case .checker:
      // Three by three cells, the corners filled.
      let half = r * 860 / 1024
      if max(abs(x), abs(y)) > half { return false }
      return (3 * (x + half) / (2 * half + 1) + 3 * (y + half) / (2 * half + 1)) & 1 == 0
    }
  }
}

/// A rotation with rational entries in 1/16384ths: exact on every machine.
struct Turn: Sendable {
  let cosine: Int
  let sine: Int

  /// The rotation whose half-angle has the tangent `t`/64: cos = (1 − t²)/(1 + t²), sin = 2t/(1 + t²).
  init(halfTangent t: Int) {
    let denominator = 4096 + t * t
    cosine = ((4096 - t * t) << 14) / denominator
    sine = ((128 * t) << 14) / denominator
  }
}
