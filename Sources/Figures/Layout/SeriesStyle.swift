// What a mark looks like once theme and neighbours have had their say.

/// Colour, line and marker of one mark.
package struct SeriesStyle: Hashable {
  package var color: Color
  var width: Double
  package var dash: Dash
  package var marker: Marker
  var markerSize: Double
  /// Whether the marker stands at every data point.
  var marksEveryPoint: Bool
  /// Place in the theme's cycle, which also shifts markers along the line so that they do not coincide.
  package var index: Int

  /// The styles of all marks, panel by panel. A name that returns in another panel keeps its look.
  package static func resolve(_ figure: Figure) -> [[SeriesStyle]] {
    let theme = figure.theme
    var indices: [String: Int] = [:]
    return figure.panels.map { panel in
      var used = Set<Int>()
      var own: [Int?] = panel.marks.map { mark in
        switch mark {
        case .line, .points, .bars:
          // A name that was seen before brings its place, else the first free one is taken.
          let index =
            mark.label.flatMap { indices[$0] }
            ?? (0...).first { !used.contains($0) && !(mark.label != nil && indices.values.contains($0)) }!
          used.insert(index)
          if let label = mark.label { indices[label] = index }
          return index
        case .band, .rule, .annotation, .heatMap: return nil
        }
      }
      // A band looks like the series after it, else like the one before.
      for (i, mark) in panel.marks.enumerated() {
        guard case .band = mark else { continue }
        let next = zip(panel.marks[i...], own[i...]).first { !$0.0.isBand && $0.1 != nil }?.1
        let last = zip(panel.marks[..<i], own[..<i]).reversed().first { !$0.0.isBand && $0.1 != nil }?.1
        own[i] = next ?? last ?? 0
      }
      let colors = panel.marks.map(\.color)
      return panel.marks.indices.map { i in
        let mark = panel.marks[i]
        let index = own[i] ?? 0
        var color = colors[i]
        if color == nil, mark.isBand {
          color = panel.marks.indices.first { own[$0] == index && !panel.marks[$0].isBand }.flatMap { colors[$0] }
        }
        var style = SeriesStyle(
          color: color ?? theme.colors[index % theme.colors.count], width: theme.lineWidth,
          dash: theme.dashes[index % theme.dashes.count], marker: theme.markers[index % theme.markers.count],
          markerSize: theme.markerSize, marksEveryPoint: false, index: index)
        switch mark {
        case .line(let line):
          style.width = line.width ?? style.width
          style.dash = line.dash ?? style.dash
          style.marksEveryPoint = line.marker != nil
          style.marker = line.marker ?? style.marker
        case .points(let points):
          if style.marker == .none { style.marker = .circle }
          style.marker = points.marker ?? style.marker
          style.markerSize = points.size ?? style.markerSize
          style.marksEveryPoint = true
        case .rule(let rule):
          style.width = rule.width
          style.dash = rule.dash
        case .band, .bars, .annotation, .heatMap: break
        }
        return style
      }
    }
  }
}

extension Mark {
  fileprivate var isBand: Bool { if case .band = self { true } else { false } }

  fileprivate var color: Color? {
    switch self {
    case .line(let line): line.color
    case .band(let band): band.color
    case .points(let points): points.color
    case .bars(let bars): bars.color
    case .rule(let rule): rule.color
    case .annotation(let annotation): annotation.color
    case .heatMap: nil
    }
  }
}
