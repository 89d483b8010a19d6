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

    @OptionGroup var choice: RecipeChoice

    @Flag(help: "The recipe as JSON, as runs store it.")
    var json = false

    func run() throws {
      let recipe = try choice.recipe()
      if json { return try printJSON(recipe) }
      if let row = choice.row { print("\(row.name): \(row.label) of Table \(row.table). \(row.explanation)") }
      printDetails(recipe)
    }
  }
}

/// Which recipe, and at which scale.
struct RecipeChoice: ParsableArguments {
  @Argument(help: "A recipe of `workbench recipes`, or a JSON file of one; the options change only the former.")
  var name: String

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

  @Option(help: ArgumentHelp("Epochs of a 200-epoch row instead of the scale's.", valueName: "n"))
  var epochs: Int?

  @Option(help: ArgumentHelp("Weights, order and views.", valueName: "n"))
  var seed: UInt64 = 0

  /// nil for a file.
  var row: PaperRecipe? { PaperRecipe(named: name) }

  func validate() throws {
    guard row != nil || name.hasSuffix(".json") else {
      let known = PaperRecipe.all.map(\.name).joined(separator: ", ")
      throw ValidationError("no recipe \"\(name)\"; there are \(known).")
    }
    if let epochs, epochs < 1 { throw ValidationError("--epochs takes a number of at least 1.") }
  }

  func recipe() throws -> Recipe {
    guard let row else { return try Recipe(contentsOf: name) }
    var recipe = try row.recipe(
      try size.scale(in: ProjectFolder.notebooks), mapping: mapping, selection: selection, statistics: statistics,
      epochs: epochs, seed: seed)
    if var network = recipe.model as? any ResidualNetwork {
      network.activation = activation
      recipe.model = network
    }
    recipe.initialization = initialization
    return recipe
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
