// workbench runs

internal import ArgumentParser
internal import Basics
internal import Channel
internal import Foundation
internal import Workbench

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Lists, shows, prunes and publishes trained networks.",
    discussion: """
      Published runs, those in \(ProjectLayout.records), are listed and shown too unless --store names a folder. Several
      runs may have one name: a name of a published run's folder, or the beginning of a key, fits one.

      Examples:
        workbench runs
        workbench runs show swa-sn-d3a6e250ab --json
      """,
    subcommands: [List.self, Show.self, Prune.self, Publish.self], defaultSubcommand: List.self)

  /// What `--json` says about a run.
  struct Row: Encodable {
    let key: String, names: [String], state: String, numericsVersion: Int, seconds: Double, sessions: [RunSession]

    init(_ run: StoredRun) {
      (key, names, state) = (run.key.hex, run.record.names, RunsCommand.state(of: run))
      (numericsVersion, seconds, sessions) = (run.identity.numericsVersion, run.record.seconds, run.record.sessions)
    }
  }

  static func line(_ run: StoredRun) -> String {
    let took = column(seconds(.seconds(run.record.seconds)), 13)
    return "\(run.key)  \(column(run.name, 18)) \(column(state(of: run), 22)) \(took) \(kind(of: run) ?? "")"
  }

  /// The run's state; "published" where it is one of the project's published runs.
  private static func state(of run: StoredRun) -> String {
    guard Files.folder(of: run.folder) == ProjectLayout.records else { return run.state }
    return run.hasWeights ? "published" : "published (no weights)"
  }

  /// What tells runs of one name apart at a glance: network, images, epochs. Nil for a recipe of another form.
  private static func kind(of run: StoredRun) -> String? {
    guard let recipe = try? run.recipe(as: Recipe.self) else { return nil }
    return
      "\(recipe.model.name), \(recipe.data.source.rawValue), \(recipe.epochs) epoch\(recipe.epochs == 1 ? "" : "s")"
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One line a run.",
      discussion: """
        Example:
          workbench runs list --json
        """)
    @OptionGroup var place: StoreOptions
    @OptionGroup var output: JSONOptions

    func run() throws {
      let all = try place.all()
      if output.json { return try printJSON(all.map(Row.init)) }
      if all.isEmpty { Terminal().note("no runs in \(place.store)") }
      all.forEach { print(line($0)) }
      for damaged in try place.damaged() { Terminal().error(damaged) }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Recipe, sessions and metrics of one run.",
      discussion: """
        Example:
          workbench runs show swa-sn-d3a6e250ab
        """)
    @OptionGroup var place: StoreOptions
    @Argument(help: ArgumentHelp("A name, the beginning of a key, or the name of its folder.", valueName: "run"))
    var wanted: String
    @OptionGroup var output: JSONOptions

    func run() throws {
      let found = try place.find(wanted)
      let recipe = try found.namedRecipe()
      let metrics = try found.metrics(as: EpochMetrics.self)
      if output.json {
        struct Whole: Encodable { let run: Row, recipe: Recipe, metrics: [EpochMetrics] }
        return try printJSON(Whole(run: Row(found), recipe: recipe, metrics: metrics))
      }
      print(line(found))
      printDetails(recipe)
      for s in found.record.sessions {
        print(
          "  session from step \(s.fromStep), \(seconds(.seconds(s.seconds))), \(s.processors), \(s.kernelLevel), \(s.libraryVersion): \(s.command)"
        )
      }
      for m in metrics {
        var text = "  epoch \(m.epoch)  rate \(m.learningRate)  loss " + String(format: "%.4f", m.loss)
        if let clean = m.heldOutClean, let robust = m.heldOutRobust {
          text += String(format: "  held out: clean %.1f %%, PGD-10 %.1f %%", 100 * clean, 100 * robust)
        }
        print(text + (m.isAverage == true ? "  averaged weights" : ""))
      }
      if let last = metrics.last, let clean = last.heldOutClean, let robust = last.heldOutRobust {
        let count = min(recipe.data.heldOut, CheckpointSelection.heldOutImages(judgedBy: recipe.selection))
        let intervals = [clean, robust].map {
          WilsonInterval(successes: Int(($0 * Double(count)).rounded()), trials: count).percents
        }
        print("  the last of \(count) held-out images, 95 %: clean \(intervals[0]), PGD-10 \(intervals[1])")
      }
    }
  }

  struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Removes runs that nobody works on: of older numerics, and with --unfinished those without an end.",
      discussion: """
        Example:
          workbench runs prune --unfinished --dry-run
        """)
    @OptionGroup var place: StoreOptions
    @Flag(help: "Interrupted runs too.") var unfinished = false
    @Flag(help: "Only says what would be removed.") var dryRun = false
    @OptionGroup var output: JSONOptions

    func run() throws {
      let removed = try place.runs.prune(unfinished: unfinished, olderThan: numericsVersion, dryRun: dryRun)
      if output.json { return try printJSON(removed.map(Row.init)) }
      for run in removed { print((dryRun ? "would remove " : "removed ") + line(run)) }
      if removed.isEmpty { Terminal().note("nothing to remove in \(place.store)") }
    }
  }

  struct Publish: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copies recipe, record, metrics, weights and results of a finished run to a folder that is committed.",
      discussion: """
        Example:
          workbench runs publish swa-sn --as swa-sn-demo
          workbench runs publish 1fe272b3d4 --without-weights
        """)
    @OptionGroup var place: StoreOptions
    @Argument(help: ArgumentHelp("A name, the beginning of a key, or the name of its folder.", valueName: "run"))
    var wanted: String
    @Option(help: ArgumentHelp("The folder of published runs.", valueName: "dir"))
    var into: String = ProjectLayout.records
    @Option(name: .customLong("as"), help: ArgumentHelp("The folder's name there.", valueName: "name"))
    var name: String?
    @Flag(
      name: .customLong("without-weights"),
      help: "Leaves out the weights: numbers computed from them are found, and the recipe trains them again.")
    var withoutWeights = false

    func run() throws {
      let copy = try place.runs.publish(
        place.runs.find(wanted), into: into, name: name, withWeights: !withoutWeights)
      print("published \(copy.key)\(withoutWeights ? " without weights" : "") in \(copy.folder)")
    }
  }
}
