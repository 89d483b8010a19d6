// What a notebook's cells do with data and networks: costly work goes through the run store and is done once.

internal import Channel
internal import Datasets
internal import Networks
public import Runs
public import Training

extension NotebookSession {
  /// The store of trained networks and derived numbers.
  public var runs: RunStore { RunStore(root: runStoreDirectory) }

  /// The images of `recipe`, read from the session's data folder if they are CIFAR-10's. Prints what was found.
  public func images(_ recipe: DataRecipe) throws -> DataSplits {
    let data = try DataSplits(recipe, directory: dataDirectory, threads: threads)
    print("\(data.train.provenance.name): \(data.train.count) to train on, \(data.heldOut.count) held out; "
      + "\(data.test.provenance.name): \(data.test.count)")
    for part in data.train.provenance.parts + data.test.provenance.parts { print("  \(part.name): \(part.count) images") }
    return data
  }

  /// The network of `recipe`: loaded if the same numbers were trained before, else trained now, with progress.
  ///
  /// Prints which of the two it was. An interrupted training goes on where it was.
  public func train(_ recipe: Recipe, on data: DataSplits) throws -> TrainedModel {
    var meter: ProgressMeter?
    var before = 0
    let trained = try runs.train(recipe, data: data, threads: threads, command: "workbench run \(configuration.name)") {
      switch $0 {
      case .notice(let text): print("note: \(text)")
      case .began(let step):
        if step > 0 { print("\(recipe.name): going on after step \(step)") }
        before = step * recipe.batchSize
      case .progress(let progress):
        let meter =
          meter
          ?? {
            let made = self.progress(
              "training \(recipe.name)", total: progress.steps * recipe.batchSize - before, unit: "images")
            meter = made
            return made
          }()
        let done = progress.step * recipe.batchSize - before
        var note = "epoch \(min(progress.epoch + 1, progress.epochs))/\(progress.epochs), loss \(fixed(progress.loss, 3))"
        if let last = progress.finished {
          note = "epoch \(last.epoch)/\(progress.epochs), loss \(fixed(last.loss, 3))"
          if let clean = last.heldOutClean, let robust = last.heldOutRobust {
            note += ", held out: clean \(percent(clean)), PGD-10 \(percent(robust))"
          }
        }
        meter.advance(to: done, note: note)
      }
    }
    meter?.finish()
    let last = trained.metrics.last
    var line = trained.wasStored ? "\(recipe.name): loaded run \(trained.key), trained before" : "\(recipe.name): trained run \(trained.key)"
    line += " in \(fixed(trained.seconds, 1)) s"
    if let clean = last?.heldOutClean, let robust = last?.heldOutRobust {
      line += "; held-out accuracy \(percent(clean)) clean, \(percent(robust)) under PGD-10"
    }
    print(line)
    return trained
  }

  /// A derived number, computed once for each `inputs`: the data of a figure. Says nothing when it was stored.
  public func computed<Value: Codable>(
    _ kind: String, from inputs: some Encodable, version: Int = 1, _ compute: () throws -> Value
  ) throws -> Value {
    try runs.memo(kind: kind, key: inputs, version: version, compute: compute)
  }
}

/// `value` with `digits` decimals, whatever the locale.
public func fixed(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
  var power = 1.0
  for _ in 0..<digits { power *= 10 }
  let scaled = Int64((abs(value) * power).rounded())
  let whole = scaled / Int64(power)
  var fraction = String(scaled % Int64(power))
  fraction = String(repeating: "0", count: max(0, digits - fraction.count)) + fraction
  return (value < 0 && scaled > 0 ? "-" : "") + String(whole) + (digits > 0 ? "." + fraction : "")
}

/// A share as a percentage with one decimal.
public func percent(_ share: Double) -> String { fixed(100 * share, 1) + " %" }
