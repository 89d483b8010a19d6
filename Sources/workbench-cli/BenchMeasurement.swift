// How `workbench bench` measures: in this process, in one of its own, or in the yardstick's.

internal import ArgumentParser
internal import Foundation
internal import Workbench

/// One line of `--json`, of ours and of the yardstick.
struct SpeedResult: Codable {
  var engine: String
  var model: String
  var work: String
  var batch: Int
  var threads: Int
  var seconds: Double
  var imagesPerSecond: Double
  var peakRSSMiB: Int
  /// Repetitions whose median `seconds` is; the yardstick does not say.
  var runs: Int?

  enum CodingKeys: String, CodingKey {
    case engine, model, work, batch, threads, seconds, runs
    case imagesPerSecond = "images_per_second"
    case peakRSSMiB = "peak_rss_mib"
  }
}

extension BenchCommand {
  /// In this process.
  func measure(_ name: String, _ work: SpeedTest.Work) throws -> SpeedResult {
    let network = try Architecture(named: name, imageShape: [3, size, size]).network
    let batch = batch ?? SpeedTest.usualBatch(network)
    var test = SpeedTest(model: network, work: work, batch: batch, threads: threads)
    test.shards = shards
    let times = try test.seconds(runs: runs, warmup: warmup).sorted()
    let seconds = times[times.count / 2]
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return SpeedResult(
      engine: "workbench \(libraryVersion) \(kernelLevel)", model: name, work: work.rawValue, batch: batch,
      threads: threads, seconds: seconds, imagesPerSecond: Double(batch) / seconds,
      peakRSSMiB: Int(usage.ru_maxrss) / 1024, runs: times.count)
  }

  func inChild(_ name: String, _ work: SpeedTest.Work) throws -> SpeedResult {
    var arguments = [
      "bench", "--model", name, "--work", work.rawValue, "--threads", "\(threads)", "--size", "\(size)", "--json",
      "--shards", "\(shards)",
    ]
    if let runs { arguments += ["--runs", "\(runs)"] }
    if let warmup { arguments += ["--warmup", "\(warmup)"] }
    if let batch { arguments += ["--batch", "\(batch)"] }
    return try output(of: Bundle.main.executablePath ?? CommandLine.arguments[0], arguments)
  }

  /// PyTorch, with as many repetitions as ours had.
  func peer(_ name: String, _ work: SpeedTest.Work, runs: Int, python: String) throws -> SpeedResult {
    let network = try WideResNet(named: name)
    let repetitions = SpeedTest.Repetitions(runs: runs, warmup: warmup)
    return try output(
      of: python,
      [
        yardstick, "--depth", "\(network.depth)", "--widen", "\(network.widenFactor)", "--batch",
        "\(batch ?? SpeedTest.usualBatch(network))", "--threads", "\(threads)", "--runs",
        "\(repetitions.runs)", "--warmup", "\(repetitions.warmup)", "--size", "\(size)", "--only", work.rawValue,
      ])
  }

  /// The one JSON line that a program prints.
  private func output(of program: String, _ arguments: [String]) throws -> SpeedResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ValidationError("\(program) \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
    }
    return try JSONDecoder().decode(SpeedResult.self, from: data)
  }
}
