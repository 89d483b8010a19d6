// What the Square attack tries next. Andriushchenko et al., ECCV 2020, arXiv:1912.00049, Algorithms 2 and 3.

internal import Tensors

/// Makes candidates for one image at a time.
struct SquareProposal {
  let threatModel: ThreatModel
  let channels: Int, height: Int, width: Int
  /// The L2 pattern of the last side that was asked for.
  private var pattern: (side: Int, values: [Float]) = (0, [])

  init(threatModel: ThreatModel, imageShape: Shape) {
    self.threatModel = threatModel
    (channels, height, width) = (imageShape[0], imageShape[1], imageShape[2])
  }

  private var epsilon: Float { threatModel.epsilon }
  private var count: Int { channels * height * width }

  /// The place of a pixel in an image.
  private func at(_ channel: Int, _ row: Int, _ column: Int) -> Int { (channel * height + row) * width + column }

  /// The first candidate.
  ///
  ///     linf   vertical stripes of ±ε, one sign a column and channel
  ///     l2     a grid of patterns of side ⌊h/5⌋, one sign a tile and channel, scaled to length ε
  mutating func begin(_ x: UnsafeMutablePointer<Float>, clean: UnsafePointer<Float>, stream: inout RandomStream) {
    switch threatModel.norm {
    case .linf:
      for c in 0..<channels {
        for column in 0..<width {
          let change = sign(&stream) * epsilon
          for row in 0..<height {
            let j = at(c, row, column)
            x[j] = min(max(clean[j] + change, 0), 1)
          }
        }
      }
    case .l2:
      for j in 0..<count { x[j] = 0 }
      let side = max(min(height, width) / 5, 1)
      for top in stride(from: (height % side) / 2, through: height - side, by: side) {
        for left in stride(from: (width % side) / 2, through: width - side, by: side) {
          let isTransposed = stream.uint32() & 1 == 1
          for c in 0..<channels {
            let s = sign(&stream)
            for a in 0..<side {
              for b in 0..<side { x[at(c, top + a, left + b)] = s * value(side, a, b, isTransposed) }
            }
          }
        }
      }
      finish(x, clean: clean)
    }
  }

  /// A candidate that differs from `best` in a square.
  ///
  ///     linf   side √(p·h·w); one sign a channel, a step of 2ε clipped to the ball
  ///     l2     side the next odd number, at least 3; the perturbation of a second square is moved to the first, where
  ///            its direction is mixed with a pattern, together with the length that is still unused
  mutating func propose(
    _ x: UnsafeMutablePointer<Float>, best: UnsafePointer<Float>, clean: UnsafePointer<Float>, share: Double,
    stream: inout RandomStream
  ) {
    // √(p·h·w), rounded to even as the reference rounds it.
    let side = Int((share * Double(height * width)).squareRoot().rounded(.toNearestOrEven))
    switch threatModel.norm {
    case .linf:
      let side = max(min(side, height, width), 1)
      let top = place(height - side, &stream)
      let left = place(width - side, &stream)
      for j in 0..<count { x[j] = best[j] }
      for c in 0..<channels {
        let change = sign(&stream) * 2 * epsilon
        for row in top..<top + side {
          for column in left..<left + side {
            let j = at(c, row, column)
            x[j] = min(max(min(max(best[j] + change, clean[j] - epsilon), clean[j] + epsilon), 0), 1)
          }
        }
      }
    case .l2:
      proposeL2(x, best: best, clean: clean, side: max(side, 3), stream: &stream)
    }
  }

  private mutating func proposeL2(
    _ x: UnsafeMutablePointer<Float>, best: UnsafePointer<Float>, clean: UnsafePointer<Float>, side: Int,
    stream: inout RandomStream
  ) {
    let largest = min(height, width)
    var side = min(side + (side % 2 == 0 ? 1 : 0), largest)
    if side % 2 == 0 && side > 1 { side -= 1 }
    let (top, left) = (place(height - side, &stream), place(width - side, &stream))
    let (top2, left2) = (place(height - side, &stream), place(width - side, &stream))
    // x holds the perturbation δ until `finish`.
    var whole = 0.0  // ‖δ‖²
    for j in 0..<count {
      x[j] = best[j] - clean[j]
      whole += Double(x[j]) * Double(x[j])
    }
    let both = squareLength(x, side: side, (top, left), (top2, left2))
    // Length of the new square in a channel: √(max(ε² − ‖δ‖², 0)/C + ‖δ in both‖²).
    let unused = max(Double(epsilon) * Double(epsilon) - whole, 0)
    let length = (unused / Double(channels) + both).squareRoot()
    let fresh = mixed(x, side: side, top, left, length: length, stream: &stream)
    for c in 0..<channels {
      for a in 0..<side { for b in 0..<side { x[at(c, top2 + a, left2 + b)] = 0 } }
    }
    for c in 0..<channels {
      for a in 0..<side {
        for b in 0..<side { x[at(c, top + a, left + b)] = fresh[(c * side + a) * side + b] }
      }
    }
    finish(x, clean: clean)
  }

