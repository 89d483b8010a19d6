internal import Foundation
internal import Testing

/// What a cell prints is a line or two: a public type that holds lists says in words what it is.
struct PrintedSurfaceTests {
  /// Types whose lists have a few elements by their nature, or that no cell is given; and why nothing else is among them:
  /// attacks, whose printed properties are part of an evaluation's identity, hold none.
  private static let small: Set<String> = [
    "Augmentation", "Axis", "Dash", "FrameDecoder", "InputNormalization", "LayerGradients", "LayerPass",
    "MultilayerPerceptron", "NumbersUse", "ProgramFailure", "Provenance", "ResidualTopology", "RunUse",
    "SessionConfiguration", "Share",
  ]

  private static let modules = [
    "Analysis", "Attacks", "Basics", "Channel", "Datasets", "Figures", "FileSystem", "Images", "Networks", "Objectives",
    "PaperStudy", "Runs", "Tensors", "Training", "Workbench",
  ]

  @Test func `every public type with lists in it has a description`() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    var surface = Surface()
    for module in Self.modules {
      let folder = sources.appending(path: module)
      for file in FileManager.default.enumerator(atPath: folder.path)?.compactMap({ $0 as? String }) ?? []
      where file.hasSuffix(".swift") {
        surface.read(try String(contentsOf: folder.appending(path: file), encoding: .utf8))
      }
    }
    #expect(surface.types.count > 150 && surface.described.count > 80, "the sources were not found")
    let bare = surface.types.filter { type, properties in
      !surface.described.contains(type) && !Self.small.contains(type) && properties.contains(where: Surface.isList)
    }
    #expect(bare.isEmpty, "without a description: \(bare.keys.sorted().joined(separator: ", "))")
    let needless = Self.small.subtracting(surface.types.keys)
    #expect(needless.isEmpty, "not there any more: \(needless.sorted())")
  }

  /// Without the import Swift's own would be meant, whose message is lost in release builds.
  @Test func `every file with a precondition imports Basics`() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    var (count, bare) = (0, [String]())
    for file in FileManager.default.enumerator(atPath: sources.path)?.compactMap({ $0 as? String }) ?? []
    where file.hasSuffix(".swift") && !["Basics/", "YAML/"].contains(where: file.hasPrefix) {
      let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
      guard text.contains(#/\b(?:precondition|preconditionFailure|assert)\(/#) else { continue }
      count += 1
      if !text.contains(#/(?m)^(?:@_exported )?(?:\w+ )?import Basics$/#) { bare.append(file) }
    }
    #expect(count > 60 && bare.isEmpty, "without Basics: \(bare.sorted())")
  }

  @Test func `stored lists are told from computed ones and from other properties`() {
    var surface = Surface()
    surface.read(
      """
      public struct A: Sendable {
        public struct B {
          let numbers: [Double]
        }
        public var count: Int { numbers.count }
        public var tensors: [Tensor] { [] }
        public private(set) var name = "{"
        func f() {
          let local: [Int] = []
        }
      }
      public final class C: CustomStringConvertible {
        private var model: Model
      }
      extension A.B: CustomStringConvertible {
      """)
    #expect(surface.types["A"]?.contains(where: Surface.isList) == false)
    #expect(surface.types["B"]?.contains(where: Surface.isList) == true)
    #expect(surface.types["C"]?.contains(where: Surface.isList) == true)
    #expect(surface.described == ["B", "C"])
  }
}

/// The public types of some source, read line by line as `swift format` lays it out.
private struct Surface {
  /// The types of the stored properties of each public structure and class.
  var types: [String: [String]] = [:]
  /// Types that say how they are printed.
  var described: Set<String> = []

  static func isList(_ property: String) -> Bool {
    property.contains(#/\[|Tensor\b|NamedVector|\bModel\b|LabeledImages|\bNumbers\b|Tape\b/#)
  }

  mutating func read(_ text: String) {
    var depth = 0
    // Types around the line with the depth of their first line; other braces have no name.
    var open: [(name: String?, depth: Int)] = []
    for line in text.split(separator: "\n") {
      let words = line.drop { $0 == " " }
      if words.hasPrefix("//") { continue }
      if words.hasPrefix("extension "), let match = words.firstMatch(of: #/^extension ([\w.]+): ([^{]*)/#),
        match.2.contains("StringConvertible")
      {
        described.insert(String(match.1.split(separator: ".").last!))
      }
      if let stored = words.firstMatch(
        of:
          #/^(?:(?:public|package|private|fileprivate|internal) )*(?:\w+\(set\) )?(?:lazy )?(?:let|var) ([^={]*)(=|\{|$)/#
      ),
        let type = open.last, let name = type.name, type.depth == depth - 1, stored.2 != "{"
      {
        types[name, default: []].append(String(stored.1))
      }
      let bare = !words.contains("\"") ? words : words.replacing(#/"(?:\\.|[^"\\])*"/#, with: "")
      let opened = bare.count { $0 == "{" } - bare.count { $0 == "}" }
      if words.contains("public "),
        let match = words.firstMatch(of: #/^(?:@\w+ )*public (?:final )?(?:struct|class) (\w+)/#)
      {
        let name = String(match.1)
        types[name, default: []] += []
        if words.contains("StringConvertible") { described.insert(name) }
        open.append((name, depth))
      } else if opened > 0 {
        open.append((nil, depth))
      }
      depth += opened
      while let last = open.last, depth <= last.depth { open.removeLast() }
    }
  }
}
