// Where attacks start. Each row draws from its own key.

package import Objectives
package import Tensors

extension PGD {
  /// The start that `goal` asks for, else the attack's own; `state` holds the clean images before.
  package func start(
    _ state: inout PGDState, for goal: AttackGoal, clean: Tensor, key: RandomKey, indices: ArraySlice<Int>,
    threads: Int = 1
  ) {
    if let deviation = goal.noise {
      threatModel.addNoise(
        to: &state.images, deviation: deviation, clean: clean, key: key, indices: indices, threads: threads)
    } else {
      start(&state, clean: clean, key: key, indices: indices, threads: threads)
    }
  }
}

extension ThreatModel {
  /// x = P(x₀ + deviation·n) with the projection P, n standard normal and drawn from the key of each image's index;
  /// `images` holds the clean images before.
  package func addNoise(
    to images: inout Tensor, deviation: Float, clean: Tensor, key: RandomKey, indices: ArraySlice<Int>, threads: Int = 1
  ) {
    forEachRow(&images, clean, threads: threads) { row, x, clean, d in
      var stream = key.split(indices[indices.startIndex + row]).stream
      for j in 0..<d { x[j] += deviation * stream.normal() }
      project(x, clean: clean, count: d)
    }
  }

  /// Uniform starts in the ball, clipped to [0, 1], image i from `keys(i)`.
  func startInBall(
    _ images: inout Tensor, clean: Tensor, threads: Int, keys: @Sendable (_ row: Int) -> RandomKey
  ) {
    forEachRow(&images, clean, threads: threads) { row, x, clean, d in
      startInBall(x, clean: clean, count: d, keys(row))
    }
  }

  /// Calls `body` for each image of `images` with its pixels, those of the clean one, and their number.
  private func forEachRow(
    _ images: inout Tensor, _ clean: Tensor, threads: Int,
    _ body: @Sendable (_ row: Int, UnsafeMutablePointer<Float>, UnsafePointer<Float>, _ count: Int) -> Void
  ) {
    let (n, d) = (clean.shape[0], clean.stride0)
    images.elements.withUnsafeMutableBufferPointer { x in
      clean.elements.withUnsafeBufferPointer { clean in
        guard n > 0 else { return }
        nonisolated(unsafe) let (x, clean) = (x.baseAddress!, clean.baseAddress!)
        parallelFor(n, threads: threads) { row, _ in body(row, x + row * d, clean + row * d, d) }
      }
    }
  }

  /// A uniform start in the ball, clipped to [0, 1].
  ///
  ///     linf   x = clip(x₀ + ε·(2U − 1))
  ///     l2     a direction of normals, length ε·U^(1/d)
  private func startInBall(
    _ x: UnsafeMutablePointer<Float>, clean x0: UnsafePointer<Float>, count d: Int, _ key: RandomKey
  ) {
    var stream = key.stream
    switch norm {
    case .linf:
      for j in 0..<d { x[j] = min(max(x0[j] + stream.uniform(-epsilon, epsilon), 0), 1) }
    case .l2:
      var square = 0.0
      for j in 0..<d {
        x[j] = stream.normal()
        square += Double(x[j] * x[j])
      }
      let radius = Double(epsilon) * Maths.pow(Double(stream.uniform()), 1 / Double(d))
      let factor = square > 0 ? Float(radius / square.squareRoot()) : 0
      for j in 0..<d { x[j] = min(max(x0[j] + x[j] * factor, 0), 1) }
    }
  }

  /// A random start on the surface of the ball, clipped to [0, 1].
  ///
  ///     linf   t = 2U − 1;        x = clip(x₀ + ε·t/max|t|)
  ///     l2     t = normal draws;  x = clip(x₀ + ε·t/‖t‖)
  ///
  /// - Parameter scale: factor on ε.
  func startOnSurface(_ images: inout Tensor, clean: Tensor, row: Int, _ key: RandomKey, scale: Float = 1) {
    let d = clean.stride0
    var stream = key.stream
    images.elements.withUnsafeMutableBufferPointer { x in
      clean.elements.withUnsafeBufferPointer { x0 in
        let x = x.baseAddress! + row * d
        let x0 = x0.baseAddress! + row * d
        var length = 0.0
        for j in 0..<d {
          x[j] = norm == .linf ? stream.uniform(-1, 1) : stream.normal()
          length = norm == .linf ? max(length, Double(abs(x[j]))) : length + Double(x[j]) * Double(x[j])
        }
        if norm == .l2 { length = length.squareRoot() }
        let factor = epsilon * scale / Float(length + 1e-12)
        for j in 0..<d { x[j] = min(max(x0[j] + factor * x[j], 0), 1) }
        project(x, clean: x0, count: d)
      }
    }
  }
}
