// What can be trained: bounds for every number of a recipe. Decoding lets any number through, so all are checked here,
// before anything is trained.

internal import Attacks
public import Basics
internal import Datasets
internal import Networks
internal import Objectives
internal import Tensors

/// A recipe that cannot be trained.
public struct RecipeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The recipe's name, or the file that should have held one.
  public let recipe: String
  /// Which field is wrong, and how.
  public let fault: FieldError

  /// The path of the field that is wrong: `averaging.start`.
  public var field: String { fault.field }
  /// What the field holds.
  public var value: String { fault.value }
  /// What the field may hold, in words.
  public var allowed: String { fault.allowed }
  /// "recipe wrn-js: averaging.start is 0; allowed: 1 … 5".
  public var description: String { "recipe \(recipe): \(field) is \(value); allowed: \(allowed)" }

  init(recipe: String, _ fault: FieldError) { (self.recipe, self.fault) = (recipe, fault) }

  init(recipe: String, field: String, value: String, allowed: String) {
    self.init(recipe: recipe, FieldError(field: field, value: value, allowed: allowed))
  }
}

extension Recipe {
  /// Epochs of a run at most.
  public static let mostEpochs = 1_000_000

  /// Throws `RecipeError` naming the first field that cannot work.
  public func validate() throws {
    let fields = RecipeFields(recipe: name)
    do { try model.validate() } catch {
      throw RecipeError(recipe: name, error.inside("model"))
    }
    try Self.check(epochs: epochs, of: name)
    try data.validateNumbers(fields.under("data"))
    try validateBatch(fields)
    try fields.require(
      model.imageShape == [3, data.imageSize, data.imageSize], "model.imageShape", model.imageShape,
      "[3, \(data.imageSize), \(data.imageSize)], the data's")
    try augmentation.validate(fields.under("augmentation"), imageSize: data.imageSize)
    try optimizer.validate(fields.under("optimizer"))
    if let attack { try validate(attack, fields.under("attack")) }
    if let viewAttacks { try validate(viewAttacks, fields) }
    try validateSchedule(fields.under("schedule"))
    if let views { try fields.require("views", views, in: 1...8) }
    if let consistency {
      try fields.require(views == 2, "views", views ?? 1, "2, since consistency compares two views of an image")
      do { try consistency.validate() } catch {
        throw RecipeError(recipe: name, error.inside("consistency"))
      }
    }
    if let objective { try validate(objective, fields) }
    if let averaging {
      try fields.require(
        averaging.start >= 1 && averaging.start < epochs, "averaging.start", averaging.start,
        epochs > 1 ? "1 … \(epochs - 1), an epoch of the run" : "an epoch of the run; it needs 2 epochs or more")
    }
    if let perturbation { try validate(perturbation, fields.under("perturbation")) }
    if let selection { try validate(selection, fields) }
  }

  /// As `validate`, and that images can be made or read as `data` says, and fit the network.
  ///
  /// `Trainer` takes any images that fit, so it does not ask for this.
  public func validateWithData() throws {
    try validate()
    let fields = RecipeFields(recipe: name)
    try data.validate(fields.under("data"))
    let classes = data.source.classCount
    try fields.require(
      model.classCount >= classes, "model.classCount", model.classCount, "\(classes) or more, the classes of the images"
    )
  }

  /// Throws `RecipeError` if a run of the recipe `name` cannot have so many epochs.
  public static func check(epochs: Int, of name: String) throws {
    try RecipeFields(recipe: name).require("epochs", epochs, in: 0...mostEpochs)
  }

  private func validate(_ objective: Objective, _ fields: RecipeFields) throws {
    try fields.require(
      consistency == nil, "consistency", consistency?.divergence.name ?? "",
      "none beside an objective; add it there: objective + .consistency(…)")
    try fields.require(
      objective.fewestViews == 1 || views == 2, "views", views ?? 1,
      "2, since consistency compares two views of an image")
    try fields.require(
      isAdversarial || !objective.usesNaturalRows, "attack", "none",
      "an attack, since the objective compares adversarial with natural images")
    do { try objective.validate(classCount: model.classCount) } catch {
      throw RecipeError(recipe: name, error.inside("objective"))
    }
  }

  private func validateBatch(_ fields: RecipeFields) throws {
    try fields.require("batchSize", batchSize, in: 1...DataRecipe.mostImages)
    try fields.require(shards >= 1, "shards", shards, "1 or more")
    try fields.require(
      batchSize % shards == 0, "batchSize", batchSize, "a multiple of shards (\(shards)), so that all are of one size")
    try fields.require(
      data.trainCount - data.heldOut >= batchSize, "data.trainCount", data.trainCount,
      "at least heldOut + batchSize (\(data.heldOut + batchSize))")
  }

  private func validate(_ attack: TrainingAttack, _ fields: RecipeFields) throws {
    let statistics = attack.statistics
    let (attack, kind) = (attack.attack, type(of: attack.attack).kind)
    do {
      try AttackRegistry.check(kindOf: type(of: attack))
      try attack.validate(imageShape: model.imageShape)
    } catch {
      throw fields.under(kind).failure(error.field, error.value, error.allowed)
    }
    try fields.require(
      statistics == .running || attack.asPGD != nil, "statistics", "batch",
      "running: \(attack.name) is no projected gradient descent, which alone is taken step by step")
    let goal = objectiveInUse.attack
    try fields.require(
      attack.role == .raisesAnyLoss || (goal.loss == nil && goal.noise == nil), kind, attack.name,
      "an attack that raises any loss from any start, such as pgd, since the objective gives it a goal")
  }

