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
    form == .wide ? wideText ?? longText : longText
  }

  private var longText: String {
    var text = CSVText.row(FigureNumbers.header)
    for (number, panel) in panels.enumerated() {
      for (index, mark) in panel.marks.enumerated() {
        let head = ["\(number + 1)", mark.name(at: index), type(of: mark.content).kind]
        for row in mark.content.rows(in: panel) { CSVText.append(head + row.fields, to: &text) }
      }
    }
    return text
  }

  private var wideText: String? { wideTable?.map(CSVText.row).joined() }

  private var wideTable: [[String]]? {
    guard panels.count == 1, let panel = panels.first else { return nil }
    var x: Numbers?
    var columns: [(name: String, numbers: Numbers)] = []
    for (index, mark) in panel.marks.enumerated() {
      guard let own = mark.content.column else {
        // What has no numbers is left out; what has more than a column has no wide form.
        if mark.content.rows(in: panel).isEmpty { continue }
        return nil
      }
      if let x, x != own.x { return nil }
      x = own.x
      columns.append((mark.name(at: index), own.y))
    }
    guard let x else { return nil }
    return [[panel.x.label.isEmpty ? "x" : panel.x.label] + columns.map(\.name)]
      + x.values.indices.map { row in [panel.x.name(of: x, at: row)] + columns.map { $0.numbers.text(at: row) } }
  }
}

extension Mark {
  /// What the mark is called in a table: its label, or its place among the marks of its panel.
  fileprivate func name(at index: Int) -> String { label ?? "series \(index + 1)" }
}

extension Axis {
  /// The name of a category, or the number.
  func name(of numbers: Numbers, at index: Int) -> String {
    if let categories, let place = Int(exactly: numbers.values[index]), categories.indices.contains(place) {
      return categories[place]
    }
    return numbers.text(at: index)
  }
}
