// workbench why: what has changed since the last build, what would run again, and how long that would take.

internal import Channel
package import Execution
internal import Foundation
internal import NotebookText

/// What stands between a notebook's last build and the next.
package struct WhyReport: Codable, Sendable, Equatable {
  package var notebook: String
  package var scale: String
  /// Why the program would run; empty if only the page would be made anew.
  package var reasons: [RebuildReason]
  /// Cells in order, as far as the program could be followed.
  package var cells: [CellForecast]
  /// Where the program could not be followed further without training or computing; nil if it came to its end.
  package var stop: String?

  /// Predicted seconds of all work whose time is known.
  package var seconds: Double { cells.flatMap(\.work).reduce(0) { $0 + ($1.seconds ?? 0) } }

  /// One cell.
  package struct CellForecast: Codable, Sendable, Equatable {
    /// Counted from 0.
    package var cell: Int
    package var label: String?
    package var line: Int
    /// Whether the program was followed through this cell; what is said of it else comes from the last build.
    package var isKnown: Bool
    /// Run, data and draw keys that are not what they were, each with what is behind it.
    package var changes: [String]
    /// What would be trained and computed.
    package var work: [PendingWork]
  }

  /// A piece of work that would be done.
  package struct PendingWork: Codable, Sendable, Equatable {
    /// "train pgd", "compute landscape".
    package var what: String
    /// Predicted; nil if it was never done.
    package var seconds: Double?
    /// "measured now", "from the last build".
    package var basis: String
  }
}

extension NotebookBuild {
  /// Compares the notebook with the record of its last build.
  ///
  /// If the program would run, it is compiled and followed in a mode in which trainings and computations only tell their
  /// keys: nothing is trained, computed or drawn. That takes seconds, and ends where a number is needed that is not
  /// stored. Throws `BuildRefusal` as `run` does.
  package func why(on host: any ProgramHost, interrupts: Interrupts?) throws(BuildRefusal) -> WhyReport {
    var prepared = try prepare(host)
    let reasons = prepared.reasonsToRun()
    var report = WhyReport(
      notebook: prepared.notebook.path, scale: scale.name, reasons: reasons, cells: [], stop: nil)
    if reasons.isEmpty { return report }
    let compiled = try prepared.compile(interrupts)
    prepared.configuration.isPlanning = true
    let (transcript, failure) = try prepared.run(compiled, nil, timeLimit: .seconds(60), interrupts)
    let results = transcript.results
    if failure?.kind == .interrupted {
      throw BuildRefusal(exitCode: interrupts?.exitCode ?? .interrupted, description: "interrupted")
    }
    report.stop = failure.map { "\($0.location.map { "line \($0.line): " } ?? "")\($0.message)" }
    let followed = results.count - (failure == nil ? 0 : 1)
    for (place, cell) in prepared.notebook.cells.filter(\.options.eval).enumerated() {
      let now = results.first { $0.cell == cell.index }
      let before = prepared.record.flatMap { record in record.match(cell).map { record.cells[$0] } }
      report.cells.append(
        Comparison(cell: cell, before: before, now: now, isKnown: place < followed).forecast)
    }
    return report
  }
}

/// A cell at the last build and as the plan has it.
private struct Comparison {
  var cell: Cell
  var before: CellRecord?
  var now: CellResult?
  var isKnown: Bool

  var forecast: WhyReport.CellForecast {
    var result = WhyReport.CellForecast(
      cell: cell.index, label: cell.options.label, line: cell.codeLine, isKnown: isKnown, changes: [], work: [])
    let plan = CellRecord(
      label: nil, code: "", result: now ?? CellResult(cell: cell.index), files: [])
    for (index, run) in plan.runs.enumerated() { compare(run, index, &result) }
    for (index, numbers) in plan.numbers.enumerated() { compare(numbers, index, &result) }
    // A figure and a table of one cell may have one name: the first of a name is compared with the first, and so on.
    var seen: [String: Int] = [:]
    for drawing in plan.drawings {
      let old = before?.drawings.filter { $0.name == drawing.name } ?? []
      let place = seen[drawing.name, default: 0]
      seen[drawing.name] = place + 1
      compare(drawing, old.indices.contains(place) ? old[place] : nil, &result)
    }
    if !isKnown { addFromRecord(beyond: plan.numbers.count, &result) }
    return result
  }

