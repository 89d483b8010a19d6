// --replot, --reevaluate and --retrain, wherever notebooks run again.

internal import ArgumentParser
internal import Channel

/// What is taken from the store and what is made anew.
struct WorkOptions: ParsableArguments {
  @Flag(help: "Draw from stored numbers only: nothing is trained or evaluated.") var replot = false
  @Flag(help: "Evaluate stored networks anew; nothing is trained.") var reevaluate = false
  @Flag(help: "Train and evaluate anew; says first how long the stored trainings took.") var retrain = false

  var work: Work { replot ? .replot : reevaluate ? .reevaluate : retrain ? .retrain : .missing }

  func validate() throws {
    if [replot, reevaluate, retrain].count(where: { $0 }) > 1 {
      throw ValidationError("--replot, --reevaluate and --retrain exclude each other.")
    }
  }
}
