// What printing says of the paper's recipes and curves.

extension PaperRecipe: CustomStringConvertible {
  /// "baseline (table 1): Baseline".
  public var description: String { "\(name) (table \(table)): \(label)" }
}

extension PublishedCurve: CustomStringConvertible {
  /// "published curve of baseline, 21 losses".
  public var description: String { "published curve of \(recipe), \(losses.count) losses" }
}