  private func compare(_ run: RunUse, _ index: Int, _ result: inout WhyReport.CellForecast) {
    let runs = before?.runs ?? []
    let old = runs.first { $0.name == run.name } ?? (runs.indices.contains(index) ? runs[index] : nil)
    if let old, old.key != run.key {
      var fields = differences(old.recipe, run.recipe, except: ["name"])
      if old.data != run.data { fields.append("other images") }
      if old.numericsVersion != run.numericsVersion {
        fields.append("numerics version \(old.numericsVersion) → \(run.numericsVersion)")
      }
      result.changes.append("run key of \(run.name): \(short(old.key)) → \(short(run.key)): \(list(fields))")
    } else if old == nil {
      result.changes.append("run \(run.name), \(short(run.key)), is new here")
    }
    switch run.state {
    case .missing:
      result.work.append(.init(what: "train \(run.name)", seconds: run.seconds, basis: "measured now"))
    case .interrupted:
      let basis = "measured now, from the start; it goes on from its checkpoint"
      result.work.append(.init(what: "train \(run.name)", seconds: run.seconds, basis: basis))
    case .stored, .made: break
    }
  }

  private func compare(_ numbers: NumbersUse, _ index: Int, _ result: inout WhyReport.CellForecast) {
    let old = before.flatMap { $0.numbers.indices.contains(index) ? $0.numbers[index] : nil }
    if let old, old.kind == numbers.kind, old.key != numbers.key {
      let fields = differences(old.inputs, numbers.inputs, except: [])
      result.changes.append("data key of \(numbers.kind): \(short(old.key)) → \(short(numbers.key)): \(list(fields))")
    } else if old?.kind != numbers.kind {
      result.changes.append("\(numbers.kind), \(short(numbers.key)), is new here")
    }
    if numbers.state == .missing {
      let known = old?.kind == numbers.kind ? old?.seconds : nil
      let basis = known == nil ? "never timed" : "from the last build"
      result.work.append(.init(what: "compute \(numbers.kind)", seconds: known, basis: basis))
    }
  }

  private func compare(_ drawing: DrawingUse, _ old: DrawingUse?, _ result: inout WhyReport.CellForecast) {
    guard let old else {
      result.changes.append("drawing \(drawing.name) is new here")
      return
    }
    if old.key == drawing.key { return }
    let what =
      old.numbers != nil && old.numbers == drawing.numbers ? "only its style has changed" : "its numbers have changed"
    result.changes.append("draw key of \(drawing.name): \(short(old.key)) → \(short(drawing.key)): \(what)")
  }

  /// The computations of the last build that the plan did not come to.
  private func addFromRecord(beyond count: Int, _ result: inout WhyReport.CellForecast) {
    for numbers in before?.numbers.dropFirst(count) ?? [] {
      let basis = "if its inputs have changed; from the last build"
      result.work.append(.init(what: "compute \(numbers.kind)", seconds: numbers.seconds, basis: basis))
    }
  }

  private func differences(_ old: [String: String], _ new: [String: String], except: Set<String>) -> [String] {
    Set(old.keys).union(new.keys).subtracting(except).sorted().compactMap { field in
      let (a, b) = (old[field], new[field])
      return a == b ? nil : "\(field) \(a.map(short) ?? "none") → \(b.map(short) ?? "none")"
    }
  }

  private func list(_ fields: [String]) -> String {
    fields.isEmpty ? "what it was computed from is the same, its version is another" : fields.joined(separator: ", ")
  }

  /// Keys inside texts are cut to the length in which people see them.
  private func short(_ text: String) -> String {
    text.utf8.count == 64 && text.allSatisfy(\.isHexDigit) ? String(text.prefix(10)) : text
  }
}