  private func validate(_ attacks: [TrainingAttack?], _ fields: RecipeFields) throws {
    try fields.require(attack == nil, "attack", attack?.attack.name ?? "", "none beside viewAttacks")
    try fields.require(
      attacks.count == views ?? 1, "viewAttacks", "a list of \(attacks.count)", "one a view, which are \(views ?? 1)")
    for (i, attack) in attacks.enumerated() {
      guard let attack else { continue }
      let fields = fields.under("viewAttacks[\(i)]")
      try validate(attack, fields)
      try fields.require(
        attack.statistics == .running, "statistics", "batch",
        "running: a network in training mode sees all views at once")
    }
  }

  private func validateSchedule(_ fields: RecipeFields) throws {
    switch schedule {
    case .constant: break
    case .multiStep(let milestones, let factor):
      let fields = fields.under("multiStep")
      // A run scaled down to one epoch has its milestones at 1, where they never act.
      let last = max(epochs, 1)
      for (i, milestone) in milestones.enumerated() {
        try fields.require(
          (0...last).contains(milestone), "milestones[\(i)]", milestone, "0 … \(last), an epoch counted from 0")
      }
      try fields.require(factor > 0 && factor.isFinite, "factor", factor, "a finite number above 0")
    case .cosine(let over): try fields.under("cosine").require("epochs", over, in: 1...Self.mostEpochs)
    }
  }

  private func validate(_ perturbation: WeightPerturbation, _ fields: RecipeFields) throws {
    try fields.require("start", perturbation.start, in: 0...max(epochs - 1, 0), "an epoch of the run counted from 0")
    let (size, rate) = (perturbation.size, perturbation.proxyLearningRate)
    try fields.require(size >= 0 && size.isFinite, "size", size, "a finite number, 0 or more")
    try fields.require(rate > 0 && rate.isFinite, "proxyLearningRate", rate, "a finite number above 0")
  }

  private func validate(_ selection: CheckpointSelection, _ fields: RecipeFields) throws {
    try fields.require(selection.images >= 1, "selection.images", selection.images, "1 or more")
    let isHeldOut = selection.judges == .heldOut
    let count = isHeldOut ? data.heldOut : data.testCount
    try fields.require(
      count >= 1, isHeldOut ? "data.heldOut" : "data.testCount", count, "1 or more, since they choose the network")
    try fields.require(
      "selection.images", selection.images, in: 1...count, isHeldOut ? "the images held out" : "the test images")
  }
}

extension DataRecipe {
  /// Images of a split at most.
  static let mostImages = 10_000_000

  /// Throws `RecipeError` naming the first field for which no images can be made or read.
  public func validate() throws { try validate(RecipeFields(recipe: "data")) }

  func validate(_ fields: RecipeFields) throws {
    try validateNumbers(fields)
    switch source {
    case .synthetic:
      try fields.require([16, 32, 64].contains(imageSize), "imageSize", imageSize, "16, 32 or 64")
    case .cifar10: try fields.require(imageSize == 32, "imageSize", imageSize, "32 for CIFAR-10")
    }
  }

  func validateNumbers(_ fields: RecipeFields) throws {
    try fields.require("imageSize", imageSize, in: 1...1024)
    try fields.require("heldOut", heldOut, in: 0...Self.mostImages)
    try fields.require("trainCount", trainCount, in: 1...Self.mostImages)
    try fields.require("testCount", testCount, in: 0...Self.mostImages)
  }
}

extension DataRecipe.Source {
  fileprivate var classCount: Int {
    switch self {
    case .synthetic: SyntheticShapes.classNames.count
    case .cifar10: CIFAR10.classNames.count
    }
  }
}

extension Augmentation {
  fileprivate func validate(_ fields: RecipeFields, imageSize: Int) throws {
    for (i, step) in steps.enumerated() {
      let fields = fields.under("steps[\(i)]")
      switch step {
      case .crop(let padding): try fields.under("crop").require("padding", padding, in: 0...imageSize, "pixels")
      case .cutout(let side): try fields.under("cutout").require("side", side, in: 0...imageSize, "pixels")
      case .flip, .autoAugment: break
      }
    }
  }
}

extension SGD {
  fileprivate func validate(_ fields: RecipeFields) throws {
    try fields.require(
      learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "a finite number above 0")
    try fields.require((0..<1).contains(momentum), "momentum", momentum, "0 or more and below 1")
    try fields.require(
      weightDecay >= 0 && weightDecay.isFinite, "weightDecay", weightDecay, "a finite number, 0 or more")
  }
}

/// Refuses values of a recipe's fields.
struct RecipeFields {
  let recipe: String
  /// What stands before a field's name: `attack.pgd.`.
  private var place = ""

  init(recipe: String) { self.recipe = recipe }

  /// The fields of the part `name`.
  func under(_ name: String) -> RecipeFields {
    var inner = self
    inner.place += name + "."
    return inner
  }

  func failure(_ field: String, _ value: some Any, _ allowed: String) -> RecipeError {
    RecipeError(recipe: recipe, field: place + field, value: "\(value)", allowed: allowed)
  }

  func require(_ condition: Bool, _ field: String, _ value: some Any, _ allowed: String) throws(RecipeError) {
    if !condition { throw failure(field, value, allowed) }
  }

  /// - Parameter what: what the numbers of `range` are.
  func require(
    _ field: String, _ value: Int, in range: ClosedRange<Int>, _ what: String? = nil
  ) throws(RecipeError) {
    let allowed = "\(range.lowerBound) … \(range.upperBound)" + (what.map { ", \($0)" } ?? "")
    try require(range.contains(value), field, value, allowed)
  }
}
