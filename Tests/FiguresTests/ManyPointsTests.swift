import Basics
import Figures
import Foundation
import Images
import Testing

/// Figures of more numbers than paper shows.
@Suite struct ManyPointsTests {
  /// Numbers in [0, 1) that look random, the same in every run: the fractions of i² · φ.
  private static func noise(_ count: Int, _ seed: Double = 0) -> [Double] {
    (0..<count).map { i in
      let product = (Double(i) + 1) * (Double(i) + 1 + seed) * 0.6180339887498949
      return product - product.rounded(.down)
    }
  }

  /// Each kind of mark with `count` numbers, and what is hard about it.
  private static func marks(_ count: Int) -> [(name: String, mark: Mark)] {
    let x = Array(0..<count)
    let y = noise(count)
    let z = noise(count, 0.37)
    let gaps = y.enumerated().map { $0.offset % 3 == 2 ? nil : $0.element }
    let upper = zip(y, z).map { $0 + 0.2 * $1 }
    let side = Int(Double(count).squareRoot())
    let pale = Color.blue.opacity(0.05)
    return [
      ("a noisy line", Line(x: x, y: y).mark),
      ("a line with gaps", Line(x: x, y: gaps).mark),
      ("a line that wanders everywhere", Line(x: y, y: z).mark),
      ("a pale line that wanders everywhere", Line(x: y, y: z, color: pale).mark),
      ("a dashed line with markers", Line(x: x, y: y, dash: .dashed, marker: .square).mark),
      ("points everywhere", Points(x: y, y: z).mark),
      ("pale points everywhere", Points(x: y, y: z, color: pale, size: 2).mark),
      ("crosses with error bars", Points(x: x, y: y, lower: y, upper: upper, marker: .cross).mark),
      ("a band", Band(x: x, lower: y, upper: upper).mark),
      ("bars", Bars(upper, lower: y, upper: upper, values: .decimals(2)).mark),
      ("a heat map", HeatMap(x: 0..<side, y: 0..<side, values: z.prefix(side * side)).mark),
      ("a heat map of one row", HeatMap(x: x, y: [0], values: z).mark),
    ]
  }

  private static func figure(_ mark: Mark) -> Figure {
    Figure(x: .linear("x"), y: .linear("y", 0...1.2)) {
      mark
      Rule(y: 0.5, label: "half")
    }
  }

