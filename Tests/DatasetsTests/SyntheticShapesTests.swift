internal import Datasets
internal import Foundation
internal import Testing

@Suite struct SyntheticShapesTests {
  /// The bits of the first thousand images of both halves. A change of the generator must raise `SyntheticShapes.version` and these.
  @Test(arguments: [(16, "385a0e9d03d446b5", "62cd9b1fa39163e1"), (32, "475edac80213c9ec", "9760fc4fd8c6e035")])
  func thePicturesAreTheSameOnEveryMachine(size: Int, train: String, test: String) {
    let set = SyntheticShapes(seed: 0, size: size)
    #expect(SyntheticShapes.version == 1)
    #expect(set.images(.train, count: 1000).contentHash == train)
    #expect(set.images(.test, count: 1000).contentHash == test)
  }

  @Test func threadsAndPiecesDoNotMatter() {
    let set = SyntheticShapes(seed: 4)
    let all = set.images(.train, count: 600)
    #expect(set.images(.train, count: 600, threads: 2) == all)
    let piece = set.images(.train, count: 7, first: 295)
    #expect(piece.tensor == all.tensor(295..<302))
    #expect(piece.labels == Array(all.labels[295..<302]))
    #expect(set.images(.train, count: 0).count == 0)
  }

  @Test func everyTenImagesHoldEachClassOnce() {
    let set = SyntheticShapes(seed: 0)
    let labels = set.images(.test, count: 500).labels
    for block in 0..<50 { #expect(labels[10 * block..<10 * block + 10].sorted() == Array(0..<10)) }
    #expect(Set((0..<50).map { labels[10 * $0] }).count > 5)  // and in no fixed order
    #expect(labels[37] == set.label(.test, 37))
  }

  @Test func classesHaveNames() {
    #expect(
      SyntheticShapes.classNames == [
        "disc", "ring", "square", "triangle", "cross", "star", "heart", "crescent", "stripes", "checker",
      ])
  }

  @Test func seedsAndSplitsAreIndependent() {
    let images = SyntheticShapes(seed: 0).images(.train, count: 50)
    #expect(SyntheticShapes(seed: 0).images(.test, count: 50).pixels != images.pixels)
    #expect(SyntheticShapes(seed: 1).images(.train, count: 50).pixels != images.pixels)
    let rows = Set((0..<50).map { images.tensor([$0]) })
    #expect(rows.count == 50)
  }

  @Test func everySizeShowsTheSameScene() {
    // Means of 2×2 pixels of the larger picture against the smaller one: edges differ by rounding, pixels by noise.
    let small = SyntheticShapes(seed: 2, size: 16).images(.train, count: 40)
    let large = SyntheticShapes(seed: 2, size: 32).images(.train, count: 40)
    #expect(small.labels == large.labels)
    var distance = 0
    for plane in 0..<40 * 3 {
      for y in 0..<16 {
        for x in 0..<16 {
          let corner = plane * 1024 + 2 * y * 32 + 2 * x
          let sum = [0, 1, 32, 33].reduce(0) { $0 + Int(large.pixels[corner + $1]) }
          distance += abs(sum / 4 - Int(small.pixels[plane * 256 + y * 16 + x]))
        }
      }
    }
    #expect(Double(distance) / Double(40 * 768) < 8)  // levels; other images are some 60 apart
  }

  @Test func coloursDoNotGiveTheClassAway() {
    let set = SyntheticShapes(seed: 1).images(.train, count: 4000, threads: 2)
    var means = [[Double]](repeating: [0, 0, 0], count: 10)
    for i in 0..<set.count {
      for channel in 0..<3 {
        let start = (i * 3 + channel) * 256
        means[set.labels[i]][channel] += Double(set.pixels[start..<start + 256].reduce(0) { $0 + Int($1) }) / 256 / 400
      }
    }
    for channel in 0..<3 {
      let values = means.map { $0[channel] }
      #expect(values.allSatisfy { (100...156).contains($0) })
      // One image's mean has a standard deviation of 56, that of 400 images 2.8; the ten differ by 3.1 of those.
      #expect(values.max()! - values.min()! < 16)
    }
  }

  @Test func withoutWeaveAndNoiseTheBackgroundIsFlat() {
    var plain = SyntheticShapes.Difficulty.standard
    plain.weave = 0...0
    plain.noise = 0
    plain.shading = 0
    plain.clutterCount = 0...0
    plain.outlineContrast = 80...80
    let set = SyntheticShapes(seed: 0, size: 32, difficulty: plain).images(.train, count: 10)
    for i in 0..<10 {
      let x = set.tensor([i])
      let values = Set((0..<1024).map { x[0, 1, $0 / 32, $0 % 32] })
      #expect((2...17).contains(values.count))  // ink, ground, and edges by 1/16ths
    }
  }

  @Test func theContactSheetOfTheDocumentationIsThisSet() throws {
    // A column a class; every ten images hold each class once.
    let images = SyntheticShapes(seed: 0, size: 32).images(.train, count: 50)
    let rows = (0..<5).map { row in (10 * row..<10 * row + 10).sorted { images.labels[$0] < images.labels[$1] } }
    let sheet = images.contactSheet(rows: rows)
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appending(path: "Documentation/synthetic-contact-sheet.png").path(percentEncoded: false)
    let kept = try? RGBImage(png: path)
    if kept != sheet {
      let new = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "/synthetic-contact-sheet.png"
      try sheet.writePNG(new)
      Issue.record("\(path) shows another set; this one's sheet is in \(new): look at it, then copy it")
    }
  }

  @Test func aRecipeKeepsTheNumbers() throws {
    let set = SyntheticShapes(seed: 7, size: 32)
    let json = try JSONEncoder().encode(set)
    #expect(try JSONDecoder().decode(SyntheticShapes.self, from: json) == set)
    #expect(set.images(.test, count: 3).provenance.details == "images 0..<3, seed 7, generator 1")
  }
}
