// --threads, wherever there is heavy work.

internal import ArgumentParser
internal import Foundation

/// How many threads heavy work gets.
struct ThreadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads for heavy work; what is computed does not depend on them.",
      discussion: "All cores by default; of each process, its share of them, where several were launched.",
      valueName: "n"))
  var threads: Int = Job.usualThreads

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads takes a number from 1 to 1024.") }
    let usable = Job.usualThreads
    if threads > usable, !Job.isSilent {
      Terminal().note(
        "warning: --threads \(threads): \(usable) can be used, one a processor of this machine; more take turns")
    }
  }
}
