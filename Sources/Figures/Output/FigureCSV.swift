// The numbers of a figure, beside the picture.

internal import Basics

extension Figure {
  /// How a table of numbers is laid out.
  public enum CSVForm: String, Hashable, Sendable, Codable {
    /// One row a point: panel, series, kind, x, y, lower, upper, and value: the number of a cell of a heat map.
    case long
    /// One row for each x, one column a series: for a figure of one panel whose series share their x.
    case wide
  }

  /// All numbers of the figure as CSV (RFC 4180 with line feeds).
  ///
  /// Numbers have as many digits as give them back exactly, those that were `Float` as `Float`; "nan" is a gap. Panels
  /// are counted from 1, series without a name are "series 1", …. Annotations carry no numbers and are left out. A
  /// figure that has no wide form (several panels, different x, bands, error bars or rules) is written in long form.
  public func csv(_ form: CSVForm = .long) -> String {
    if form == .wide, let table = wideTable { return table.map(CSVText.row).joined() }
    var rows = [FigureNumbers.header]
    for (number, panel) in panels.enumerated() {
      for (index, mark) in panel.marks.enumerated() {
        let head = ["\(number + 1)", mark.label ?? "series \(index + 1)"]
        switch mark {
        case .line(let line):
          rows += line.x.values.indices.map { head + ["line", line.x.text(at: $0), line.y.text(at: $0), "", "", ""] }
        case .band(let band):
          rows += band.x.values.indices.map {
            head + ["band", band.x.text(at: $0), "", band.lower.text(at: $0), band.upper.text(at: $0), ""]
          }
        case .points(let points):
          rows += points.x.values.indices.map {
            head + ["points", points.x.text(at: $0), points.y.text(at: $0)]
              + [points.lower?.text(at: $0) ?? "", points.upper?.text(at: $0) ?? "", ""]
          }
        case .bars(let bars):
          rows += bars.x.values.indices.map {
            head + ["bars", panel.x.name(of: bars.x, at: $0), bars.heights.text(at: $0)]
              + [bars.lower?.text(at: $0) ?? "", bars.upper?.text(at: $0) ?? "", ""]
          }
        case .rule(let rule):
          let isVertical = rule.direction == .vertical
          rows.append(
            head + [
              "rule", isVertical ? rule.value.description : "", isVertical ? "" : rule.value.description, "", "", "",
            ])
        case .heatMap(let map):
          let name = [map.label ?? head[1], "heat map"]
          rows += map.values.values.indices.map {
            [head[0]] + name + [map.x.text(at: $0 % map.x.count), map.y.text(at: $0 / map.x.count)]
              + ["", "", map.values.text(at: $0)]
          }
        case .annotation: break
        }
      }
    }
    return rows.map(CSVText.row).joined()
  }

  private var wideTable: [[String]]? {
    guard panels.count == 1, let panel = panels.first else { return nil }
    var x: Numbers?
    var columns: [(String, Numbers)] = []
    for (index, mark) in panel.marks.enumerated() {
      let own: (x: Numbers, y: Numbers)
      switch mark {
      case .line(let line): own = (line.x, line.y)
      case .points(let points) where points.lower == nil: own = (points.x, points.y)
      case .bars(let bars) where bars.lower == nil: own = (bars.x, bars.heights)
      case .annotation: continue
      default: return nil
      }
      if let x, x != own.x { return nil }
      x = own.x
      columns.append((mark.label ?? "series \(index + 1)", own.y))
    }
    guard let x else { return nil }
    return [[panel.x.label.isEmpty ? "x" : panel.x.label] + columns.map(\.0)]
      + x.values.indices.map { row in [panel.x.name(of: x, at: row)] + columns.map { $0.1.text(at: row) } }
  }
}

extension Axis {
  /// The name of a category, or the number.
  fileprivate func name(of numbers: Numbers, at index: Int) -> String {
    if let categories, let place = Int(exactly: numbers.values[index]), categories.indices.contains(place) {
      return categories[place]
    }
    return numbers.text(at: index)
  }
}
