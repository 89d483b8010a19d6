// A folder that a test may fill.

internal import Foundation

/// Runs `body` with the path of a new empty folder and removes the folder afterwards.
public func withTemporaryFolder<T>(_ body: (String) throws -> T) throws -> T {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("workbench-" + UUID().uuidString)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url.path)
}
