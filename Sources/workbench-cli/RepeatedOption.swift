// An option given twice. The parser of the command line takes the last value and says nothing of the first.

internal import ArgumentParser
internal import Foundation

/// An option that takes one value and was given several.
enum RepeatedOption {
  /// What is needed of a command as the parser describes it.
  private struct Description: Decodable {
    struct Command: Decodable { var arguments: [Argument]? }
    struct Argument: Decodable {
      struct Name: Decodable { var name: String }
      var kind: String
      var isRepeating: Bool
      var names: [Name]?
    }

    var command: Command
  }

  /// Throws `ValidationError` naming an option that `arguments` have more than once and their command takes once.
  static func refuse(in arguments: [String]) throws {
    let options = options(arguments)
    let repeated = Dictionary(grouping: options, by: \.name).filter { $0.value.count > 1 }
    if repeated.isEmpty { return }
    let description = try JSONDecoder().decode(Description.self, from: Data(command(arguments)._dumpHelp().utf8))
    for argument in description.command.arguments ?? [] where argument.kind == "option" && !argument.isRepeating {
      guard let given = argument.names?.lazy.compactMap({ repeated["--" + $0.name] }).first else { continue }
      let values = given.map { $0.value ?? "nothing" }.joined(separator: " and ")
      throw ValidationError(
        "\(given[0].name) takes one value and is given \(given.count), \(values); only the last would count, so give one."
      )
    }
  }

  /// Names and values of the long options before `--`.
  private static func options(_ arguments: [String]) -> [(name: String, value: String?)] {
    let arguments = Array(arguments.prefix { $0 != "--" })
    return arguments.indices.filter { arguments[$0].hasPrefix("--") }.map { i in
      let parts = arguments[i].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2 { return (parts[0], parts[1]) }
      let next = i + 1 < arguments.count ? arguments[i + 1] : nil
      return (parts[0], next?.hasPrefix("--") == false ? next : nil)
    }
  }

  /// The command that `arguments` name, or that stands for it.
  private static func command(_ arguments: [String]) -> any ParsableCommand.Type {
    var command: any ParsableCommand.Type = WorkbenchCommand.self
    for name in arguments {
      guard let next = command.configuration.subcommands.first(where: { $0._commandName == name }) else { break }
      command = next
    }
    return command.configuration.defaultSubcommand ?? command
  }
}
