// The curves of the paper's Figures 1 and 2, read off the plots.
// "Improved Adversarial Robustness via 1-Lipschitz Function", §5.1.

internal import Analysis

/// The curves of the paper's Figures 1 and 2: loss against γ.
public struct PublishedCurve: Hashable, Sendable {
  /// Name of the `PaperRecipe`.
  public let recipe: String
  /// At `PublishedCurve.gammas`, ±3 %; NaN where another curve hides it.
  public let losses: [Double]

  /// −0.20 … 0.20 in steps of 0.02; between them the published lines are straight.
  public static let gammas = LossLandscape.publishedGammas

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
