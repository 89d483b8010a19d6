// A row of somebody's table of robust accuracies, beside which one's own numbers stand.

internal import Basics

/// A published row: percent right without attack and after each attack of AutoAttack so far.
public struct PublishedRow: Hashable, Sendable {
  /// As it stands in the table.
  public let label: String
  /// Names of the recipes: one, or the members of an ensemble.
  public let recipes: [String]
  /// Percent, 0…100, under `columns`.
  public let accuracies: [Double]
  /// Test images that it was measured on.
  public let images: Int
  /// Training minus test robust accuracy in points, where it was published.
  public let gap: Double?

  /// Names of `accuracies`.
  public static let columns = ["Initial", "APGD-CE", "APGD-T", "FAB-T", "Square", "Robust"]

  /// A row as it was printed.
  ///
  /// - Parameters:
  ///   - label: as it stands in the table.
  ///   - recipes: names of the recipes, one, or the members of an ensemble.
  ///   - accuracies: percent, 0…100, one for each of `columns`.
  ///   - images: test images that it was measured on.
  ///   - gap: training minus test robust accuracy in points, where it was published.
  public init(_ label: String, _ recipes: [String], _ accuracies: [Double], images: Int = 1000, gap: Double? = nil) {
    precondition(
      accuracies.count == Self.columns.count,
      "PublishedRow \(label): \(accuracies.count) accuracies, one is needed for each of \(Self.columns)")
    (self.label, self.recipes, self.accuracies) = (label, recipes, accuracies)
    (self.images, self.gap) = (images, gap)
  }
}
