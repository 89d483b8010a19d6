// One row of the numbers that stand beside a picture.

internal import Basics

/// One row of a figure's CSV in long form, without the panel, the name and the kind of its mark. What a row does not
/// have is empty text.
public struct FigureRow: Hashable, Sendable {
  /// The place along the horizontal axis: a number, or the name of a category.
  public var x: String
  /// The place along the vertical axis.
  public let y: String
  /// The lower end of a band or error bar.
  public let lower: String
  /// The upper end of a band or error bar.
  public let upper: String
  /// A further number, such as that of a heat map's cell.
  public let value: String

  /// A row of single numbers, with as many digits as give them back exactly; `nan` is a gap.
  public init(
    x: Double? = nil, y: Double? = nil, lower: Double? = nil, upper: Double? = nil, value: Double? = nil
  ) {
    self.x = x?.description ?? ""
    self.y = y?.description ?? ""
    self.lower = lower?.description ?? ""
    self.upper = upper?.description ?? ""
    self.value = value?.description ?? ""
  }

  /// One row for each number of the columns, which must be equally long; numbers that were `Float` have the digits of
  /// one.
  public static func rows(
    x: Numbers? = nil, y: Numbers? = nil, lower: Numbers? = nil, upper: Numbers? = nil, value: Numbers? = nil
  ) -> [FigureRow] {
    let columns = [x, y, lower, upper, value]
    let lengths = columns.compactMap { $0?.count }
    precondition(Set(lengths).count <= 1, "FigureRow: columns of \(lengths) numbers are not equally long")
    return (0..<(lengths.first ?? 0)).map { row in FigureRow(columns.map { $0?.text(at: row) ?? "" }) }
  }

  private init(_ fields: [String]) {
    x = fields[0]
    y = fields[1]
    lower = fields[2]
    upper = fields[3]
    value = fields[4]
  }

  /// In the order of the file.
  var fields: [String] { [x, y, lower, upper, value] }
}
