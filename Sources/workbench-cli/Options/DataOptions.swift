// --data, wherever images are read.

internal import ArgumentParser
internal import Foundation

/// The folder that images come from.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder with data sets; else WORKBENCH_DATA.",
      discussion: "CIFAR-10's binary batches; for networks that are evaluated also pictures in one folder a class.",
      valueName: "dir"),
    completion: .directory)
  var data: String?

  /// The folder that the environment names.
  static var usual: String? { ProcessInfo.processInfo.environment["WORKBENCH_DATA"] }

  /// The folder of `--data`, else that of the environment; nil where neither is given.
  var directory: String? { data ?? Self.usual }

  func validate() throws {
    guard let data else { return }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: data, isDirectory: &isFolder), isFolder.boolValue else {
      throw ValidationError("--data \(data): no such folder.")
    }
  }
}
