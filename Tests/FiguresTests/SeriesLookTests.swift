import Figures
import Testing

/// More series than a theme has colours.
@Suite struct SeriesLookTests {
  private struct Look: Hashable {
    let color: Color
    let dash: Dash
    let marker: Marker
  }

  private static func styles(_ theme: Theme, _ count: Int, _ mark: (Int) -> Mark) -> [SeriesStyle] {
    let figure = Figure(x: .linear(), y: .linear(), theme: theme) { (0..<count).map(mark) }
    return SeriesStyle.resolve(figure)[0]
  }

  private static func line(_ i: Int) -> Mark { Line(x: [0, 1], y: [0, i], label: "series \(i)").mark }
  private static func points(_ i: Int) -> Mark { Points(x: [0, 1], y: [0, i], label: "series \(i)").mark }

  @Test func `the first series of a theme have its looks, as many as it has colours`() {
    for theme in [Theme.standard, .paper, .print] {
      for (i, style) in Self.styles(theme, theme.colors.count, Self.line).enumerated() {
        #expect(style.color == theme.colors[i] && style.dash == theme.dashes[i % theme.dashes.count])
        #expect(style.marker == theme.markers[i % theme.markers.count] && style.round == 0)
      }
    }
  }

  @Test(arguments: [(Theme.standard, 245), (.paper, 210), (.print, 36)])
  func `no two of many lines look alike`(theme: Theme, count: Int) {
    let looks = Self.styles(theme, count, Self.line).map { Look(color: $0.color, dash: $0.dash, marker: $0.marker) }
    #expect(Set(looks).count == count)
  }

  @Test(arguments: [(Theme.standard, 49), (.paper, 42), (.print, 36)])
  func `no two of many clouds of points look alike`(theme: Theme, count: Int) {
    let looks = Self.styles(theme, count, Self.points).map { Look(color: $0.color, dash: .solid, marker: $0.marker) }
    #expect(Set(looks).count == count)
  }

  @Test func `a line that states its dashes is told from the one of its colour by its marker`() {
    let styles = Self.styles(.standard, 16) { Line(x: [0, 1], y: [0, $0], dash: .dotted).mark }
    #expect(Set(styles.map { Look(color: $0.color, dash: $0.dash, marker: $0.marker) }).count == 16)
  }

  @Test func `bars of a colour that comes round are pale with an edge, in the plot and in the legend`() throws {
    var canvas = RecordingCanvas()
    try Figure(width: 600, height: 300, x: .categories(["a"]), y: .linear()) {
      (0..<8).map { Bars([$0 + 1], label: "series \($0)") }
    }.draw(on: &canvas)
    let first = Color.okabeIto[0]
    let fills = canvas.commands.count {
      if case .fill(_, let color) = $0 { color == first.lightened(by: 0.65) } else { false }
    }
    let edges = canvas.commands.count { if case .stroke(_, let stroke) = $0 { stroke.color == first } else { false } }
    #expect(fills == 2 && edges == 2)
  }
}
