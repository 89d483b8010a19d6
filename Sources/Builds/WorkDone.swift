// What builds did, counted: the statement that a redrawing trained nothing is made from what the programs told.

internal import Basics
package import Channel
internal import FileSystem

/// Networks and numbers that programs took or made.
package struct WorkDone: Sendable, Equatable, Encodable {
  package var networksLoaded = 0
  package var networksTrained = 0
  package var numbersRead = 0
  package var numbersComputed = 0

  /// Each network and number counts once. Notebooks in `reused` did not run: what their last run made is taken now.
  package init(_ records: [BuildRecord], reused: Set<String> = []) {
    func count<Use>(_ uses: (CellRecord) -> [Use], _ key: (Use) -> String, _ state: (Use) -> UseState) -> (Int, Int) {
      let all = records.flatMap { record in
        record.cells.flatMap(uses).map {
          (key: key($0), isMade: state($0) == .made && !reused.contains(record.notebook))
        }
      }
      let made = Set(all.filter(\.isMade).map(\.key))
      return (made.count, Set(all.map(\.key)).subtracting(made).count)
    }
    (networksTrained, networksLoaded) = count(\.runs, \.key, \.state)
    (numbersComputed, numbersRead) = count(\.numbers, \.key, \.state)
  }

  /// "trained 0 networks and loaded 2, computed 1 derived result and read 3".
  package var line: String {
    "trained \(count(networksTrained, "network")) and loaded \(networksLoaded), "
      + "computed \(count(numbersComputed, "derived result")) and read \(numbersRead)"
  }

  private func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
}

/// How long the networks of a project's notebooks took to train, for a prediction.
package struct StoredTrainingTimes: Sendable {
  package var count: Int
  package var seconds: Double
  /// Levels of the kernels.
  package var levels: [String]

  /// What the last builds at `scale` say, and the committed manifest where there is none.
  package init(root: String, scale: Scale) {
    var networks: [String: (seconds: Double, level: String?)] = [:]
    let manifest = ReportManifest(root: root, scale: scale)
    if let manifest, manifest.scale == scale.name {
      for network in manifest.outputs.flatMap(\.networks) {
        networks[network.run] = (network.seconds, network.kernelLevel)
      }
    }
    let folder = ProjectLayout(root: root).builds(scale: scale.name)
    let names = Files.isFolder(folder) ? (try? Files.entries(of: folder)) ?? [] : []
    for name in names where name.hasSuffix(".json") {
      let notebook = "notebooks/\(name.dropLast(5)).md"
      for run in BuildRecord(path: "\(folder)/\(name)", notebook: notebook)?.cells.flatMap(\.runs) ?? [] {
        networks[run.key] = (run.seconds, run.kernelLevel)
      }
    }
    count = networks.count
    seconds = networks.values.reduce(0) { $0 + $1.seconds }
    levels = Set(networks.values.compactMap(\.level)).sorted()
  }
}