  /// Processor seconds of this thread that the work takes.
  private static func seconds(_ work: () throws -> Void) rethrows -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    try work()
    return now() - start
  }

  /// All that `show` does with a figure.
  private static func drawAll(_ figure: Figure) throws -> (pictures: Int, csv: Int) {
    let pictures = [try figure.png(), try figure.pdf(), try figure.svg()]
    return (pictures.map(\.count).reduce(0, +), figure.csv().utf8.count)
  }

  // An idle core takes 0.1 to 1.5 s; twice as much and more where others use its caches.
  @Test(arguments: marks(2).map(\.name))
  func `100,000 noisy numbers are drawn in all formats within seconds and into files that open`(name: String) throws
  {
    let mark = try #require(Self.marks(100_000).first { $0.name == name }).mark
    let figure = Self.figure(mark)
    var sizes = (pictures: 0, csv: 0)
    let seconds = try Self.seconds { sizes = try Self.drawAll(figure) }
    #expect(seconds < 4, "\(seconds) s")
    #expect(sizes.pictures < 30_000_000)
    // No row is left out.
    let rows = figure.csv().utf8.count { $0 == UInt8(ascii: "\n") }
    #expect(rows == 2 + mark.content.rows(in: figure.panels[0]).count && rows > 99_000)
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["WORKBENCH_SLOW"] != nil), arguments: marks(2).map(\.name))
  func `1,000,000 noisy numbers are drawn in all formats within ten seconds`(name: String) throws {
    let mark = try #require(Self.marks(1_000_000).first { $0.name == name }).mark
    let figure = Self.figure(mark)
    let seconds = try Self.seconds { _ = try Self.drawAll(figure) }
    #expect(seconds < 10, "\(seconds) s")
  }

  @Test func `a line of up to 5,000 points goes through each of them, a longer one through four a column`() throws {
    func corners(_ count: Int) throws -> Int {
      var canvas = RecordingCanvas()
      try Self.figure(Line(x: 0..<count, y: Self.noise(count), color: .red).mark).draw(on: &canvas)
      return canvas.commands.reduce(0) { sum, command in
        if case .stroke(let path, let stroke) = command, stroke.color == .red { sum + path.elements.count } else { sum }
      }
    }
    #expect(try corners(5_000) == 5_000)
    let long = try corners(50_000)
    // The plot is less than 420 points wide, with four columns each; a part of a stroke repeats two corners.
    #expect(long > 5_000 && Double(long) < 420 * 4 * 4 * 1.05)
    #expect(try corners(200_000) <= long * 21 / 20)
  }

  @Test func `the line of many points covers the pixels that all of its points cover`() throws {
    let count = 20_000
    let y = Self.noise(count).enumerated().map { 0.5 + 0.4 * sin(Double($0.offset) / 3000) + 0.1 * $0.element }
    let places = y.enumerated().map { Point(Double($0.offset) / Double(count) * 300, 200 * $0.element) }
    func pixels(_ points: [Point]) throws -> [UInt8] {
      let canvas = try CairoCanvas(.png(scale: 2), size: Size(300, 200))
      canvas.perform(.stroke(.polyline(points), Stroke(.black, width: 1.4)))
      return try canvas.pixels().rgba
    }
    let area = PlotArea(
      panel: Panel(marks: []), xRange: 0...1, yRange: 0...1, theme: .standard)
    let thin = area.thinned(places)
    #expect(thin.count < places.count / 3)
    let (all, few) = (try pixels(places), try pixels(thin))
    let differences = zip(all, few).map { abs(Int($0) - Int($1)) }
    // A row of pixels at the edge may differ in shade, since a quarter of a point is half a pixel.
    #expect(differences.count { $0 > 64 } * 1000 < differences.count)
    #expect(differences.reduce(0, +) < differences.count / 2)
  }

  @Test func `points that later ones hide are left out and all others are drawn`() throws {
    func discs(_ points: Points) throws -> [Point] {
      var canvas = RecordingCanvas()
      try Self.figure(points.mark).draw(on: &canvas)
      return canvas.commands.compactMap { command in
        guard case .fill(let path, .red) = command, case .circle(let center, _)? = path.elements.first else {
          return nil
        }
        return center
      }
    }
    // 6,000 points on 20 places: the last of each place is seen, and it is the last in order too.
    let few = try discs(Points(x: (0..<6_000).map { $0 % 20 }, y: (0..<6_000).map { _ in 0.5 }, color: .red))
    #expect(few.count == 20 && few.map(\.x) == few.map(\.x).sorted())
    // As many far from one another: nothing is hidden.
    let apart = try discs(
      Points(x: (0..<6_000).map { $0 % 100 }, y: (0..<6_000).map { Double($0 / 100) / 60 }, color: .red, size: 1))
    #expect(apart.count == 6_000)
  }

  @Test func `a heat map of more columns than paper shows has their means`() throws {
    var canvas = RecordingCanvas()
    let values = (0..<40_000).map { $0 % 2 }
    try Figure(x: .linear(), y: .linear()) { HeatMap(x: 0..<40_000, y: [0], values: values, colormap: .grays) }
      .draw(on: &canvas)
    let image = try #require(
      canvas.commands.lazy.compactMap { if case .image(let image, _) = $0 { image } else { nil } }.first)
    #expect(image.width < 1_700 && image.height == 1)
    // Half black and half white, as far as a column has even numbers of both.
    #expect(stride(from: 0, to: image.rgba.count, by: 4).allSatisfy { (118...137).contains(image.rgba[$0]) })
  }
}
