// --json, wherever the whole answer may be JSON in place of lines.

internal import ArgumentParser

/// Whether the answer is for a program.
struct JSONOptions: ParsableArguments {
  @Flag(help: "The answer as JSON.") var json = false
}
