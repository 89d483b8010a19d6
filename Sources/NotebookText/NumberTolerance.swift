// How much a number of an output may move before it counts as another number.

internal import YAML

/// `|new − old| ≤ absolute + relative · |old|`, stated in the notebook beside the cell that makes the numbers.
package struct NumberTolerance: Hashable, Sendable {
  package var relative: Double
  package var absolute: Double
  /// Instead of the two for a series (a line's name, a table's column).
  package var series: [String: NumberTolerance]

  /// What holds where a cell states nothing: the digits that a float32 sum keeps from one processor to the next.
  package static let standard = NumberTolerance(relative: 1e-4, absolute: 1e-7)

  package init(relative: Double, absolute: Double, series: [String: NumberTolerance] = [:]) {
    self.relative = relative
    self.absolute = absolute
    self.series = series
  }

  /// The tolerance of one series.
  package func of(_ name: String) -> NumberTolerance { series[name] ?? self }

  /// How far apart the numbers are, in tolerances: up to 1 is within. Two NaN are no distance apart.
  package func excess(_ old: Double, _ new: Double) -> Double {
    if old == new || (old.isNaN && new.isNaN) { return 0 }
    let distance = abs(new - old)
    guard distance.isFinite else { return .infinity }
    let allowed = absolute + relative * abs(old)
    return allowed > 0 ? distance / allowed : .infinity
  }

  package var description: String { "rtol \(relative), atol \(absolute)" }
}

extension YAMLReader {
  /// `{ rtol: 1e-3, atol: 1e-4, series: { "PGD-10": { rtol: 0.01 } } }`; what is left out is the standard's, in a
  /// series that of the cell.
  func tolerance(_ node: YAMLNode) throws(NotebookError) -> NumberTolerance {
    try tolerance(node, within: .standard, what: "\"tolerance\"", keys: ["rtol", "atol", "series"])
  }

  private func tolerance(
    _ node: YAMLNode, within outer: NumberTolerance, what: String, keys: [String]
  ) throws(NotebookError) -> NumberTolerance {
    var result = NumberTolerance(relative: outer.relative, absolute: outer.absolute)
    var series: YAMLNode?
    for (key, value) in try mapping(node, what: what) {
      let name = try name(key)
      switch name {
      case "rtol" where keys.contains(name): result.relative = try notNegative(value, of: name)
      case "atol" where keys.contains(name): result.absolute = try notNegative(value, of: name)
      case "series" where keys.contains(name): series = value
      default: throw error(key, unknown("part of \(what)", name, known: keys))
      }
    }
    guard let series else { return result }
    for (key, value) in try mapping(series, what: "\"series\"") {
      let name = try name(key)
      result.series[name] = try tolerance(value, within: result, what: "series \"\(name)\"", keys: ["rtol", "atol"])
    }
    return result
  }

  private func notNegative(_ node: YAMLNode, of key: String) throws(NotebookError) -> Double {
    let value = try number(node, of: key)
    guard value >= 0 else { throw error(node, "\"\(key)\" must be 0 or more") }
    return value
  }
}
