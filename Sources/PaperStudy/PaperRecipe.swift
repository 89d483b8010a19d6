// The networks of the paper's Tables 1 and 2 as recipes, at every scale.

internal import Basics
internal import Attacks
public import Channel
internal import Datasets
public import Networks
internal import Objectives
public import Training

/// A row of the paper's tables that is one network; the ensembles are made of these.
public struct PaperRecipe: Hashable, Sendable {
  /// How the rows of Table 2 are read.
  public enum Mapping: String, Hashable, Sendable, Codable, CaseIterable, ParameterValue {
    /// Every row but Baseline has the consistency term, as in the released scripts.
    case released
    /// Each row has what its label says and no more.
    case asLabelled = "as-labelled"
  }

  private enum Term: Hashable { case none, jensenShannon, hMin, hMinAsReleased }

  /// For commands and cells: `h-js-swa-sn`.
  public let name: String
  /// The row's label in the paper.
  public let label: String
  /// 1 or 2.
  public let table: Int
  /// What it is, in a sentence.
  public let explanation: String
  private var term = Term.none
  private var isLabelledConsistent = false
  private var hasNorm = false
  private var isAveraged = false
  private var isPerturbed = false
  /// Published epochs and milestones.
  private var epochs = 200
  private var milestones = [100, 150]

  /// The recipe at `scale`; at a scale of a project's own as at the one that it is like, but for its own numbers.
  ///
  /// | scale | network, Table 1 | Table 2 | images | views |
  /// |---|---|---|---|---|
  /// | draft, demo | WRN-10-1 | WRN-10-1 | synthetic, 16×16 | crop, flip |
  /// | cifar | WRN-10-1 | WRN-10-1 | CIFAR-10 | crop, flip |
  /// | paper | WRN-34-10 | WRN-28-4 | CIFAR-10 | crop, flip, AutoAugment, Cutout |
  ///
  /// AutoAugment and Cutout are more than WRN-10-1's 78,000 parameters can learn from: on the first 8,000 images the row
  /// `con` had 23 % clean accuracy after 11 epochs with them and 32 % after 2 without.
  ///
  /// Epochs and milestones keep the published proportions: a row of 120 epochs gets 0.6 of one of 200.
  ///
  /// Weights are perturbed from the first epoch on at the scale paper, and from half of the epochs on at the others. The
  /// H-Min of the released code has the published weight λ = 1 at the scale paper and 0.1 at the others: with 1 the
  /// demo's network stays at equal predictions for all classes, 12 % right after 20 epochs; with 0.25 it still does
  /// after 10, with 0.1 it begins to learn in the 7th epoch, as the other rows do.
  ///
  /// - Parameters:
  ///   - mapping: what Table 2's labels mean.
  ///   - selection: the images that choose the network; the paper's are `testAsPublished`.
  ///   - statistics: the mode of the network while it is attacked in training; the release's is `batch`.
  ///   - epochs: instead of the scale's for a row of 200; the others and the milestones keep their proportions.
  ///
  /// Throws `FieldError` if the network cannot be built, and `RecipeError` if there are too many epochs.
  public func recipe(
    _ scale: Scale, mapping: Mapping = .released, selection judges: CheckpointSelection.Judges = .heldOut,
    statistics: NormStatistics = .running, epochs wanted: Int? = nil, seed: UInt64 = 0
  ) throws -> Recipe {
    let whole = wanted ?? scale[.epochs] ?? scale.pick(draft: 2, demo: 24, cifar: 30, paper: 200)
    func scaled(_ published: Int) -> Int { max(1, (published * whole + 100) / 200) }
    try Recipe.check(epochs: whole, of: name)
    let count = scaled(epochs)
    var recipe = try Recipe.standard(
      scale, name: name, attack: TrainingAttack(.pgd10, statistics: statistics), epochs: count, seed: seed)
    let isPublished = scale.basis == .paper
    if isPublished, table == 1, scale[.depth] == nil, scale[.widenFactor] == nil {
      recipe.model = try WideResNet(named: "wrn-34-10", imageShape: recipe.model.imageShape)
    }
    recipe.model.spectralNormalization = hasNorm
    if isPublished { recipe.augmentation = .autoAugment(size: recipe.data.imageSize) }
    recipe.schedule = .multiStep(milestones: milestones.map(scaled))
    recipe.views = 2
    let isConsistent = mapping == .released || table == 1 || isLabelledConsistent
    switch isConsistent ? term : .none {
    case .none: recipe.consistency = nil
    case .jensenShannon: recipe.consistency = ConsistencyLoss(.jensenShannon)
    case .hMin: recipe.consistency = ConsistencyLoss(.hMin)
    case .hMinAsReleased:
      recipe.consistency = ConsistencyLoss(.hMinAsReleased, weight: isPublished ? 1 : Self.smallHMinWeight)
    }
    // Runs too short to average have one epoch for it.
    if isAveraged, count > 1 { recipe.averaging = WeightAveraging(start: max(1, min(count - 1, count * 4 / 5))) }
    // The smallest networks would not begin to learn.
    if isPerturbed { recipe.perturbation = WeightPerturbation(start: isPublished ? 0 : count / 2) }
    let judged = judges == .heldOut ? recipe.data.heldOut : recipe.data.testCount
    recipe.selection = CheckpointSelection(judges, images: judged)
    return recipe
  }

