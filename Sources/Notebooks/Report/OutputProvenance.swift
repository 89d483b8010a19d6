// From a figure or table back to what it was made of: its cell, numbers, networks, images and seeds.

internal import Channel

/// Where an output came from.
public struct OutputProvenance: Codable, Sendable, Equatable {
  /// The name of its files.
  public var label: String
  public var notebook: String
  /// The cell, counted from 1, and the line of its code.
  public var cell: Int
  public var line: Int
  /// The draw key: SHA-256 of numbers and style.
  public var key: String?
  public var numbers: [Numbers]
  public var networks: [Network]
  public var files: [FileRecord]

  /// Derived numbers.
  public struct Numbers: Codable, Sendable, Equatable {
    public var kind: String
    public var key: String
    /// Seconds of computing, where known.
    public var seconds: Double?
  }

  /// A trained network.
  public struct Network: Codable, Sendable, Equatable {
    public var name: String
    public var run: String
    public var seed: UInt64
    /// Hash of the images.
    public var data: String
    public var numericsVersion: Int
    public var kernelLevel: String?
    /// Seconds of training.
    public var seconds: Double
  }
}

extension BuildRecord {
  /// Where the outputs of the notebook came from, in order. `notebook` gives the lines of the cells.
  public func provenance(in notebook: Notebook) -> [OutputProvenance] {
    cells.flatMap { cell in
      cell.drawings.map { drawing in provenance(of: drawing, in: cell, notebook) }
    }
  }

  private func provenance(of drawing: DrawingUse, in cell: CellRecord, _ notebook: Notebook) -> OutputProvenance {
    let before = cells.filter { $0.result.cell <= cell.result.cell }
    // Numbers of the cell itself; a cell that has none draws what earlier cells computed.
    let numbers = cell.numbers.isEmpty ? unique(before.flatMap(\.numbers), by: \.key) : unique(cell.numbers, by: \.key)
    let inputs = Set(numbers.flatMap(\.inputs.values))
    let all = unique(before.flatMap(\.runs), by: \.key)
    let named = all.filter { inputs.contains($0.key) }
    let index = cell.result.cell
    return OutputProvenance(
      label: drawing.name, notebook: self.notebook, cell: index + 1,
      line: notebook.cells.indices.contains(index) ? notebook.cells[index].codeLine : 1, key: drawing.key,
      numbers: numbers.map { OutputProvenance.Numbers(kind: $0.kind, key: $0.key, seconds: $0.seconds) },
      networks: (named.isEmpty ? all : named).map {
        OutputProvenance.Network(
          name: $0.name, run: $0.key, seed: $0.seed, data: $0.data, numericsVersion: $0.numericsVersion,
          kernelLevel: $0.kernelLevel, seconds: $0.seconds)
      },
      files: cell.files.filter { file in
        let name = file.path.split(separator: "/").last ?? ""
        return name.prefix { $0 != "." } == drawing.name
      })
  }
}

/// The first of each key, in order.
func unique<Element, Key: Hashable>(_ elements: [Element], by key: (Element) -> Key) -> [Element] {
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

enum DurationText {
  /// "0.42 s", "83 s", "12 min 5 s", "3.2 h", "170 days".
  static func of(_ seconds: Double) -> String {
    if seconds < 9.995 { return "\((seconds * 100).rounded() / 100)\u{A0}s" }
    if seconds < 100 { return "\(Int(seconds.rounded()))\u{A0}s" }
    if seconds < 7200 { return "\(Int(seconds) / 60)\u{A0}min \(Int(seconds) % 60)\u{A0}s" }
    if seconds < 172_800 { return "\((seconds / 360).rounded() / 10)\u{A0}h" }
    return "\(Int((seconds / 86400).rounded()))\u{A0}days"
  }
}
