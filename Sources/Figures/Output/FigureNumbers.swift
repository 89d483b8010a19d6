// The numbers of a figure, read back from the CSV that was written beside it.

internal import Basics

/// What a figure's CSV in long form says, series by series.
public struct FigureNumbers: Hashable, Sendable {
  /// The numbers of one mark. All arrays have one number a point; a field that the mark does not have is NaN.
  public struct Series: Hashable, Sendable {
    /// The panel's number, counted from 1.
    public var panel: Int
    /// The mark's label, or "series 3" for the third mark of a panel without one.
    public var name: String
    /// The mark's kind: "line", "points", "band", "bars", "rule", "heat map", or that of a mark from outside.
    public var kind: String
    /// Places along the horizontal axis; NaN where the place is a category.
    public var x: [Double] = []
    /// Places along the vertical axis.
    public var y: [Double] = []
    /// The lower ends of bands and error bars.
    public var lower: [Double] = []
    /// The upper ends of bands and error bars.
    public var upper: [Double] = []
    /// Further numbers, such as those of a heat map's cells.
    public var value: [Double] = []
  }

  /// All marks with numbers, in the order of the file.
  public var series: [Series]

  /// Reads what `Figure.csv(.long)` wrote.
  ///
  /// Throws `FigureError.numbers`, which names the line, for text of another form.
  public init(csv text: String) throws(FigureError) {
    guard let table = CSVTable(text), table.header == Self.header else {
      throw .numbers(line: 1, reason: "the columns are not \(Self.header.joined(separator: ", "))")
    }
    series = []
    for (index, row) in table.rows.enumerated() {
      let line = index + 2
      guard row.count == Self.header.count else {
        throw .numbers(line: line, reason: "\(row.count) fields instead of \(Self.header.count)")
      }
      guard let panel = Int(row[0]), panel > 0 else {
        throw .numbers(line: line, reason: "\"\(row[0])\" is not the number of a panel")
      }
      let isOfLast = series.last.map { $0.panel == panel && $0.name == row[1] && $0.kind == row[2] } ?? false
      if !isOfLast { series.append(Series(panel: panel, name: row[1], kind: row[2])) }
      let numbers = try row[3...].enumerated().map { column, field throws(FigureError) in
        // The x of bars may be a category.
        if field.isEmpty || column == 0 && Double(field) == nil { return Double.nan }
        guard let number = Double(field) else {
          throw .numbers(line: line, reason: "\"\(field)\" is not a number")
        }
        return number
      }
      series[series.count - 1].append(numbers)
    }
  }

  /// The line of that name in that panel; nil if there is none.
  public func line(_ name: String, panel: Int = 1) -> Series? { first("line", name, panel) }

  /// The band of that name in that panel; nil if there is none.
  public func band(_ name: String, panel: Int = 1) -> Series? { first("band", name, panel) }

  private func first(_ kind: String, _ name: String, _ panel: Int) -> Series? {
    series.first { $0.kind == kind && $0.name == name && $0.panel == panel }
  }

  /// The columns of the long form.
  static let header = ["panel", "series", "kind", "x", "y", "lower", "upper", "value"]
}

extension FigureNumbers.Series {
  fileprivate mutating func append(_ numbers: [Double]) {
    x.append(numbers[0])
    y.append(numbers[1])
    lower.append(numbers[2])
    upper.append(numbers[3])
    value.append(numbers[4])
  }
}
