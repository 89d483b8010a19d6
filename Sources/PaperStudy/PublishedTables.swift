// What the paper printed: Tables 1 and 2 as they stand there.
// "Improved Adversarial Robustness via 1-Lipschitz Function", §4.

public import Analysis
public import Channel

extension PublishedRow {
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

  /// On the first 1000 test images, by the text (§4.1); two decimals would fit all 10,000.
  public static let table2 = [
    PublishedRow("Baseline", ["baseline"], [85.56, 54.63, 50.39, 50.38, 50.38, 50.38]),
    PublishedRow("Baseline+CON", ["con"], [86.04, 56.04, 50.83, 50.83, 50.83, 50.83]),
    PublishedRow("Baseline+SN", ["sn"], [86.22, 55.93, 51.07, 51.07, 51.07, 51.07]),
    PublishedRow("Baseline+SWA", ["swa"], [86.09, 56.39, 50.69, 50.69, 50.69, 50.69]),
    PublishedRow(
      "Baseline+SWA+SN", ["swa-sn"], [86.06, 56.79, 51.14, 51.14, 51.14, 51.14], gap: 34.92),
    PublishedRow("AWP", ["awp"], [86.38, 56.32, 51.22, 51.21, 51.21, 51.21]),
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
}

/// Which networks the ensembles of Table 1 are made of.
public enum EnsembleMembers: String, Hashable, Sendable, CaseIterable {
  /// Networks with averaged weights, as the paper's text says.
  case averaged
  /// As an instruction of the released code has it: the 90-epoch H-JS+SN network before averaging beside the averaged
  /// H-MIN one.
  case released
}

/// `--set members=released`.
extension EnsembleMembers: ParameterValue {}
