// What the runner tells a notebook's program at its start, as JSON in one environment variable.

internal import Basics
internal import FoundationEssentials

/// Where a notebook's program reads and writes, and with what parameters it runs.
public struct SessionConfiguration: Codable, Sendable, Equatable {
  /// The environment variable that holds the configuration as JSON.
  public static let variable = "WORKBENCH_SESSION"
  /// The environment variable that holds the number of the channel's file descriptor.
  public static let channelVariable = "WORKBENCH_CHANNEL"

  /// The environment variable whose value no other run of a program has: the runner finds by it what the program started.
  public static let runVariable = "WORKBENCH_RUN"
  /// The exit code of a program that has lost its connection to a runner that is still there.
  public static let lostConnectionCode: Int32 = 119

  /// The notebook's name: its file name without the extension.
  public var name: String
  /// How large everything that the notebook trains is.
  public var scale: Scale
  /// Threads for heavy work, at least 1.
  public var threads: Int
  /// Values from the front matter, overridden by `--set`, in canonical spelling.
  public var parameters: [String: String]
  /// The folder with data sets that `--data` or `WORKBENCH_DATA` names.
  public var dataDirectory: String?
  /// The project's root: the run store lies in its `.workbench`.
  public var rootDirectory: String
  /// The root of `figures/` and `report/`; the project's root unless `--output` says otherwise.
  public var outputDirectory: String
  /// What is taken from the store and what is made anew.
  public var work: Work
  /// Where a re-evaluation or a new training keeps what it makes, so that what is stored stays; nil for the store.
  public var scratchDirectory: String?
  /// The cells whose figures and tables are drawn, and the program ends after the last of them; nil for all.
  public var drawnCells: [Int]?
  /// Whether the program only tells its keys: nothing is trained, computed or drawn.
  public var isPlanning: Bool

  /// A configuration from all of its fields; each is what the property of its name says.
  public init(
    name: String, scale: Scale = .draft, threads: Int, parameters: [String: String] = [:], dataDirectory: String? = nil,
    rootDirectory: String, outputDirectory: String, drawnCells: [Int]? = nil, isPlanning: Bool = false,
    work: Work = .missing, scratchDirectory: String? = nil
  ) {
    self.name = name
    self.scale = scale
    self.threads = threads
    self.parameters = parameters
    self.dataDirectory = dataDirectory
    self.rootDirectory = rootDirectory
    self.outputDirectory = outputDirectory
    self.work = work
    self.scratchDirectory = scratchDirectory
    self.drawnCells = drawnCells
    self.isPlanning = isPlanning
  }

  /// The folder of this scale's figures.
  public var figuresDirectory: String { outputDirectory + "/figures/" + scale.name }
  /// The folder of the pages. Drafts have one of their own in it: they take no other page's place.
  public var reportDirectory: String { outputDirectory + "/" + Self.reportFolder(of: scale) }
  /// The folder of the pages of a scale, from the root of the outputs.
  public static func reportFolder(of scale: Scale) -> String { scale.basis == .draft ? "report/draft" : "report" }
  /// The folder of what is needed only while a process runs.
  public var scratchRoot: String { ProjectLayout(root: rootDirectory).scratch }
  /// The folder of trained networks.
  public var runStoreDirectory: String {
    if work == .retrain, let scratchDirectory { return scratchDirectory + "/runs" }
    return ProjectLayout(root: rootDirectory).runs
  }
  /// The folder of derived numbers.
  public var numbersDirectory: String {
    if work == .reevaluate || work == .retrain, let scratchDirectory { return scratchDirectory + "/data" }
    return ProjectLayout(root: rootDirectory).numbers
  }

  /// The configuration as one line of JSON with sorted keys.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
