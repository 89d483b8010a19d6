// workbench bench

public import ArgumentParser
internal import Foundation
internal import Ranks
public import Workbench

extension SpeedTest.Work: ExpressibleByArgument {}

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Times forward passes, input gradients and training steps of wide ResNets.",
    discussion: """
      Each measurement runs in a process of its own, so that its peak memory is its own. With --against, PyTorch does
      the same work in turn (A B A B …), and ratios are taken pair by pair. --scaling says what a step would cost over
      many nodes like this one; started by mpirun it measures what connects them.

      Examples:
        workbench bench --model wrn-28-4 --batch 16 --threads 2 --work pgd10-step --json
        workbench bench --model wrn-10-1 --against torch-env/bin/python
        workbench bench --model wrn-28-4 --work train-step --shards 1 --threads 2 --beside 1
        workbench bench --scaling --model wrn-28-4 --batch 512 --link 25
      """)

  @Option(help: ArgumentHelp("A network, wrn-DEPTH-WIDTH; may be given more than once.", valueName: "name"))
  var model: [String] = []

  @Option(help: ArgumentHelp("Images of a batch; by default what suits the network.", valueName: "n"))
  var batch: Int?

  @OptionGroup var threading: ThreadOptions

  @Option(help: "What to time; may be given more than once. All four by default.")
  var work: [SpeedTest.Work] = []

  @Option(help: ArgumentHelp("Height and width of an image, pixels.", valueName: "n"))
  var size: Int = 32

  @Option(
    help: ArgumentHelp(
      "Repetitions; their median counts.", discussion: "By default as many as take two seconds, 3 to 60.",
      valueName: "n"))
  var runs: Int?

  @Option(
    help: ArgumentHelp(
      "Repetitions before those that count.", discussion: "By default a third as many.", valueName: "n"))
  var warmup: Int?

  @Flag(help: "One JSON object a line.")
  var json = false

  @Flag(help: "Time, GFLOP/s, memory traffic and share of each layer, on one thread.")
  var layers = false

  @Flag(help: "Predicts steps of --batch images, 512 by default, over 1 to 64 nodes like this one.")
  var scaling = false

  @Option(
    help: ArgumentHelp(
      "What a node of --scaling sends and receives at once; 10 by default, or what mpirun's processes measure.",
      valueName: "Gbit/s"))
  var link: Double?

  @Option(help: ArgumentHelp("What a message of --scaling takes beside its bytes.", valueName: "µs"))
  var latency: Double = 20

  @Option(help: ArgumentHelp("A Python with PyTorch that does the same work in turn.", valueName: "python"))
  var against: String?

  @Option(help: ArgumentHelp("Shards that a training step cuts the batch into.", valueName: "n"))
  var shards: Int = 2

  @Option(
    help: ArgumentHelp(
      "Another number of threads, in turn with --threads in one process.",
      discussion: "Prints how many times as fast --threads is, and the processor time that each takes.", valueName: "n")
  )
  var beside: Int?

  @Option(help: ArgumentHelp("Pairs of measurements with --against or --beside.", valueName: "n"))
  var pairs: Int = 3

  @Option(help: ArgumentHelp("The yardstick for --against.", valueName: "file"))
  var yardstick: String = "Benchmarks/wrn_torch.py"

  var threads: Int { threading.threads }

  func validate() throws {
    if link != nil, !scaling { throw ValidationError("--link goes with --scaling.") }
    guard link ?? 1 > 0, latency >= 0, (link ?? 1).isFinite, latency.isFinite else {
      throw ValidationError("--link takes a number above 0, and --latency one of 0 or more.")
    }
    guard runs ?? 1 >= 1, warmup ?? 0 >= 0, pairs >= 1 else {
      throw ValidationError("--runs and --pairs must be at least 1.")
    }
    for name in model {
      let network: any Network
      do { network = try Architecture(named: name).network } catch {
        throw ValidationError("--model \(name): \(error)")
      }
      if against != nil, (network as? WideResNet)?.activation != .relu {
        throw ValidationError("--model \(name): the yardstick of --against has wide ResNets with ReLU only.")
      }
    }
    guard (1...1024).contains(shards) else { throw ValidationError("--shards takes a number from 1 to 1024.") }
    if let batch, batch < 2 || batch % 2 != 0 || batch % shards != 0 {
      throw ValidationError("--batch takes an even number, 2 or more, that --shards divides.")
    }
    if let beside, !(1...1024).contains(beside) { throw ValidationError("--beside takes a number from 1 to 1024.") }
    if beside != nil, against != nil || layers || scaling {
      throw ValidationError("--beside goes with none of --against, --layers and --scaling.")
    }
    if against != nil, shards != 2 { throw ValidationError("--against goes with two shards, the usual ones.") }
    if against != nil, !FileManager.default.isReadableFile(atPath: yardstick) {
      throw ValidationError("--yardstick \(yardstick): no such file; run from the project's root.")
    }
  }

  func run() throws {
    if scaling { return try runScaling() }
    let models = model.isEmpty ? ["wrn-10-1", "wrn-16-2", "wrn-28-4", "wrn-34-10"] : model
    let works = work.isEmpty ? SpeedTest.Work.allCases : work
    if layers {
      for name in models { for work in works { try printLayers(name, work) } }
      return
    }
    if let beside {
      if !json { ThreadPairs.printHeader(threads: threads, beside: beside) }
      for name in models { for work in works { try printPairs(name, work, beside) } }
      return
    }
    if models.count == 1, works.count == 1, against == nil {
      try printResult(measure(models[0], works[0]))
      return
    }
    if !json { printHeader() }
    for name in models {
      for work in works {
        if let against {
          try compare(name, work, python: against)
        } else {
          try printResult(inChild(name, work))
        }
      }
    }
  }

  /// Ours and theirs in turn.
  private func compare(_ name: String, _ work: SpeedTest.Work, python: String) throws {
    var ours: [SpeedResult] = []
    var theirs: [SpeedResult] = []
    for _ in 0..<pairs {
      let ofOurs = try inChild(name, work)
      ours.append(ofOurs)
      theirs.append(try peer(name, work, runs: ofOurs.runs!, python: python))
    }
    if json {
      for (a, b) in zip(ours, theirs) { try [a, b].forEach(printResult) }
      return
    }
    let ratios = zip(ours, theirs).map { $0.imagesPerSecond / $1.imagesPerSecond }.sorted()
    let a = ours.map(\.imagesPerSecond).sorted()[pairs / 2]
    let b = theirs.map(\.imagesPerSecond).sorted()[pairs / 2]
    let memory = (ours.map(\.peakRSSMiB).max()!, theirs.map(\.peakRSSMiB).max()!)
    let columns = [
      pad(name, 10), pad(work.rawValue, 14), pad("\(ours[0].batch)", 5, right: true), number(a), number(b),
      String(format: "%6.2f (%.2f–%.2f)", ratios[pairs / 2], ratios.first!, ratios.last!),
      String(format: "%5d / %5d = %.2f", memory.0, memory.1, Double(memory.0) / Double(memory.1)),
    ]
    print(columns.joined(separator: "  "))
    fflush(nil)
  }

  private func printLayers(_ name: String, _ work: SpeedTest.Work) throws {
    let network = try Architecture(named: name, imageShape: [3, size, size]).network
    let batch = batch ?? SpeedTest.usualBatch(network)
    let (entries, runs, whole) = try SpeedTest(model: network, work: work, batch: batch, threads: 1).layers(
      runs: runs ?? 5)
    print(
      "\(name), \(work.rawValue), batch \(batch), 1 thread, \(kernelLevel): \(String(format: "%.2f", whole * 1e3)) ms")
    print("layer                          part                      ms   GFLOP/s      GB/s   share")
    func line(_ layer: String, _ part: String, _ seconds: Double, _ operations: Double, _ bytes: Double) {
      print(
        pad(layer, 30), pad(part, 20),
        String(
          format: "%8.3f %9.1f %9.1f  %5.1f %%", seconds * 1e3, operations / seconds / 1e9, bytes / seconds / 1e9,
          100 * seconds / whole))
    }
    let per = 1 / Double(runs)
    for e in entries { line(e.layer, e.part.rawValue, e.seconds * per, e.operations * per, e.bytes * per) }
    let sum = entries.reduce(0) { $0 + $1.seconds } * per
    print(
      pad("everything else", 51),
      String(format: "%8.3f                      %5.1f %%", (whole - sum) * 1e3, 100 * (whole - sum) / whole))
    print("")
  }

  private func printPairs(_ name: String, _ work: SpeedTest.Work, _ beside: Int) throws {
    let network = try Architecture(named: name, imageShape: [3, size, size]).network
    var test = SpeedTest(
      model: network, work: work, batch: batch ?? SpeedTest.usualBatch(network), threads: threads)
    test.shards = shards
    let found = ThreadPairs(model: name, test, beside: beside, pairs: try test.pairs(withThreads: beside, count: pairs))
    print(json ? try found.json() : found.line)
    fflush(nil)
  }

  private func printHeader() {
    if against != nil {
      print("images/s with \(threads) threads: the median of \(pairs) processes each, in turn; ratio with its range")
      print("model       work            batch   workbench     PyTorch  ratio               peak memory, MiB")
    } else {
      print("model       work            batch  threads     seconds    images/s  peak memory, MiB")
    }
  }

  private func printResult(_ result: SpeedResult) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(result), as: UTF8.self))
    } else {
      print(
        pad(result.model, 10), pad(result.work, 14), pad("\(result.batch)", 5, right: true),
        pad("\(result.threads)", 7, right: true), String(format: "%10.5f", result.seconds),
        number(result.imagesPerSecond), pad("\(result.peakRSSMiB)", 8, right: true), separator: "  ")
    }
    fflush(nil)
  }

  private func number(_ value: Double) -> String { String(format: value < 100 ? "%10.2f" : "%10.0f", value) }

  func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? space + text : text + space
  }
}
