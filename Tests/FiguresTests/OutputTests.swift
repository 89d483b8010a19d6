import Figures
import FileSystem
import Foundation
import Images
import Testing

@Suite struct OutputTests {
  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "figures-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test func aCurveThatMovesByTwoPointsIsSeenInThePicture() throws {
    func figure(_ shift: Double) -> Figure {
      Figure(width: 200, height: 150, x: .linear(from: 0, to: 1), y: .linear(from: 0, to: 100)) {
        Line(x: [0, 1], y: [50 + shift, 50 + shift], color: .blue, width: 1)
      }
    }
    // The plot is about 125 points high: 1.6 units are 2 points, at 2 pixels a point.
    let comparison = try #require(ImageComparison(figure(0).image(), figure(1.6).image()))
    #expect(comparison.displacement > 0.1)
  }

  @Test func theSameFigureGivesTheSameBytesTwice() throws {
    for drawing in [Gallery.panels, Gallery.bars, Gallery.landscape(theme: .print), Gallery.surface, Gallery.sheet]
      as [any Drawing]
    {
      let first = (try drawing.png(key: "k"), try drawing.pdf(key: "k"), try drawing.svg(key: "k"))
      // Other surfaces in between move Cairo's counters on.
      _ = try Gallery.landscape(theme: .paper).svg()
      #expect(try drawing.png(key: "k") == first.0)
      #expect(try drawing.pdf(key: "k") == first.1)
      #expect(try drawing.svg(key: "k") == first.2)
    }
  }

  @Test func threadsDrawTheSameBytes() async throws {
    let expected = try Gallery.panels.svg()
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<8 { group.addTask { try Gallery.panels.svg() } }
      for try await bytes in group { #expect(bytes == expected) }
    }
  }

  @Test func idsOfTwoFiguresDoNotMeet() throws {
    func ids(_ bytes: [UInt8]) -> Set<String> {
      Set(String(decoding: bytes, as: UTF8.self).matches(of: /\ id="([^"]*)"/).map { String($0.1) })
    }
    let a = ids(try Gallery.panels.svg())
    let b = ids(try Gallery.bars.svg())
    #expect(!a.isEmpty && !b.isEmpty && a.isDisjoint(with: b))
    #expect(a.allSatisfy { $0.hasPrefix("f") && $0.contains("-") })
  }

  @Test func everyReferenceOfAnSVGHasItsId() throws {
    for drawing in [Gallery.panels, Gallery.sheet] as [any Drawing] {
      let text = String(decoding: try drawing.svg(), as: UTF8.self)
      let ids = Set(text.matches(of: /\ id="([^"]*)"/).map { String($0.1) })
      let references =
        text.matches(of: /href="#([^"]*)"/).map { String($0.1) }
        + text.matches(of: /url\(#([^)]*)\)/).map { String($0.1) }
      #expect(!references.isEmpty && ids.isSuperset(of: references))
    }
  }

  @Test func idsFollowFromContentNotFromCounters() {
    let one = SVGDocument(Array("<svg x><g id=\"surface5\"/><use xlink:href=\"#surface5\"/></svg>".utf8))
    let two = SVGDocument(Array("<svg x><g id=\"surface9\"/><use xlink:href=\"#surface9\"/></svg>".utf8))
    #expect(one.bytes(summary: "a", key: nil) == two.bytes(summary: "a", key: nil))
    #expect(one.bytes(summary: "a", key: nil) != one.bytes(summary: "a", key: "k"))
    let text = String(decoding: one.bytes(summary: "1 < \"2\"", key: nil), as: UTF8.self)
    #expect(text.contains("aria-label=\"1 &lt; &quot;2&quot;\""))
  }

  @Test func filesCarryTheKeyAndNoClock() throws {
    let figure = Gallery.bars
    #expect(PNGImage.text(in: try figure.png(key: "sha256:12")) == "sha256:12")
    let pdf = String(decoding: try figure.pdf(key: "sha256:12"), as: UTF8.self)
    #expect(pdf.contains("workbench-key=sha256:12"))
    if getenv("SOURCE_DATE_EPOCH") == nil { #expect(pdf.contains("/CreationDate (19700101000000Z")) }
    #expect(String(decoding: try figure.svg(key: "a<b"), as: UTF8.self).contains("workbench-key: a&lt;b</metadata>"))
  }

  @Test func thePictureHasTwoPixelsAPoint() throws {
    let image = try Gallery.bars.image()
    #expect(image.width == 840 && image.height == 480)
    #expect(try Gallery.bars.image(scale: 1).width == 420)
  }

  @Test func theNameOfTheFileChoosesTheFormat() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let heads: [(String, String)] = [("a.png", "\u{FFFD}PNG"), ("a.pdf", "%PDF"), ("a.SVG", "<?xm")]
    for (name, head) in heads {
      try Gallery.bars.write(to: folder + "/" + name)
      let bytes = try Files.read(folder + "/" + name, limit: 1 << 20)
      #expect(String(decoding: bytes.prefix(4), as: UTF8.self) == head)
    }
    #expect(throws: FigureError.format(path: "a.gif")) { try Gallery.bars.write(to: "a.gif") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.SVG", "a.pdf", "a.png"])
  }

  @Test func aFileThatCannotBeWrittenIsNamedAndNothingIsLeft() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do throws(FigureError) {
      try Gallery.bars.write(to: folder + "/none/a.svg")
      Issue.record("written")
    } catch {
      #expect(error.description.hasPrefix("cannot write \(folder)/none/a.svg: "))
    }
    // A folder in the place of the file.
    try FileManager.default.createDirectory(atPath: folder + "/b.svg", withIntermediateDirectories: true)
    #expect(throws: FigureError.self) { try Gallery.bars.write(to: folder + "/b.svg") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["b.svg"])
  }

  @Test func aMissingFontNamesFileAndPackage() {
    do throws(FigureError) {
      _ = try FontFile.load(from: "/nonexistent")
      Issue.record("loaded")
    } catch {
      #expect(error.description.hasPrefix("/nonexistent/DejaVuSans.ttf: "))
      #expect(error.description.contains("fonts-dejavu-core"))
    }
  }

  /// Pictures of each kind against the committed ones. Edges may be smoothed otherwise (`displacement`), nothing may
  /// move. `WORKBENCH_REFERENCES=folder` writes new ones there instead.
  @Test(arguments: ["landscape", "panels", "bars", "surface", "sheet"]) func thePictureLooksAsItDid(name: String) throws
  {
    let drawing: any Drawing =
      switch name {
      case "landscape": Gallery.landscape(theme: .print)
      case "panels": Gallery.panels
      case "bars": Gallery.bars
      case "surface": Gallery.surface
      default: Gallery.sheet
      }
    let image = try drawing.image(scale: 1)
    if let folder = ProcessInfo.processInfo.environment["WORKBENCH_REFERENCES"] {
      return try image.write(to: "\(folder)/\(name).png")
    }
    let path = try #require(Bundle.module.path(forResource: "Resources/" + name, ofType: "png"))
    let comparison = try #require(ImageComparison(PNGImage(contentsOf: path), image))
    // 0.03: other versions of FreeType and Cairo smooth glyphs otherwise; a moved hairline gives 0.1.
    #expect(comparison.displacement < 0.03, "at \(comparison.worstPlace)")
  }
}
