// workbench bench --beside

internal import Foundation
internal import Workbench

/// One kind of work with two numbers of threads, as `bench --beside` prints it.
struct ThreadPairs: Encodable {
  let model: String, work: SpeedTest.Work
  let batch: Int, shards: Int, threads: Int, beside: Int
  let pairs: [SpeedPair]

  init(model: String, _ test: SpeedTest, beside: Int, pairs: [SpeedPair]) {
    (self.model, work, batch) = (model, test.work, test.batch)
    (shards, threads, self.beside, self.pairs) = (test.shards, test.threads, beside, pairs)
  }

  static func printHeader(threads: Int, beside: Int) {
    print(
      "images/s and processor time a repetition with \(threads) threads and with \(beside): medians of pairs, measured in turn"
    )
    print(
      "model       work            batch  shards  \(column(threads))  \(column(beside))  ratio               processor ms"
    )
  }

  private static func column(_ threads: Int) -> String { String(format: "%10d", threads) }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  var line: String {
    func median(_ value: (SpeedPair) -> Double) -> Double { pairs.map(value).sorted()[pairs.count / 2] }
    let ratios = pairs.map(\.ratio).sorted()
    func pad(_ text: String, _ width: Int) -> String {
      text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
    }
    return [
      pad(model, 10), pad(work.rawValue, 14), String(format: "%5d  %6d", batch, shards),
      String(format: "%10.1f", Double(batch) / median(\.seconds)),
      String(format: "%10.1f", Double(batch) / median(\.otherSeconds)),
      String(format: "%6.2f (%.2f–%.2f)", ratios[ratios.count / 2], ratios.first!, ratios.last!),
      String(format: "%.1f / %.1f", median(\.processorSeconds) * 1e3, median(\.otherProcessorSeconds) * 1e3),
    ].joined(separator: "  ")
  }
}
