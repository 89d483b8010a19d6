// What can go wrong outside of the program: files, fonts and numbers that do not fit their axis.

public import FileSystem
public import Images

/// Trouble while drawing, reading or writing a figure. Its description names the place and says what to do next.
public enum FigureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The font file is missing or broken.
  case font(path: String, reason: String)
  /// A value that is zero or negative on a logarithmic axis. `index` counts from 0.
  case nonPositive(axis: String, series: String, index: Int, value: Double)
  /// Bounds of an axis that leave nothing to draw.
  case range(axis: String, minimum: Double, maximum: Double)
  /// The figure is too small for what it shows, in points.
  case tooSmall(needed: Size, given: Size)
  /// A file could not be written; the path is the one that the caller gave.
  case file(FileError)
  /// Pixels that cannot be made a PNG.
  case image(ImageError)
  /// The file name ends in none of png, pdf, svg.
  case format(path: String)
  /// A CSV that is not a figure's. `line` counts from 1.
  case numbers(line: Int, reason: String)
  /// Cairo's own words.
  case cairo(String)

  /// What happened where, and what to do next.
  public var description: String {
    switch self {
    case .font(let path, let reason):
      "\(path): \(reason); install Debian's fonts-dejavu-core or set WORKBENCH_FONT_DIR to the folder of DejaVuSans.ttf"
    case .nonPositive(let axis, let series, let index, let value):
      "series \"\(series)\", value \(index): \(value) has no place on the logarithmic axis \"\(axis)\"; "
        + "use a linear axis, or leave such values out with nonPositive: .gap"
    case .range(let axis, let minimum, let maximum):
      "axis \"\(axis)\": nothing lies between \(minimum) and \(maximum); give a minimum below the maximum, "
        + "above 0 on a logarithmic axis"
    case .tooSmall(let needed, let given):
      "the figure is \(given.width) × \(given.height) pt, its text alone needs \(needed.width) × \(needed.height) pt; "
        + "make it larger"
    case .file(let error): error.description
    case .image(let error): error.description
    case .format(let path): "\(path): a figure's file name ends in .png, .pdf or .svg"
    case .numbers(let line, let reason):
      "line \(line): \(reason); a figure's numbers are what is written beside it in long form"
    case .cairo(let reason): "Cairo: \(reason)"
    }
  }
}
