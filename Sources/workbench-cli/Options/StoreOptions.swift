// --store, wherever trained networks are kept or looked up.

internal import ArgumentParser
internal import Basics
internal import Workbench

/// The folder of trained networks.
struct StoreOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of runs.", valueName: "dir"), completion: .directory)
  var store: String = RunStore.defaultRoot

  /// The store in that folder.
  var runs: RunStore { RunStore(root: store) }

  /// Published runs, which are read beside the usual store; nil beside another one.
  var published: RunStore? { store == RunStore.defaultRoot ? RunStore(root: ProjectLayout.records) : nil }

  /// The run that `text` names, of the store or else of the published ones. Throws `RunError`.
  func find(_ text: String) throws -> StoredRun {
    try RunStore.find(text, in: [runs.root] + (published.map { [$0.root] } ?? []))
  }

  /// All runs by key, and after them the published ones that the store does not have.
  func all() throws -> [StoredRun] {
    let own = try runs.all()
    let keys = Set(own.map(\.key))
    return own + (try published?.all().filter { !keys.contains($0.key) } ?? [])
  }

  /// Folders that look like runs and cannot be read, with the reason.
  func damaged() throws -> [String] { try runs.damaged() + (published?.damaged() ?? []) }
}
