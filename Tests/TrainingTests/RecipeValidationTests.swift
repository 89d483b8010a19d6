// Recipes that cannot be trained, one wrong value at a time: the refusal names the field, the value and what is allowed.

import Attacks
import Basics
import Datasets
import Foundation
import Networks
import Objectives
import Runs
import Tensors
import Testing
import Training
import _TestSupport

struct RecipeValidationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// What is changed, and to what JSON.
    let path: String, json: String
    /// Part of what the refusal says.
    let allowed: String
    /// The field refused, if it is another one.
    var field: String?
    var testDescription: String { "\(path) = \(json)" }

    init(_ path: String, _ json: String, _ allowed: String, field: String? = nil) {
      (self.path, self.json, self.allowed, self.field) = (path, json, allowed, field)
    }
  }

  static let cases: [Case] = [
    // Numbers out of bounds.
    Case("augmentation.steps[0].crop.padding", "-1", "0 … 16, pixels"),
    Case("augmentation.steps[0].crop.padding", "\(Int.max)", "0 … 16, pixels"),
    Case("augmentation.steps[2].cutout.side", "-3", "0 … 16, pixels"),
    Case("attack.pgd.stepSize", "1e30", "0 … 1.0"),
    Case("attack.pgd.stepSize", "-0.1", "0 … 1.0"),
    Case("attack.pgd.steps", "-1", "0 … 10000"),
    Case("attack.pgd.steps", "\(Int.max)", "0 … 10000"),
    Case("attack.pgd.threatModel.epsilon", "-0.1", "0 … 1.0"),
    Case("attack.pgd.threatModel.epsilon", "1.5", "the most that pixels in [0, 1] can change"),
    Case(
      "attack.pgd.threatModel", #"{"norm": "l2", "epsilon": 28}"#, "0 … 27.7", field: "attack.pgd.threatModel.epsilon"),
    Case("batchSize", "0", "1 … 10000000"),
    Case("batchSize", "41", "a multiple of shards (2)"),
    Case("consistency.temperature", "-1", "above 0"),
    Case("consistency.weight", "-1", "0 or more"),
    Case("data.heldOut", "-1", "0 … 10000000"),
    Case("data.heldOut", "\(Int.max)", "0 … 10000000"),
    Case("data.imageSize", "-16", "1 … 1024"),
    Case("data.source", #""cifar10""#, "32 for CIFAR-10", field: "data.imageSize"),
    Case("data.testCount", "-5", "0 … 10000000"),
    Case("data.trainCount", "\(Int.max)", "1 … 10000000"),
    Case("data.trainCount", "50", "at least heldOut + batchSize (60)"),
    Case("epochs", "-1", "0 … 1000000"),
    Case("epochs", "999999999999999999", "0 … 1000000"),
    Case("model.classCount", "3", "10 or more, the classes of the images"),
    Case("model.depth", "11", "6n + 4"),
    Case("model.depth", "600000000000000004", "6n + 4, 10 … 1000"),
    Case("optimizer.learningRate", "-0.1", "above 0"),
    Case("optimizer.weightDecay", "-0.1", "0 or more"),
    Case("perturbation.proxyLearningRate", "0", "above 0"),
    Case("perturbation.start", "-1", "0 … 1, an epoch of the run"),
    Case("perturbation.start", "2", "0 … 1, an epoch of the run"),
    Case("schedule.multiStep.factor", "-1", "above 0"),
    Case("schedule.multiStep.factor", "0", "above 0"),
    Case("schedule.multiStep.milestones[0]", "-3", "0 … 2"),
    Case("schedule.multiStep.milestones[0]", "500", "0 … 2"),
    Case("schedule", #"{"cosine": {"epochs": 0}}"#, "1 … 1000000", field: "schedule.cosine.epochs"),
    Case("selection.images", "21", "1 … 20, the test images"),
    Case(
      "selection", #"{"judges": "held-out", "images": 21}"#, "1 … 20, the images held out", field: "selection.images"),
    Case("shards", "0", "1 or more"),
    // Numbers that do not fit their kind.
    Case("batchSize", "1e30", "a whole number"),
    Case("data.seed", "-1", "a whole number, 0 …"),
    Case("optimizer.learningRate", "1e39", "a number, at most 3.4e38"),
    Case("consistency.weight", "1e999", "a number, at most 1.7e308"),
    Case("seed", "-1", "a whole number, 0 …"),
    Case("views", "2.5", "a whole number"),
    // Values of another kind.
    Case("attack.pgd.randomStart", "1", "true or false"),
    Case("attack.statistics", #""batchy""#, #""batch", "running""#),
    Case("attack.statistics", "1", #""batch", "running""#),
    Case("augmentation.steps", "{}", "a list"),
    Case("augmentation.steps[1]", #"{"flop": {}}"#, "an object with one of crop, flip, autoAugment, cutout"),
    Case("batchSize", "\"40\"", "a whole number"),
    Case("batchSize", "null", "a whole number"),
    Case(
      "consistency.divergence.formula[0].do", #""plus""#, "as `workbench", field: "consistency.divergence.formula[0]"),
    Case("initialization", #""he""#, #""he-fan-out", "xavier""#),
    Case("model.imageShape", "[3, -16, 16]", "as `workbench recipes explain NAME --json` prints"),
    Case("name", "1", "a text in quotes"),
    Case("optimizer", "[]", "an object"),
    Case("schedule", #""constant""#, "an object with one of constant, multiStep, cosine"),
    Case("schedule", #"{"linear": {}}"#, "an object with one of constant, multiStep, cosine"),
    Case("schedule", #"{"constant": {}, "cosine": {"epochs": 2}}"#, "an object with one of constant"),
    Case("views", "\"two\"", "a whole number"),
  ]

  /// Every ingredient, with a schedule and views that have numbers.
  private static func good() throws -> Recipe {
    var recipe = try TrainerTests.recipe(TrainerTests.variants.last!)
    recipe.schedule = .multiStep(milestones: [1])
    recipe.augmentation = .cutout(size: 16)
    return recipe
  }

  private func read(_ tree: JSON) throws -> Recipe {
    try withTemporaryFolder { folder in
      try tree.pretty.write(toFile: folder + "/recipe.json", atomically: true, encoding: .utf8)
      return try Recipe(contentsOf: folder + "/recipe.json")
    }
  }

  @Test(arguments: cases)
  func aWrongValueIsRefusedByItsField(_ wrong: Case) throws {
    let tree = try JSON(parsing: JSONEncoder().encode(Self.good()))
    #expect(try read(tree) == Self.good())
    let error = try #require(throws: RecipeError.self) {
      try read(tree.setting(wrong.path, to: JSON(parsing: wrong.json.utf8)))
    }
    #expect(error.field == wrong.field ?? wrong.path, "\(error)")
    #expect(error.allowed.contains(wrong.allowed), "\(error)")
    for type in ["UInt", "Int64", "Float", "Double", "Dictionary", "Array", "String", "Bool"] {
      #expect(!error.description.contains(type), "no name of a Swift type: \(error)")
    }
  }

  @Test func theValueIsSaidAsItWasGiven() throws {
    let tree = try JSON(parsing: JSONEncoder().encode(Self.good()))
    func description(_ path: String, _ json: String) throws -> String {
      try #require(throws: RecipeError.self) { try read(tree.setting(path, to: JSON(parsing: json.utf8))) }.description
    }
    #expect(try description("views", "2.5").contains("views is 2.5; allowed: a whole number"))
    #expect(
      try description("optimizer.learningRate", "1e39").contains("optimizer.learningRate is 1e+39; allowed: a number"))
    #expect(try description("seed", "-1").contains("seed is -1; allowed: a whole number, 0 … 18446744073709551615"))
    #expect(try description("model", "[]").contains("model is a list; allowed: an object"))
    #expect(
      try description("consistency.divergence.formula[0].do", "\"plus\"")
        .contains("formula[0] is not understood (a formula has no operation plus)"))
  }

  @Test func numbersThatAreNoneAreRefusedInMemoryToo() throws {
    func field(_ change: (inout Recipe) -> Void) throws -> String {
      var recipe = try Self.good()
      change(&recipe)
      return try #require(throws: RecipeError.self) { try recipe.validate() }.field
    }
    #expect(try field { $0.optimizer.learningRate = .infinity } == "optimizer.learningRate")
    #expect(try field { $0.optimizer.momentum = .nan } == "optimizer.momentum")
    #expect(try field { $0.optimizer.weightDecay = .nan } == "optimizer.weightDecay")
    var pgd = PGD.pgd10
    pgd.stepSize = .nan
    #expect(try field { $0.attack!.attack = pgd } == "attack.pgd.stepSize")
    #expect(try field { $0.perturbation!.size = .nan } == "perturbation.size")
    #expect(try field { $0.schedule = .multiStep(milestones: [], factor: .infinity) } == "schedule.multiStep.factor")
  }

  @Test func imagesThatCannotBeMadeAreRefusedBeforeAnyIs() throws {
    func field(_ change: (inout DataRecipe) -> Void) throws -> String {
      var data = try Self.good().data
      change(&data)
      return try #require(throws: RecipeError.self) { try DataSplits(data, directory: nil, threads: 1) }.field
    }
    #expect(try field { $0.testCount = -5 } == "testCount")
    #expect(try field { $0.imageSize = 24 } == "imageSize")
    #expect(try field { $0.heldOut = 100 } == "heldOut")
    #expect(try field { $0.source = .cifar10 } == "imageSize")
  }

  /// Whatever is added to recipes: the runs that are published are found again, and can be trained.
  @Test func publishedRecipesAreSoundAndKeepTheirKeys() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let runs = try RunStore(root: root + "/report/records").all()
    #expect(!runs.isEmpty)
    for run in runs where run.identity.kind == "train" {
      let recipe = try run.recipe(as: Recipe.self)
      try recipe.validateWithData()
      let identity = try RunIdentity(
        recipe: recipe, data: run.identity.data, numericsVersion: run.identity.numericsVersion)
      #expect(identity.key == run.key, "\(run.name)")
      #expect(try run.namedRecipe().name == run.name)
    }
  }
}

extension JSON {
  /// The tree with `value` at `path`, such as `augmentation.steps[0].crop.padding`.
  fileprivate func setting(_ path: String, to value: JSON) -> JSON {
    setting(path.split { ".[]".contains($0) }.map(String.init)[...], to: value)
  }

  private func setting(_ path: ArraySlice<String>, to value: JSON) -> JSON {
    guard let name = path.first else { return value }
    switch self {
    case .object(var members):
      guard let i = members.firstIndex(where: { $0.name == name }) else { preconditionFailure("no member \(name)") }
      members[i].value = members[i].value.setting(path.dropFirst(), to: value)
      return .object(members)
    case .array(var values):
      let i = Int(name)!
      values[i] = values[i].setting(path.dropFirst(), to: value)
      return .array(values)
    default: preconditionFailure("nothing under \(name)")
    }
  }
}
