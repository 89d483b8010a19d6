// What a check leaves beside what it made, so that accepting it later accepts what was looked at.

internal import Basics
internal import FileSystem
internal import Foundation

/// The verdicts on a notebook's outputs, and which text of the notebook they are about.
struct CheckRecord: Codable {
  var notebook: String
  /// SHA-256 of the notebook's text.
  var sha256: String
  var failure: String?
  var verdicts: [String: Verdict]
  /// Keys of the new pictures.
  var keys: [String: String]

  init(_ review: NotebookCheck.Review, notebook text: String) {
    notebook = review.notebook
    sha256 = Digest.sha256(text)
    failure = review.failure
    verdicts = [:]
    keys = [:]
    for output in review.outputs {
      verdicts[output.name] = output.verdict
      keys[output.name] = output.newKey
    }
  }

  private static let name = "check.json"

  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try AtomicFile.write(Array(try encoder.encode(self)) + [10], to: "\(folder)/\(Self.name)")
  }

  /// The record in `folder`, nil when there is none that can be read.
  init?(folder: String) {
    guard let bytes = try? Files.read("\(folder)/\(Self.name)"),
      let record = try? JSONDecoder().decode(CheckRecord.self, from: Data(bytes))
    else { return nil }
    self = record
  }
}
