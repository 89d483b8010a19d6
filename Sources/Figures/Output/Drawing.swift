// Anything that can be drawn, and its way into files.

internal import FileSystem
public import Images

/// Something of a fixed size that draws itself: `Figure`, `ImageGrid`.
public protocol Drawing: Sendable {
  /// Width and height in points (1/72 inch).
  var size: Size { get }
  /// One line that tells what the picture shows, for readers who do not see it.
  var summary: String { get }
  /// Draws over the area from (0, 0) to `size`.
  func draw(on canvas: inout some Canvas) throws(FigureError)
}

/// What a drawing can be written as.
package enum DrawingFormat: String, Hashable, Sendable, CaseIterable {
  /// Pixels.
  case png
  /// One page of vectors.
  case pdf
  /// Vectors for the web.
  case svg

  /// The format that a file's name asks for. Throws `FigureError.format` if there is none.
  package init(path: String) throws(FigureError) {
    guard let ending = path.split(separator: ".").last, let format = Self(rawValue: ending.lowercased()) else {
      throw .format(path: path)
    }
    self = format
  }
}

extension Drawing {
  /// The drawing as pixels on white, `scale` pixels a point.
  public func image(scale: Double = 2) throws(FigureError) -> PNGImage {
    var canvas = try CairoCanvas(.png(scale: scale), size: size)
    try draw(on: &canvas)
    return try canvas.pixels()
  }

  /// A PNG of `scale` pixels a point, without any date. The key is kept under "workbench-key"
  /// in a text chunk; it is printable ASCII.
  public func png(scale: Double = 2, key: String? = nil) throws(FigureError) -> [UInt8] {
    let image = try image(scale: scale)
    do throws(ImageError) {
      return try image.encoded(text: key.map { [(PNGImage.keyword, $0)] } ?? [], pixelsPerPoint: scale)
    } catch { throw .image(error) }
  }

  /// A PDF of vectors and text, its date `SOURCE_DATE_EPOCH` or the start of 1970. The key is kept among its keywords.
  public func pdf(key: String? = nil) throws(FigureError) -> [UInt8] {
    var canvas = try CairoCanvas(.pdf, size: size)
    canvas.describe(title: summary, keywords: key.map { PNGImage.keyword + "=" + $0 })
    try draw(on: &canvas)
    return try canvas.document()
  }

  /// An SVG of vectors; text is drawn as shapes. All ids start with a prefix that depends on the content only, so
  /// several figures can stand in one page. The key is kept in a `metadata` element.
  public func svg(key: String? = nil) throws(FigureError) -> [UInt8] {
    var canvas = try CairoCanvas(.svg, size: size)
    try draw(on: &canvas)
    return SVGDocument(try canvas.document()).bytes(summary: summary, key: key)
  }

  /// Writes a file whose format follows from its name: `.png`, `.pdf` or `.svg`. It appears at once and whole.
  ///
  /// Throws `FigureError.format` for another name, `FigureError.file` if the file cannot be written.
  public func write(to path: String, scale: Double = 2, key: String? = nil) throws(FigureError) {
    let bytes =
      switch try DrawingFormat(path: path) {
      case .png: try png(scale: scale, key: key)
      case .pdf: try pdf(key: key)
      case .svg: try svg(key: key)
      }
    do throws(FileError) { try AtomicFile.write(bytes, to: path) } catch { throw .file(error) }
  }
}
