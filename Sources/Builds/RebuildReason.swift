// Why a notebook's program must run, rather than its last results be used again.

internal import Basics
internal import Foundation
internal import NotebookText

/// One thing that is not as it was at the last build.
package struct RebuildReason: Codable, Sendable, Equatable, CustomStringConvertible {
  package enum Kind: String, Codable, Sendable {
    case neverBuilt, unfinished, mixed, untraceable, library, parameter, data, code, input, output
  }

  package var kind: Kind
  /// What is different, in a sentence.
  package var message: String
  /// The cell, counted from 0, if it is one cell's code.
  package var cell: Int?

  package var description: String { message }
}

extension PreparedBuild {
  /// Everything that stands against using the last results; empty if they are what a run would give.
  func reasonsToRun() -> [RebuildReason] {
    guard let record else {
      return [RebuildReason(kind: .neverBuilt, message: "there is no record of a build at scale \(scale.name)")]
    }
    var reasons = settingReasons(record) + codeReasons(record)
    if let reason = notebook.mustRunReason { reasons.append(RebuildReason(kind: .untraceable, message: reason)) }
    if let reason = record.mustRun { reasons.append(RebuildReason(kind: .input, message: reason)) }
    for input in record.inputs where !input.isUnchanged {
      reasons.append(RebuildReason(kind: .input, message: "\(input.path) is not as it was"))
    }
    for file in record.files {
      let path = absolute(file.path)
      if !FileManager.default.fileExists(atPath: path) {
        reasons.append(RebuildReason(kind: .output, message: "\(file.path) is missing"))
      } else if Digest.sha256(file: path) != file.sha256 {
        reasons.append(RebuildReason(kind: .output, message: "\(file.path) is not as it was drawn"))
      }
    }
    if record.inline.map(\.code) != notebook.computedItems.map(\.item.computation) {
      reasons.append(RebuildReason(kind: .code, message: "the values or claims of the text have changed"))
    }
    if !record.isFinished {
      reasons.append(RebuildReason(kind: .unfinished, message: "the last build did not come to its end"))
    } else if record.program == nil {
      reasons.append(
        RebuildReason(kind: .mixed, message: "the last build refreshed one label after other cells had changed"))
    } else if reasons.isEmpty, record.program != programKey {
      // Everything that is named above is part of the key, and so is what the program is put together with.
      reasons.append(RebuildReason(kind: .code, message: "the program is another one"))
    } else if reasons.isEmpty, record.cells.map(\.result.cell) != notebook.cells.filter(\.options.eval).map(\.index) {
      reasons.append(RebuildReason(kind: .unfinished, message: "the record of the last build has other cells"))
    }
    return reasons
  }

  private func settingReasons(_ record: BuildRecord) -> [RebuildReason] {
    var reasons: [RebuildReason] = []
    if record.library != host.fingerprint {
      reasons.append(RebuildReason(kind: .library, message: "the workbench or the compiler was built anew"))
    }
    for name in Set(record.parameters.keys).union(configuration.parameters.keys).sorted() {
      let (old, new) = (record.parameters[name], configuration.parameters[name])
      if old != new {
        let text = "parameter \(name): \(old ?? "not there") → \(new ?? "not there")"
        reasons.append(RebuildReason(kind: .parameter, message: text))
      }
    }
    if record.dataDirectory != configuration.dataDirectory {
      let (old, new) = (record.dataDirectory ?? "none", configuration.dataDirectory ?? "none")
      reasons.append(RebuildReason(kind: .data, message: "data folder: \(old) → \(new)"))
    }
    return reasons
  }

  private func codeReasons(_ record: BuildRecord) -> [RebuildReason] {
    let cells = notebook.cells.filter(\.options.eval)
    var reasons: [RebuildReason] = []
    var seen: Set<Int> = []
    for cell in cells {
      let place = "cell \(cell.index + 1)\(cell.options.label.map { " (\($0))" } ?? ""), line \(cell.codeLine)"
      if let match = record.match(cell) {
        seen.insert(match)
        if record.cells[match].code != Digest.sha256(cell.code) {
          reasons.append(RebuildReason(kind: .code, message: "\(place): its code has changed", cell: cell.index))
        }
      } else if record.isFinished {
        reasons.append(RebuildReason(kind: .code, message: "\(place): it is new", cell: cell.index))
      }
    }
    for (index, cell) in record.cells.enumerated() where !seen.contains(index) {
      let name = cell.label ?? "cell \(cell.result.cell + 1)"
      reasons.append(RebuildReason(kind: .code, message: "\(name) is gone"))
    }
    return reasons
  }
}

extension BuildRecord {
  /// Where in `cells` the notebook's cell is recorded: by its label; without one by its code, then by its number.
  func match(_ cell: Cell) -> Int? {
    if let label = cell.options.label { return cells.firstIndex { $0.label == label } }
    let code = Digest.sha256(cell.code)
    let same = cells.indices.filter { cells[$0].label == nil && cells[$0].code == code }
    return same.min { abs(cells[$0].result.cell - cell.index) < abs(cells[$1].result.cell - cell.index) }
      ?? cells.firstIndex { $0.label == nil && $0.result.cell == cell.index }
  }
}
