// workbench train h-js --scale demo

internal import ArgumentParser
internal import Execution
internal import Foundation
internal import Ranks
internal import Workbench

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains networks of the paper, or recipes of your own, unless they were trained before.",
    discussion: """
      A training that is stopped, however, goes on where its last checkpoint was (one a minute, and at the end of every
      epoch, before its line is printed) when the same command is given again, and ends with the same bits. Ctrl-C,
      SIGTERM and a closed terminal finish the step and save a checkpoint; once more ends at once. SIGUSR1 does the same
      as often as it comes.

      Started by mpirun or srun, of Open MPI or MPICH, the processes share the recipe's shards, with the same bits;
      their number must divide that of the shards.

      Several recipes are trained one after the other, for each of --seeds all of them. What another process trains is
      passed over, so that the same command, given several times, shares the work.

      Examples:
        workbench train swa-sn --scale cifar --data DIR
        workbench train h-js --scale paper --dry-run
        workbench train baseline con swa-sn --seeds '0..<5' --augmentation none --threads 1
        workbench recipes explain con --json > mine.json; workbench train mine.json
        mpirun -n 2 ./workbench train con --scale cifar --data DIR
      """)

  @Argument(help: ArgumentHelp(RecipeOptions.nameHelp))
  var names: [String]

  @OptionGroup var choice: RecipeOptions

  @Option(help: ArgumentHelp("All of these in the place of --seed.", valueName: "a..<b"))
  var seeds: String?

  @OptionGroup var threading: ThreadOptions

  @OptionGroup var images: DataOptions
  @OptionGroup var place: StoreOptions

  @Flag(help: "Prints every number and the time it would take, and trains nothing.")
  var dryRun = false

  @Flag(help: "The forecast of --dry-run as JSON.")
  var json = false

  private var threads: Int { threading.threads }

  func validate() throws {
    for name in names { try RecipeOptions.check(name) }
    if json, !dryRun { throw ValidationError("--json goes with --dry-run.") }
    if json, names.count > 1 || seeds != nil { throw ValidationError("--json is for one recipe.") }
    if seeds != nil { _ = try seedRange() }
  }

  func run() throws {
    try Job.run { ranks in
      let recipes = try ranks.together {
        let recipes = try self.recipes()
        for recipe in recipes { try recipe.validateWithData() }
        return recipes
      }
      if dryRun {
        try ranks.first { try recipes.forEach { try predict($0, directory: images.directory) } }
      } else {
        try train(recipes, ranks)
      }
    }
  }

  private func train(_ recipes: [Recipe], _ ranks: any Communicator) throws {
    if ranks.size > 1, ranks.isFirst { Terminal().note("\(ranks.size) ranks of \(ranks.transport)") }
    var splits: [DataRecipe: DataSplits] = [:]
    var passedOver = 0
    for recipe in recipes {
      let data = try ranks.together {
        try splits[recipe.data] ?? DataSplits(recipe.data, directory: images.directory, threads: threads)
      }
      splits[recipe.data] = data
      do {
        try train(recipe, data, ranks)
      } catch {
        // All ranks are here, and rank 0 knows why.
        var owner: String?
        if case RunError.locked(let run, let pid) = error, recipes.count > 1 {
          owner = "\(pid.map { "process \($0)" } ?? "another process") trains run \(run)"
        }
        guard ranks.any(owner != nil) else { throw error }
        if let owner { Terminal().note("\(recipe.name), seed \(recipe.seed): \(owner); passed over") }
        passedOver += 1
      }
    }
    if passedOver > 0, ranks.isFirst {
      Terminal().note(
        "\(passedOver) of \(recipes.count) trainings were passed over; the same command ends what is left then")
    }
  }

  /// For each seed all recipes, so that what is whole at any time can be compared.
  private func recipes() throws -> [Recipe] {
    guard seeds != nil else { return try names.map { try choice.recipe($0) } }
    return try seedRange().flatMap { seed in try names.map { try choice.recipe($0, seed: seed) } }
  }

  private func seedRange() throws -> Range<UInt64> {
    let ends = (seeds ?? "").components(separatedBy: "..<").map { UInt64($0) }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low < high else {
      throw ValidationError("--seeds \(seeds ?? ""): give first..<end, such as '0..<5'.")
    }
    return low..<high
  }

  private func predict(_ recipe: Recipe, directory: String?) throws {
    if !json { printDetails(recipe) }
    var count = recipe.data.trainCount - recipe.data.heldOut
    if recipe.data.source == .cifar10, directory != nil {
      count = try DataSplits(recipe.data, directory: directory, threads: threads).train.count
    }
    let forecast = try TrainingForecast(recipe, trainCount: count, threads: threads)
    if json {
      struct Forecast: Encodable { let recipe: Recipe, images: Int, threads: Int, forecast: TrainingForecast }
      return try printJSON(Forecast(recipe: recipe, images: count, threads: threads, forecast: forecast))
    }
    print("  \(column("steps", 23)) \(forecast.steps) on \(count) images")
    let rate = String(format: "%.1f", forecast.rowsPerSecond)
    print(
      "  \(column("predicted time", 23)) \(seconds(.seconds(forecast.seconds))) at \(rate) rows a second with \(threads) threads (measured now, a few steps)"
    )
  }

  private func train(_ recipe: Recipe, _ images: DataSplits, _ ranks: any Communicator) throws {
    let terminal = Terminal()
    let command = CommandLine.arguments.dropFirst().joined(separator: " ")
    StopSignal.watch()
    func report(_ event: TrainingEvent) {
      switch event {
      case .notice(let text): terminal.note("note: \(text)")
      case .began(let step): terminal.note(step > 0 ? "going on after step \(step)" : "training from the start")
      case .progress(let progress):
        let left = seconds(.seconds(progress.secondsLeft))
        let loss = String(format: "%.3f", progress.loss)
        if let last = progress.finished {
          if terminal.isLive { terminal.live("") }
          var line = "epoch \(last.epoch)/\(progress.epochs)  loss \(loss)"
          if let clean = last.heldOutClean, let robust = last.heldOutRobust {
            line += String(format: "  held out: clean %.1f %%, PGD-10 %.1f %%", 100 * clean, 100 * robust)
          }
          terminal.note(line + "  \(left) left")
        } else if terminal.isLive {
          terminal.live("step \(progress.step)/\(progress.steps)  loss \(loss)  \(left) left")
        }
      }
    }
    let trained: TrainedModel?
    do {
      trained = try TrainingStore(place.runs).train(
        recipe, data: images, threads: threads, command: "workbench " + command, ranks: ranks, report: report,
        shouldStop: { StopSignal.hasCome })
    } catch let stop as TrainingStopped {
      // The signal may have come to some ranks only; all end alike.
      let signal = ranks.gatherValues(StopSignal.number).first { $0 != 0 } ?? SIGINT
      if ranks.isFirst {
        if terminal.isLive { terminal.live("") }
        terminal.note("\(recipe.name): \(stop)")
      }
      throw StopSignal.status(of: signal).ending
    }
    guard let trained else { return }
    if terminal.isLive { terminal.live("") }
    let verb = trained.wasStored ? "loaded, trained before" : "trained"
    print("\(recipe.name): run \(trained.key) \(verb) in \(seconds(.seconds(trained.seconds)))")
  }
}
