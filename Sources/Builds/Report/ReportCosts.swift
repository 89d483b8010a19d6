// What the numbers of a report cost: networks trained, numbers computed.

internal import NotebookText
internal import Pages

/// The chapter on costs.
struct ReportCosts {
  var records: [BuildRecord]

  /// A paragraph and two tables; empty when nothing was trained or computed.
  var html: String {
    let runs = unique(records.flatMap { $0.cells.flatMap(\.runs) }, by: \.key)
    let numbers = unique(records.flatMap { $0.cells.flatMap(\.numbers) }, by: \.key)
    if runs.isEmpty && numbers.isEmpty { return "" }
    let training = runs.reduce(0) { $0 + $1.seconds }
    let known = numbers.compactMap(\.seconds)
    var html = "<p>\(runs.count) network\(runs.count == 1 ? "" : "s") trained in \(DurationText.of(training))"
    html += ", \(numbers.count) derived results computed"
    html += known.count == numbers.count ? " in \(DurationText.of(known.reduce(0, +)))" : ""
    html += ". The times are those of the machine that made them, as its records say.</p>\n"
    if !runs.isEmpty {
      let rows = runs.map { run in
        [
          HTML.escape(run.name), "<code>\(run.key.prefix(10))</code>", run.recipe["epochs"] ?? "–",
          HTML.escape(run.kernelLevel ?? "–"), DurationText.of(run.seconds),
        ]
      }
      html += HTML.table(
        ["network", "run", "epochs", "kernels", "training"], rows, numbers: [2, 4], label: "Networks")
    }
    let kinds = unique(numbers, by: \.kind).map(\.kind)
    if !kinds.isEmpty {
      let rows = kinds.map { kind in
        let own = numbers.filter { $0.kind == kind }
        let seconds = own.compactMap(\.seconds)
        return [
          HTML.escape(kind), "\(own.count)",
          seconds.count == own.count ? DurationText.of(seconds.reduce(0, +)) : "not recorded",
        ]
      }
      html += HTML.table(["derived result", "times", "computing"], rows, numbers: [1, 2], label: "Derived results")
    }
    return html
  }
}
