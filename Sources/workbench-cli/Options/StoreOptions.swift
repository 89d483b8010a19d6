// --store, wherever trained networks are kept or looked up.

internal import ArgumentParser
internal import Workbench

/// The folder of trained networks.
struct StoreOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of runs.", valueName: "dir"), completion: .directory)
  var store: String = RunStore.defaultRoot

  /// The store in that folder.
  var runs: RunStore { RunStore(root: store) }
}
