// --scale, wherever work has a size.

internal import ArgumentParser
internal import Channel
internal import NotebookText

/// How much work to do.
struct ScaleOptions: ParsableArguments {
  @Option(
    name: .customLong("scale"),
    help: ArgumentHelp(
      "How much work to do: \(Scale.standard.map(\.name).joined(separator: ", ")), or one of notebooks/scales.yml.",
      discussion: Scale.standard.map { "\($0.name): \($0.explanation)" }.joined(separator: "; ") + ".",
      valueName: "name"),
    completion: .list(Scale.standard.map(\.name)))
  var name: String = Scale.demo.name

  /// The scale of this name, as a project's own file or the workbench has it.
  ///
  /// - Parameter folder: that of the project's notebooks, which may hold `scales.yml`; nil outside of a project.
  ///
  /// Throws `NotebookError` if that file is wrong and `ScaleError.unknown` if there is no such scale.
  func scale(in folder: String?) throws -> Scale {
    try Scale.named(name, among: try folder.map { try ScaleFile.scales(in: $0) } ?? [])
  }
}
