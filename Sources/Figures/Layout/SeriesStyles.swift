// Which mark looks how: the theme's places are given out in order, and some marks follow their neighbours.

extension SeriesStyle {
  /// The styles of all marks, panel by panel. A name that returns in another panel keeps its look.
  package static func resolve(_ figure: Figure) -> [[SeriesStyle]] {
    var known: [String: Int] = [:]
    return figure.panels.map { panel in
      styles(of: panel.marks, at: places(of: panel.marks, known: &known), theme: figure.theme)
    }
  }

  /// Places in the theme's cycle of the marks that take one. A name that was seen before brings its place, else the
  /// first free one is taken.
  private static func places(of marks: [Mark], known: inout [String: Int]) -> [Int?] {
    var used = Set<Int>()
    return marks.map { mark in
      guard mark.content.styleSource == .theme else { return nil }
      let place =
        mark.label.flatMap { known[$0] }
        ?? (0...).first { !used.contains($0) && !(mark.label != nil && known.values.contains($0)) }!
      used.insert(place)
      if let label = mark.label { known[label] = place }
      return place
    }
  }

  private static func styles(of marks: [Mark], at places: [Int?], theme: Theme) -> [SeriesStyle] {
    var result = zip(marks, places).map { mark, place in
      var style = SeriesStyle(theme, index: place ?? 0)
      mark.content.restyle(&style)
      return style
    }
    for (i, mark) in marks.enumerated() where mark.content.styleSource == .neighbor {
      let place = places[i...].lazy.compactMap { $0 }.first ?? places[..<i].lazy.compactMap { $0 }.last ?? 0
      var style = SeriesStyle(theme, index: place)
      if let neighbor = places.firstIndex(of: place) { style.color = result[neighbor].color }
      mark.content.restyle(&style)
      result[i] = style
    }
    return result
  }
}
