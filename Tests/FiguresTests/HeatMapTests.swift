import Figures
import Testing

@Suite struct HeatMapTests {
  @Test func coloursAreInterpolatedBetweenTheStops() {
    let map = Colormap([.black, .white])
    #expect(map.color(at: 0.25) == .gray(0.25))
    #expect(map.color(at: -1) == .black && map.color(at: 7) == .white)
    #expect(map.color(at: .nan) == map.missing)
    #expect(Colormap.viridis.color(at: 1) == Color(hex: 0xFDE725))
  }

  @Test func theRowOfTheHighestYIsOnTopAndGapsAreGrey() {
    let map = HeatMap(x: [0, 1], y: [0, 1], values: [0, 1, nil, 1], colormap: Colormap([.black, .white]))
    let image = map.image
    #expect(image[0, 1].red == 0 && image[1, 1].red == 255)
    #expect(image[0, 0].red == 217 && image[1, 0].red == 255)  // 0.85 · 255
  }

  @Test func cellsFillThePlotToTheirEdges() throws {
    var canvas = RecordingCanvas()
    let figure = Figure(x: .linear(), y: .linear()) { HeatMap(x: 0..<4, y: 0..<2, values: (0..<8).map(Double.init)) }
    try figure.draw(on: &canvas)
    guard case .clip(let plot)? = canvas.commands.first(where: { if case .clip = $0 { true } else { false } }),
      case .image(_, let rect)? = canvas.commands.first(where: { if case .image = $0 { true } else { false } })
    else {
      Issue.record("no clip or image")
      return
    }
    #expect(abs(plot.x - rect.x) < 1e-9 && abs(plot.maxX - rect.maxX) < 1e-9)
    #expect(abs(plot.y - rect.y) < 1e-9 && abs(plot.maxY - rect.maxY) < 1e-9)
  }

  @Test func nothingToShowIsNoTrouble() throws {
    var canvas = RecordingCanvas()
    try Figure(x: .linear(), y: .linear()) { HeatMap(x: [Double](), y: [Double](), values: [Double]()) }
      .draw(on: &canvas)
    try Figure(x: .linear(), y: .linear()) { HeatMap(x: [1], y: [1], values: [Double.nan], scale: .log10) }
      .draw(on: &canvas)
  }
}