  /// ‖δ‖² in the union of two squares of one side, given by row and column of their corners.
  private func squareLength(
    _ x: UnsafePointer<Float>, side: Int, _ first: (top: Int, left: Int), _ second: (top: Int, left: Int)
  ) -> Double {
    var both = 0.0
    for c in 0..<channels {
      for a in 0..<side {
        for b in 0..<side {
          let v = Double(x[at(c, first.top + a, first.left + b)])
          both += v * v
          let (row, column) = (second.top + a, second.left + b)
          let isInFirst =
            row >= first.top && row < first.top + side && column >= first.left && column < first.left + side
          let v2 = isInFirst ? 0 : Double(x[at(c, row, column)])
          both += v2 * v2
        }
      }
    }
    return both
  }

  /// What a square becomes: `[C, side, side]`, its direction mixed with a pattern, of length `length` a channel.
  private mutating func mixed(
    _ x: UnsafePointer<Float>, side: Int, _ top: Int, _ left: Int, length: Double, stream: inout RandomStream
  ) -> [Float] {
    let isTransposed = stream.uint32() & 1 == 1
    var fresh = [Float](repeating: 0, count: channels * side * side)
    for c in 0..<channels {
      var old = 0.0
      for a in 0..<side {
        for b in 0..<side {
          let v = Double(x[at(c, top + a, left + b)])
          old += v * v
        }
      }
      let factor = 1 / Float(1e-12 + old.squareRoot())
      let s = sign(&stream)
      var square = 0.0
      for a in 0..<side {
        for b in 0..<side {
          let v = s * value(side, a, b, isTransposed) + x[at(c, top + a, left + b)] * factor
          fresh[(c * side + a) * side + b] = v
          square += Double(v) * Double(v)
        }
      }
      let scale = Float(length / (1e-12 + square.squareRoot()))
      for i in c * side * side..<(c + 1) * side * side { fresh[i] *= scale }
    }
    return fresh
  }

  /// x ← clip(x₀ + ε·δ/‖δ‖), where x holds δ.
  private func finish(_ x: UnsafeMutablePointer<Float>, clean: UnsafePointer<Float>) {
    var square = 0.0
    for j in 0..<count { square += Double(x[j]) * Double(x[j]) }
    let factor = epsilon / Float(square.squareRoot() + 1e-12)
    for j in 0..<count { x[j] = min(max(clean[j] + x[j] * factor, 0), 1) }
    threatModel.project(x, clean: clean, count: count)
  }

  private func sign(_ stream: inout RandomStream) -> Float { stream.uint32() & 1 == 1 ? 1 : -1 }

  /// ⌊U·room⌋: the reference never takes the last place, unless it is the only one.
  private func place(_ room: Int, _ stream: inout RandomStream) -> Int {
    let u = stream.uniform()
    return max(min(Int(u * Float(room)), room - 1), 0)
  }

  /// Row `a`, column `b` of the pattern η of a side: two rectangular bumps of opposite sign, of length 1 together.
  private mutating func value(_ side: Int, _ a: Int, _ b: Int, _ isTransposed: Bool) -> Float {
    if pattern.side != side { pattern = (side, Self.pattern(side)) }
    return isTransposed ? pattern.values[b * side + a] : pattern.values[a * side + b]
  }

  static func pattern(_ side: Int) -> [Float] {
    let upper = bump(side / 2, side)
    let lower = bump(side - side / 2, side).map { -$0 }
    let all = upper + lower
    let length = all.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return all.map { Float($0 / length) }
  }

  /// Rings around the middle, ring k adding 1/k² to all within, scaled to length 1; `rows`·`columns` values.
  private static func bump(_ rows: Int, _ columns: Int) -> [Double] {
    var values = [Double](repeating: 0, count: rows * columns)
    let rings = max(rows / 2 + 1, columns / 2 + 1)
    for ring in 0..<rings {
      // The ring's square begins `ring` places before the middle and has 2·ring + 1 places, cut to the rectangle.
      let (top, left) = (rows / 2 - ring, columns / 2 - ring)
      for a in max(top, 0)..<max(min(top + 2 * ring + 1, rows), max(top, 0)) {
        for b in max(left, 0)..<max(min(left + 2 * ring + 1, columns), max(left, 0)) {
          values[a * columns + b] += 1 / Double((ring + 1) * (ring + 1))
        }
      }
    }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? values.map { $0 / length } : values
  }
}