  /// λ of H-Min as released in networks that are trained for a few epochs.
  private static let smallHMinWeight = 0.1

  /// All rows, Table 1 first.
  public static let all: [PaperRecipe] = {
    func row(
      _ name: String, _ label: String, _ table: Int, _ explanation: String, _ change: (inout PaperRecipe) -> Void
    ) -> PaperRecipe {
      var row = PaperRecipe(name: name, label: label, table: table, explanation: explanation)
      change(&row)
      return row
    }
    return [
      row("h-js", "H-JS", 1, "Two views pulled together by H-JS. The text does not give its schedule; 120 epochs.") {
        ($0.term, $0.epochs, $0.milestones) = (.jensenShannon, 120, [80, 100])
      },
      row("h-min", "H-MIN", 1, "Two views pulled together by H-Min as the released code computes it; 200 epochs.") {
        $0.term = .hMinAsReleased
      },
      row("h-min-eq10", "H-MIN by eq. 10", 1, "H-Min as the paper's text defines it; no published row.") {
        $0.term = .hMin
      },
      row(
        "h-js-swa-sn", "H-JS+SWA+SN", 1,
        "H-JS with averaged weights and spectral normalisation, 120 epochs; in Ensembles 1 and 2."
      ) {
        ($0.term, $0.epochs, $0.milestones) = (.jensenShannon, 120, [80, 100])
        ($0.hasNorm, $0.isAveraged) = (true, true)
      },
      row("h-js-swa-sn-90", "H-JS+SWA+SN (90)", 1, "As h-js-swa-sn with 90 epochs; in Ensemble 2.") {
        ($0.term, $0.epochs, $0.milestones) = (.jensenShannon, 90, [80])
        ($0.hasNorm, $0.isAveraged) = (true, true)
      },
      row(
        "h-min-swa-sn", "H-MIN+SWA+SN", 1,
        "H-Min as released with averaged weights and spectral normalisation, 200 epochs; in Ensembles 1 and 2."
      ) { ($0.term, $0.hasNorm, $0.isAveraged) = (.hMinAsReleased, true, true) },
      row("baseline", "Baseline", 2, "Adversarial training on two views without the consistency term.") { _ in },
      row("con", "Baseline+CON", 2, "The consistency term: H-JS, temperature 0.5, weight 1.") {
        ($0.term, $0.isLabelledConsistent) = (.jensenShannon, true)
      },
      row("sn", "Baseline+SN", 2, "Spectral normalisation of every convolution and the linear layer.") {
        ($0.term, $0.hasNorm) = (.jensenShannon, true)
      },
      row("swa", "Baseline+SWA", 2, "Weights averaged over the last fifth of the epochs.") {
        ($0.term, $0.isAveraged) = (.jensenShannon, true)
      },
      row("swa-sn", "Baseline+SWA+SN", 2, "Spectral normalisation and averaged weights, the paper's own method.") {
        ($0.term, $0.hasNorm, $0.isAveraged) = (.jensenShannon, true, true)
      },
      row("awp", "AWP", 2, "Weights moved against the loss before each gradient.") {
        ($0.term, $0.isPerturbed) = (.jensenShannon, true)
      },
    ]
  }()

  private init(name: String, label: String, table: Int, explanation: String) {
    (self.name, self.label, self.table, self.explanation) = (name, label, table, explanation)
  }

  /// The row of this name, nil if there is none.
  public init?(named name: String) {
    guard let found = PaperRecipe.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}
