// From a figure or table back to what it was made of: its cell, numbers, networks, images and seeds.

internal import Channel
internal import NotebookText

/// Where an output came from.
package struct OutputProvenance: Codable, Sendable, Equatable {
  /// The name of its files.
  package var label: String
  package var notebook: String
  /// The cell, counted from 1, and the line of its code.
  package var cell: Int
  package var line: Int
  /// The draw key: SHA-256 of numbers and style.
  package var key: String?
  package var numbers: [Numbers]
  package var networks: [Network]
  package var files: [FileRecord]

  package init(
    label: String, notebook: String, cell: Int, line: Int, key: String?, numbers: [Numbers], networks: [Network],
    files: [FileRecord]
  ) {
    self.label = label
    self.notebook = notebook
    self.cell = cell
    self.line = line
    self.key = key
    self.numbers = numbers
    self.networks = networks
    self.files = files
  }

  /// Derived numbers.
  package struct Numbers: Codable, Sendable, Equatable {
    package var kind: String
    package var key: String
    /// Seconds of computing, where known.
    package var seconds: Double?

    package init(kind: String, key: String, seconds: Double?) {
      self.kind = kind
      self.key = key
      self.seconds = seconds
    }
  }

  /// A trained network.
  package struct Network: Codable, Sendable, Equatable {
    package var name: String
    package var run: String
    package var seed: UInt64
    /// Hash of the images.
    package var data: String
    package var numericsVersion: Int
    package var kernelLevel: String?
    /// Seconds of training.
    package var seconds: Double

    package init(
      name: String, run: String, seed: UInt64, data: String, numericsVersion: Int, kernelLevel: String?, seconds: Double
    ) {
      self.name = name
      self.run = run
      self.seed = seed
      self.data = data
      self.numericsVersion = numericsVersion
      self.kernelLevel = kernelLevel
      self.seconds = seconds
    }
  }
}

/// A file that a cell wrote.
package struct FileRecord: Codable, Sendable, Equatable {
  /// Relative to the output folder, or absolute if it lies elsewhere.
  package var path: String
  package var sha256: String

  package init(path: String, sha256: String) {
    self.path = path
    self.sha256 = sha256
  }
}

/// The first of each key, in order.
package func unique<Element, Key: Hashable>(_ elements: [Element], by key: (Element) -> Key) -> [Element] {
  var seen: Set<Key> = []
  return elements.filter { seen.insert(key($0)).inserted }
}

extension OutputProvenance {
  /// A line that folds out, to stand under the output, with links to the cell's `anchor`, to recipes and to files.
  func html(
    anchor: String, recipe: (Network) -> String?, address: (FileRecord) -> String
  ) -> String {
    var rows = [("cell", "<a href=\"#\(HTML.escape(anchor))\">\(HTML.escape(notebook)):\(line)</a>")]
    for network in networks {
      let recipe = recipe(network).map { ", <a href=\"\(HTML.escape($0))\">recipe</a>" } ?? ""
      let level = network.kernelLevel.map { ", \($0)" } ?? ""
      rows.append(
        (
          "network",
          "\(HTML.escape(network.name)): run <code>\(network.run.prefix(10))</code>, seed \(network.seed), images "
            + "<code>\(network.data.prefix(10))</code>, numerics \(network.numericsVersion)\(HTML.escape(level)), "
            + "\(DurationText.of(network.seconds))\(recipe)"
        ))
    }
    let kinds = unique(numbers, by: \.kind).map(\.kind)
    for kind in kinds {
      let own = numbers.filter { $0.kind == kind }
      let known = own.compactMap(\.seconds)
      let cost = known.count == own.count && !own.isEmpty ? ", \(DurationText.of(known.reduce(0, +)))" : ""
      let keys = own.map { "<code>\($0.key.prefix(10))</code>" }.joined(separator: " ")
      rows.append(("numbers", "\(HTML.escape(kind)) \(keys)\(cost)"))
    }
    if let key { rows.append(("drawing", "<code>\(key.prefix(10))</code>")) }
    for file in files {
      let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
      rows.append(
        (
          "file",
          "<a href=\"\(HTML.escape(address(file)))\">\(HTML.escape(name))</a> <code>\(file.sha256.prefix(10))</code>"
        ))
    }
    let list = rows.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined()
    return "<details class=\"provenance\"><summary>How it was made</summary><dl>\(list)</dl></details>"
  }
}

package enum DurationText {
  /// "0.42 s", "83 s", "12 min 5 s", "3.2 h", "170 days".
  package static func of(_ seconds: Double) -> String {
    if seconds < 9.995 { return "\((seconds * 100).rounded() / 100)\u{A0}s" }
    if seconds < 100 { return "\(Int(seconds.rounded()))\u{A0}s" }
    if seconds < 7200 { return "\(Int(seconds) / 60)\u{A0}min \(Int(seconds) % 60)\u{A0}s" }
    if seconds < 172_800 { return "\((seconds / 360).rounded() / 10)\u{A0}h" }
    return "\(Int((seconds / 86400).rounded()))\u{A0}days"
  }
}
