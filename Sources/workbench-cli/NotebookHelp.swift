// workbench run notebooks/x.md --help: the command's help, and the notebook's parameters and data below it.

internal import ArgumentParser
internal import Builds
internal import Foundation

/// Help about a command for one notebook.
struct NotebookHelp {
  let text: String

  /// Nil unless `arguments` ask for help about run, why or preview and name a notebook that can be read.
  init?(_ arguments: [String]) {
    let commands: [String: any ParsableCommand.Type] = [
      "run": RunCommand.self, "why": WhyCommand.self, "preview": PreviewCommand.self,
    ]
    guard let name = arguments.first, let command = commands[name],
      arguments.contains("--help") || arguments.contains("-h"),
      let file = arguments.dropFirst().first(where: { $0.hasSuffix(".md") }),
      let declared = try? NotebookBuild(file: file).declarations()
    else { return nil }
    var lines = [WorkbenchCommand.helpMessage(for: command), "PARAMETERS OF \(file) (--set name=value):"]
    for parameter in declared.parameters {
      var line = "  \(column(parameter.name, 16)) \(parameter.kind.rawValue), default \(parameter.defaultValue)"
      if let range = parameter.range { line += ", \(Self.text(range.lowerBound)) … \(Self.text(range.upperBound))" }
      if let help = parameter.help { line += ": \(help)" }
      lines.append(line)
    }
    lines += declared.inCells.map { "  \(column($0, 16)) named by a cell, which has its default" }
    if declared.parameters.isEmpty, declared.inCells.isEmpty { lines.append("  none") }
    if !declared.data.isEmpty { lines += ["", "DATA THAT IT READS (--data dir):"] }
    for need in declared.data {
      let scales = need.scales.map(\.name).joined(separator: ", ")
      lines.append("  \(column(need.name, 16)) at scale \(scales)" + (need.help.map { ": \($0)" } ?? ""))
    }
    text = lines.joined(separator: "\n")
  }

  private static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }
}
