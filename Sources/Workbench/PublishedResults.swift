// What the paper printed: Tables 1 and 2 as they stand there, and the curves of Figures 1 and 2 read off the plots.
// "Improved Adversarial Robustness via 1-Lipschitz Function", §4 and §5.1.

/// The curves of the paper's Figures 1 and 2: loss against γ.
public struct PublishedCurve: Hashable, Sendable {
  /// Name of the `PaperRecipe`.
  public let recipe: String
  /// At `PublishedCurve.gammas`, ±3 %; NaN where another curve hides it.
  public let losses: [Double]

  /// −0.20 … 0.20 in steps of 0.02; between them the published lines are straight.
  public static let gammas = (-10...10).map { Double($0) / 50 }

  /// Black, red, blue, green.
  public static let figure1 = [
    PublishedCurve(
      recipe: "baseline",
      losses: [
        2.31, 2.304, 2.304, 2.304, 2.285, 2.239, 2.14, 1.979, 1.756, 1.534, 1.442, 1.618, 2.239, 3.391, 5.957, 9.959,
        15.305, 26.937, 40.805, 63.486, 100.826,
      ]),
    PublishedCurve(
      recipe: "con",
      losses: [Double](repeating: .nan, count: 12) + [
        2.054, 3.322, 5.532, 9.558, 16.112, 26.066, 43.046, 67.664, 107.24,
      ]),
    PublishedCurve(
      recipe: "sn",
      losses: [
        2.22, 2.193, 2.149, 2.062, 1.947, 1.83, 1.707, 1.591, 1.484, 1.389, 1.38, 1.389, 1.436, 1.611, 1.845, 2.23,
        2.772, 3.322, 3.981, 4.79, 5.693,
      ]),
    PublishedCurve(
      recipe: "swa",
      losses: [
        2.33, 2.323, 2.276, 2.295, 2.276, 2.22, 2.122, 1.963, 1.728, 1.502, 1.361, 1.484, 1.947, 3.073, 5.179, 8.731,
        14.962, 24.406, 39.811, 63.617, 100.826,
      ]),
  ]

  /// Black, red.
  public static let figure2 = [
    PublishedCurve(
      recipe: "awp",
      losses: [
        2.358, 2.348, 2.348, 2.348, 2.32, 2.273, 2.181, 2.009, 1.776, 1.551, 1.394, 1.526, 2.093, 3.398, 6.237, 10.419,
        17.475, 27.788, 44.367, 70.838, 109.002,
      ]),
    PublishedCurve(
      recipe: "swa-sn",
      losses: [
        2.282, 2.245, 2.172, 2.102, 2.017, 1.889, 1.769, 1.643, 1.526, 1.441, 1.38, 1.429, 1.489, 1.616, 1.851, 2.236,
        2.613, 3.156, 3.907, 4.757, 5.572,
      ]),
  ]
}

/// A row of the paper's Table 1 or 2: percent right without attack and after each attack of AutoAttack so far.
public struct PublishedRow: Hashable, Sendable {
  /// As it stands in the table.
  public let label: String
  /// Names of the `PaperRecipe`s: one, or the members of an ensemble.
  public let recipes: [String]
  /// Percent, 0…100: initial, after APGD-CE, APGD-T, FAB-T, Square, and the robust accuracy.
  public let accuracies: [Double]
  /// Test images that it was measured on.
  public let images: Int
  /// Training minus test robust accuracy in points, where the text gives it (§4.4).
  public let gap: Double?

  /// Names of `accuracies`.
  public static let columns = ["Initial", "APGD-CE", "APGD-T", "FAB-T", "Square", "Robust"]

  /// On the first 1000 test images (§4.1).
  public static let table1 = [
    PublishedRow("H-JS", ["h-js"], [88.40, 60.60, 55.00, 55.00, 55.00, 55.00]),
    PublishedRow("H-MIN", ["h-min"], [87.10, 56.90, 55.40, 55.30, 55.30, 55.30]),
    PublishedRow("H-JS+SWA+SN", ["h-js-swa-sn"], [87.50, 58.60, 54.00, 54.00, 54.00, 54.00]),
    PublishedRow("H-MIN+SWA+SN", ["h-min-swa-sn"], [88.50, 57.90, 56.70, 56.70, 56.70, 56.70]),
    PublishedRow("Ensemble 1", ["h-js-swa-sn", "h-min-swa-sn"], [88.20, 61.40, 59.30, 59.30, 59.30, 59.30]),
    PublishedRow(
      "Ensemble 2", ["h-js-swa-sn", "h-min-swa-sn", "h-js-swa-sn-90"], [87.90, 63.20, 59.50, 59.50, 59.50, 59.50]),
  ]

  /// The text says 1000 images here too, but two decimals fit all 10,000.
  public static let table2 = [
    PublishedRow("Baseline", ["baseline"], [85.56, 54.63, 50.39, 50.38, 50.38, 50.38], images: 10_000),
    PublishedRow("Baseline+CON", ["con"], [86.04, 56.04, 50.83, 50.83, 50.83, 50.83], images: 10_000),
    PublishedRow("Baseline+SN", ["sn"], [86.22, 55.93, 51.07, 51.07, 51.07, 51.07], images: 10_000),
    PublishedRow("Baseline+SWA", ["swa"], [86.09, 56.39, 50.69, 50.69, 50.69, 50.69], images: 10_000),
    PublishedRow(
      "Baseline+SWA+SN", ["swa-sn"], [86.06, 56.79, 51.14, 51.14, 51.14, 51.14], images: 10_000, gap: 34.92),
    PublishedRow("AWP", ["awp"], [86.38, 56.32, 51.22, 51.21, 51.21, 51.21], images: 10_000),
  ]

  /// The row's networks, each a recipe and whether it is the network before averaging.
  ///
  /// Of one recipe or `averaged`: the recipes as they are. As released, a pair has the 90-epoch network in the place of
  /// the 120-epoch one, and wherever the 90-epoch network stands it is the one before averaging.
  public func members(_ choice: EnsembleMembers) -> [(recipe: String, isBeforeAveraging: Bool)] {
    guard choice == .released, recipes.count > 1 else { return recipes.map { ($0, false) } }
    let (usual, short) = ("h-js-swa-sn", "h-js-swa-sn-90")
    let names = recipes.contains(short) ? recipes : recipes.map { $0 == usual ? short : $0 }
    return names.map { ($0, $0 == short) }
  }

  private init(
    _ label: String, _ recipes: [String], _ accuracies: [Double], images: Int = 1000, gap: Double? = nil
  ) {
    (self.label, self.recipes, self.accuracies) = (label, recipes, accuracies)
    (self.images, self.gap) = (images, gap)
  }
}

/// Which networks the ensembles of Table 1 are made of.
public enum EnsembleMembers: String, Hashable, Sendable, CaseIterable {
  /// Networks with averaged weights, as the paper's text says.
  case averaged
  /// As an instruction of the released code has it: the 90-epoch H-JS+SN network before averaging beside the averaged
  /// H-MIN one.
  case released
}
