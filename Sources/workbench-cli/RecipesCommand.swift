// workbench recipes

public import ArgumentParser
internal import Foundation
public import Workbench

struct RecipesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipes",
    abstract: "Lists and explains the networks of the paper's tables.",
    discussion: """
      Examples:
        workbench recipes
        workbench recipes explain h-js-swa-sn --scale paper
      """,
    subcommands: [List.self, Explain.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One line a recipe.",
      discussion: """
        Example:
          workbench recipes list --json
        """)

    @OptionGroup var output: JSONOptions

    func run() throws {
      if output.json {
        struct Row: Encodable { let name: String, label: String, table: Int, explanation: String }
        try printJSON(
          PaperRecipe.all.map { Row(name: $0.name, label: $0.label, table: $0.table, explanation: $0.explanation) })
        return
      }
      for recipe in PaperRecipe.all {
        print("\(column(recipe.name, 16)) Table \(recipe.table), \(column(recipe.label, 18)) \(recipe.explanation)")
      }
    }
  }

  struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every number of one recipe.",
      discussion: """
        Example:
          workbench recipes explain h-js-swa-sn --scale paper
        """)

    @Argument(help: ArgumentHelp(RecipeOptions.nameHelp))
    var name: String

    @OptionGroup var choice: RecipeOptions

    @Flag(help: "The recipe as JSON, as runs store it.")
    var json = false

    func validate() throws { try RecipeOptions.check(name) }

    func run() throws {
      let recipe = try choice.recipe(name)
      if json { return try printJSON(recipe) }
      if let row = PaperRecipe(named: name) {
        print("\(row.name): \(row.label) of Table \(row.table). \(row.explanation)")
      }
      printDetails(recipe)
    }
  }
}

/// At which scale a recipe is wanted, and what it is to have instead of the scale's numbers.
struct RecipeOptions: ParsableArguments {
  static let nameHelp = "A recipe of `workbench recipes`, or a JSON file of one; the options change only the former."

  @OptionGroup var size: ScaleOptions

  @Option(
    help: "What the labels of Table 2 mean: released (all but Baseline have the consistency term) or as-labelled.")
  var mapping: PaperRecipe.Mapping = .released

  @Option(help: "What chooses the network: held-out or test-as-published.")
  var selection: CheckpointSelection.Judges = .heldOut

  @Option(help: "Statistics of the network under attack in training: running, or batch as in the released code.")
  var statistics: NormStatistics = .running

  @Option(help: "Activation function: relu, or silu, which is slower.")
  var activation: ActivationFunction = .relu

  @Option(help: "Weights at the start: he-fan-out as in the released code, or xavier as in the paper's text.")
  var initialization: Initialization = .heFanOut

  @Option(
    help: "What views are made by, instead of the scale's: none, crop-flip, cutout, or autoaugment with Cutout.")
  var augmentation: AugmentationName?

  @Option(help: ArgumentHelp("Epochs of a 200-epoch row instead of the scale's.", valueName: "n"))
  var epochs: Int?

  @Option(
    name: .customLong("average-from"),
    help: ArgumentHelp(
      "The first epoch, counted from 0, whose weights the rows with SWA average, instead of 0.8 of the epochs.",
      valueName: "n"))
  var averageFrom: Int?

  @Option(help: ArgumentHelp("Weights, order and views.", valueName: "n"))
  var seed: UInt64 = 0

  /// Refuses a name that is neither a row's nor a file's.
  static func check(_ name: String) throws {
    guard PaperRecipe(named: name) != nil || name.hasSuffix(".json") else {
      let known = PaperRecipe.all.map(\.name).joined(separator: ", ")
      throw ValidationError("no recipe \"\(name)\"; there are \(known).")
    }
  }

  func validate() throws {
    if let epochs, epochs < 1 { throw ValidationError("--epochs takes a number of at least 1.") }
    if let averageFrom, averageFrom < 1 { throw ValidationError("--average-from takes a number of at least 1.") }
  }

  /// The recipe `name`, with `seed` in the place of `--seed` where that is given.
  func recipe(_ name: String, seed: UInt64? = nil) throws -> Recipe {
    guard let row = PaperRecipe(named: name) else {
      var recipe = try Recipe(contentsOf: name)
      if let seed { recipe.seed = seed }
      return recipe
    }
    var recipe = try row.recipe(
      try size.scale(in: ProjectFolder.notebooks), mapping: mapping, selection: selection, statistics: statistics,
      epochs: epochs, seed: seed ?? self.seed)
    if var network = recipe.model as? any ResidualNetwork {
      network.activation = activation
      recipe.model = network
    }
    recipe.initialization = initialization
    if let augmentation { recipe.augmentation = augmentation.augmentation(size: recipe.data.imageSize) }
    if let averageFrom, recipe.averaging != nil { recipe.averaging = WeightAveraging(start: averageFrom) }
    return recipe
  }
}

/// `--augmentation`.
enum AugmentationName: String, CaseIterable, ExpressibleByArgument {
  case none
  case cropAndFlip = "crop-flip"
  case cutout
  case autoAugment = "autoaugment"

  func augmentation(size: Int) -> Augmentation {
    switch self {
    case .none: .none
    case .cropAndFlip: .cropAndFlip(size: size)
    case .cutout: .cutout(size: size)
    case .autoAugment: .autoAugment(size: size)
    }
  }
}

extension PaperRecipe.Mapping: ExpressibleByArgument {}
extension CheckpointSelection.Judges: ExpressibleByArgument {}
extension NormStatistics: ExpressibleByArgument {}
extension ActivationFunction: ExpressibleByArgument {}
extension Initialization: ExpressibleByArgument {}

func printDetails(_ recipe: Recipe) {
  for (field, value) in recipe.details { print("  \(column(field, 23)) \(value)") }
}

/// One value as JSON on stdout, names sorted.
func printJSON(_ value: some Encodable) throws { print(try jsonText(value), terminator: "") }

/// `text` filled up with spaces.
func column(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
