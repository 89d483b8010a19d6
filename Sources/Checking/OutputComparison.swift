// The files of one output, committed and made anew: bytes, then numbers, then pixels.

internal import Basics
internal import FileSystem
internal import Foundation
internal import Images
package import NotebookText

/// An output's name and its files: `fig-landscape` with `.svg`, `.png`, `.pdf`, `.csv`.
package struct OutputFiles: Sendable, Equatable {
  package var name: String
  package var folder: String
  /// File names in the folder, sorted.
  package var files: [String]

  /// The outputs in `folder`, by name: files are of one output when their names agree up to the first dot.
  package static func all(in folder: String) throws -> [OutputFiles] {
    guard Files.isFolder(folder) else { return [] }
    var found: [String: [String]] = [:]
    for file in try Files.entries(of: folder) where !file.hasPrefix(".") && !Files.isFolder(folder + "/" + file) {
      found[String(file.prefix { $0 != "." }), default: []].append(file)
    }
    return found.sorted { $0.key < $1.key }.map { OutputFiles(name: $0.key, folder: folder, files: $0.value) }
  }

  func path(_ file: String) -> String { folder + "/" + file }
}

/// One output compared with what is committed.
package struct OutputComparison: Sendable {
  package var name: String
  package var verdict: Verdict
  /// Why, in words: the worst first.
  package var reasons: [String] = []
  package var numbers: NumberComparison?
  /// What the committed picture and the new one carry as their key.
  package var oldKey: String?
  package var newKey: String?
  /// The three pictures as PNG files, where there are any.
  package var oldPicture: [UInt8]?
  package var newPicture: [UInt8]?
  package var difference: [UInt8]?

  /// Displacements below this are how edges are smoothed, not what is drawn; a thin line that moved by two pixels
  /// gives 0.125, one of another colour by a twelfth of the range 0.02 (see `ImageComparison.displacement`).
  package static let largestDisplacement = 0.02

  /// An output that is only on one side, or that could not be made.
  package init(broken name: String, because reason: String) {
    self.name = name
    verdict = .broken
    reasons = [reason]
  }

  /// Compares the files. Throws `FileError` when one cannot be read.
  package init(committed: OutputFiles, made: OutputFiles, tolerance: NumberTolerance) throws {
    name = committed.name
    verdict = .identical
    let (gone, added) = (
      committed.files.filter { !made.files.contains($0) }, made.files.filter { !committed.files.contains($0) }
    )
    for file in gone { worsen(.broken, "\(file) is no longer made") }
    for file in added { worsen(.broken, "\(file) is made but not committed") }
    var changed: [String: (old: [UInt8], new: [UInt8])] = [:]
    for file in committed.files where made.files.contains(file) {
      let (old, new) = (try Files.read(committed.path(file)), try Files.read(made.path(file)))
      if file.hasSuffix(".png") { readKeys(old, new) }
      if old != new { changed[file] = (old, new) }
    }
    if changed.isEmpty { return }
    worsen(.equivalent, "other bytes in " + changed.keys.sorted().joined(separator: ", "))
    compareNumbers(changed, tolerance)
    let hasNumbers = committed.files.contains { $0.hasSuffix(".csv") }
    comparePictures(changed, hasNumbers: hasNumbers)
    compareTexts(changed, tolerance)
    // Only vectors or unknown files differ, and no picture could say that they look the same.
    let opaque = changed.keys.filter { !Self.isJudged($0) }.sorted()
    if !opaque.isEmpty, !committed.files.contains(where: { $0.hasSuffix(".png") }) {
      worsen(.restyled, "\(opaque.joined(separator: ", ")) changed, and there is no PNG to compare")
    }
  }

  private static func isJudged(_ file: String) -> Bool {
    [".csv", ".png", ".md", ".tex", ".txt", ".json"].contains(where: file.hasSuffix)
  }

  private mutating func worsen(_ verdict: Verdict, _ reason: String) {
    if verdict > self.verdict {
      self.verdict = verdict
      reasons.insert(reason, at: 0)
    } else {
      reasons.append(reason)
    }
  }

  private mutating func readKeys(_ old: [UInt8], _ new: [UInt8]) {
    (oldKey, newKey) = (PNGImage.text(in: old), PNGImage.text(in: new))
  }

  private mutating func compareNumbers(
    _ changed: [String: (old: [UInt8], new: [UInt8])], _ tolerance: NumberTolerance
  ) {
    for (file, bytes) in changed.sorted(by: { $0.key < $1.key }) where file.hasSuffix(".csv") {
      let found = NumberComparison(
        csv: String(decoding: bytes.old, as: UTF8.self), String(decoding: bytes.new, as: UTF8.self),
        tolerance: tolerance)
      numbers = found
      for reason in found.structure { worsen(.broken, "\(file): \(reason)") }
      if found.beyond > 0, let worst = found.worst.first {
        worsen(
          .drifted,
          "\(found.beyond) of \(found.count) numbers beyond the tolerance; \(worst.series), \(worst.place): "
            + "\(worst.old) → \(worst.new)")
      } else if found.differing > 0 {
        worsen(.equivalent, "\(found.differing) of \(found.count) numbers differ within the tolerance")
      }
    }
  }

  private mutating func comparePictures(_ changed: [String: (old: [UInt8], new: [UInt8])], hasNumbers: Bool) {
    // Without numbers beside it the picture is the data.
    let worse: Verdict = hasNumbers ? .restyled : .drifted
    for (file, bytes) in changed.sorted(by: { $0.key < $1.key }) where file.hasSuffix(".png") {
      (oldPicture, newPicture) = (bytes.old, bytes.new)
      guard let old = try? PNGImage(bytes: bytes.old), let new = try? PNGImage(bytes: bytes.new) else {
        worsen(.broken, "\(file) is no PNG")
        continue
      }
      guard let found = ImageComparison(old, new) else {
        worsen(
          worse, "\(file) was \(old.width) × \(old.height) pixels and is \(new.width) × \(new.height)")
        continue
      }
      if found.differingShare == 0 { continue }
      difference = try? found.difference.encoded()
      if found.displacement > Self.largestDisplacement {
        let share = (found.differingShare * 1000).rounded() / 10
        worsen(
          worse,
          "\(file) looks different: \(share) % of its pixels, most at (\(found.worstPlace.x), \(found.worstPlace.y))"
        )
      } else {
        worsen(.equivalent, "\(file) looks the same")
      }
    }
  }

  /// Tables as text: with other digits in the same places they are the same table.
  private mutating func compareTexts(
    _ changed: [String: (old: [UInt8], new: [UInt8])], _ tolerance: NumberTolerance
  ) {
    for (file, bytes) in changed.sorted(by: { $0.key < $1.key })
    where [".md", ".tex", ".txt", ".json"].contains(where: file.hasSuffix) {
      let old = NumbersInText(String(decoding: bytes.old, as: UTF8.self))
      let new = NumbersInText(String(decoding: bytes.new, as: UTF8.self))
      if old.words != new.words { worsen(.restyled, "\(file) is set in another way") }
    }
  }
}
