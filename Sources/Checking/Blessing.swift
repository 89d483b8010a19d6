// workbench bless: what a check made takes the place of what is committed, and the reason is kept.

internal import Basics
internal import Builds
internal import Channel
internal import FileSystem
internal import Foundation
internal import NotebookText

/// One accepted change: a line of `report/blessings.jsonl`.
package struct Blessing: Codable, Sendable, Equatable {
  package struct File: Codable, Sendable, Equatable {
    /// The path from the root.
    package var path: String
    /// SHA-256 of the file before and after; nil where there was or is none.
    package var before: String?
    package var after: String?
  }

  package var label: String
  package var notebook: String
  package var scale: String
  package var verdict: Verdict
  package var reason: String
  /// Key of the accepted picture.
  package var key: String?
  /// The day, when it was given: the clock is not read.
  package var date: String?
  package var files: [File]
}

/// Why a change was not accepted.
package struct BlessingRefused: Error, Sendable, CustomStringConvertible {
  package var description: String
}

extension NotebookCheck {
  /// The file that keeps accepted changes, one JSON object a line.
  package var blessings: String { root + "/report/blessings.jsonl" }

  /// Puts the files of the output `label`, as the last check made them, in the place of the committed ones, and appends
  /// the reason to `blessings`.
  ///
  /// Throws `BlessingRefused` when there is no such output, when the notebook was changed after the check or stopped in
  /// it, or when nothing differs.
  package func bless(_ label: String, reason: String, date: String? = nil) throws -> Blessing {
    let reason = reason.split(whereSeparator: \.isNewline).joined(separator: " ")
    guard reason.contains(where: { !$0.isWhitespace }) else { throw BlessingRefused(description: "--reason is empty") }
    let (record, folder) = try record(of: label)
    let text = (try? Files.read("\(root)/\(record.notebook)")) ?? []
    guard record.sha256 == Digest.sha256(text) else {
      throw BlessingRefused(description: "\(record.notebook) was changed after the check; run workbench check again")
    }
    let verdict = record.verdicts[label] ?? .broken
    guard verdict != .identical else {
      throw BlessingRefused(description: "\(label) is identical to what is committed: there is nothing to accept")
    }
    let made = try OutputFiles.all(in: "\(folder)/figures/\(scale.name)").first { $0.name == label }
    if made == nil, let failure = record.failure {
      throw BlessingRefused(description: "\(record.notebook) stopped before it made \(label): \(failure)")
    }
    let there = try OutputFiles.all(in: committed).first { $0.name == label }
    let files = Set((made?.files ?? []) + (there?.files ?? [])).sorted()
    try Files.makeFolder(committed)
    var changes: [Blessing.File] = []
    for file in files {
      let before = there?.files.contains(file) == true ? try Files.read("\(committed)/\(file)") : nil
      let after = made?.files.contains(file) == true ? try Files.read(made!.path(file)) : nil
      if before == after { continue }
      if let after {
        try AtomicFile.write(after, to: "\(committed)/\(file)")
      } else {
        try Files.remove("\(committed)/\(file)")
      }
      changes.append(
        Blessing.File(
          path: "figures/\(scale.name)/\(file)", before: before.map { Digest.sha256($0) },
          after: after.map { Digest.sha256($0) }))
    }
    let blessing = Blessing(
      label: label, notebook: record.notebook, scale: scale.name, verdict: verdict, reason: reason,
      key: record.keys[label], date: date, files: changes)
    try append(blessing)
    try ReportManifest.accept(blessing, root: root, scale: scale)
    return blessing
  }

  /// The last check's record of the notebook that makes `label`.
  private func record(of label: String) throws -> (record: CheckRecord, folder: String) {
    let folders = Files.isFolder(scratch) ? try Files.entries(of: scratch).map { "\(scratch)/\($0)" } : []
    let records = folders.compactMap { folder in CheckRecord(folder: folder).map { (record: $0, folder: folder) } }
    if let found = records.first(where: { $0.record.verdicts[label] != nil }) { return found }
    guard !records.isEmpty else {
      throw BlessingRefused(description: "nothing was checked at scale \(scale.name); run workbench check first")
    }
    let known = records.flatMap { $0.record.verdicts.keys }.sorted()
    throw BlessingRefused(description: unknown("output in the last check", label, known: known))
  }

  private func append(_ blessing: Blessing) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = try encoder.encode(blessing)
    try Files.makeFolder(Files.folder(of: blessings))
    let before = Files.exists(blessings) ? try Files.read(blessings) : []
    try AtomicFile.write(before + Array(line) + [10], to: blessings)
  }
}

extension ReportManifest {
  /// Puts accepted files into the manifest and the sums of the project at `root`, where it has them.
  static func accept(_ blessing: Blessing, root: String, scale: Scale) throws {
    if var manifest = ReportManifest(root: root, scale: scale), manifest.scale == blessing.scale {
      for place in manifest.outputs.indices where manifest.outputs[place].label == blessing.label {
        manifest.outputs[place].key = blessing.key ?? manifest.outputs[place].key
        for file in manifest.outputs[place].files.indices {
          let path = manifest.outputs[place].files[file].path
          guard let change = blessing.files.first(where: { $0.path == path }), let after = change.after else {
            continue
          }
          manifest.outputs[place].files[file].sha256 = after
        }
      }
      try manifest.write(root: root, scale: scale)
    }
    guard let bytes = try? Files.read("\(root)/\(sums(scale))") else { return }
    // 64 digits and two blanks stand before each path.
    let listed = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0.dropFirst(66)) }
    try writeSums(
      of: (listed + blessing.files.map(\.path)).filter { Files.exists("\(root)/\($0)") }, root: root, scale: scale)
  }
}
