// Networks and derived numbers -> report/records, so that a clone draws every figure without training.

internal import Basics
internal import Builds
internal import Workbench

/// Publishes what builds used.
struct RecordPublisher {
  let root: String

  /// Copies runs and numbers. Returns a line of what was published.
  func publish(_ records: [BuildRecord]) throws -> [String] {
    let layout = ProjectLayout(root: root)
    let folder = layout.records
    let store = RunStore(
      root: layout.runs, published: folder,
      memos: MemoStore(root: layout.numbers, published: layout.publishedNumbers))
    var (runs, numbers) = (0, 0)
    var seen: Set<String> = []
    for cell in records.flatMap(\.cells) {
      for use in cell.runs where seen.insert(use.key).inserted {
        guard let key = RunKey(hex: use.key), let run = try store.run(key) else { continue }
        // What was published without weights stays so.
        if Files.exists(folder), let there = try RunStore(root: folder).run(key), !there.hasWeights { continue }
        try store.publish(run, into: folder)
        runs += 1
      }
      for use in cell.numbers where seen.insert(use.key).inserted {
        try store.memos.publish("\(use.kind)/\(use.key).json", into: layout.publishedNumbers)
        numbers += 1
      }
    }
    let networks = "\(runs) network\(runs == 1 ? "" : "s")"
    return ["published \(networks) and \(numbers) derived result\(numbers == 1 ? "" : "s") in \(shortPath(folder))"]
  }
}
