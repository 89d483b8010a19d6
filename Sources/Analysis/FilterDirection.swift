// Random directions that mean as much in one network as in another. Li et al., Visualizing the Loss Landscape of Neural
// Nets, NeurIPS 2018, arXiv:1712.09913, §4.
//
//     dᵢ ← dᵢ/‖dᵢ‖·‖wᵢ‖ for each filter i: a kernel's weights for one output channel, a row of the linear weight

internal import Networks
public import Tensors

/// Filter-normalised random directions in weight space.
public enum FilterDirection {
  /// Normal draws, scaled to the norm of the filter they move; scales, shifts and biases do not move (the authors' option
  /// `biasbn`). The same key gives the same direction up to the norms.
  public static func random(for parameters: NamedVector, key: RandomKey) -> NamedVector {
    var direction = NamedVector(parameters.layout)
    for (i, entry) in parameters.layout.entries.enumerated() where entry.shape.rank >= 2 {
      var stream = key.split(i).stream
      let size = entry.shape.count / entry.shape[0]
      for start in stride(from: entry.offset, to: entry.range.upperBound, by: size) {
        let filter = start..<start + size
        for j in filter { direction.values[j] = stream.normal() }
        let factor = Float(norm(parameters.values[filter]) / norm(direction.values[filter]))
        for j in filter { direction.values[j] *= factor }
      }
    }
    return direction
  }

  private static func norm(_ values: ArraySlice<Float>) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}
