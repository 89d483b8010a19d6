// Drawing through Cairo 1.16: pixels, PDF and SVG from the same commands.

internal import Basics
internal import CCairo
package import Images

/// Draws into a PNG, PDF or SVG in memory. The same commands give the same bytes.
package final class CairoCanvas: Canvas {
  /// What is drawn into.
  package enum Format: Hashable, Sendable {
    /// `scale` pixels a point; 2 gives 144 pixels an inch.
    case png(scale: Double)
    /// One page of vectors.
    case pdf
    /// Vectors for the web.
    case svg
  }

  /// What is drawn into.
  package let format: Format
  /// Points (1/72 inch).
  package let size: Size

  private let surface: OpaquePointer
  private let context: OpaquePointer
  private let sink = ByteSink()
  private let fonts: FontFile
  private var isClipped = false

  /// An empty canvas: white for PNG, transparent for PDF and SVG.
  ///
  /// `isSmooth` is false for pixels that are drawn whole or not at all. Throws `FigureError.font` if the font file is
  /// missing, `FigureError.cairo` if the size is beyond Cairo's.
  package init(_ format: Format, size: Size, isSmooth: Bool = true) throws(FigureError) {
    self.format = format
    self.size = size
    self.fonts = try FontFile.load(from: FontFile.folder)
    let closure = Unmanaged.passUnretained(sink).toOpaque()
    switch format {
    case .png(let scale):
      precondition(scale > 0 && scale <= 32, "CairoCanvas: scale \(scale) is not in 0...32")
      let width = (size.width * scale).rounded(.up)
      let height = (size.height * scale).rounded(.up)
      guard width >= 1, height >= 1, width <= 32767, height <= 32767 else {
        throw .cairo("an image of \(width) × \(height) pixels is outside 1...32767")
      }
      surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    case .pdf: surface = cairo_pdf_surface_create_for_stream(ByteSink.append, closure, size.width, size.height)
    case .svg: surface = cairo_svg_surface_create_for_stream(ByteSink.append, closure, size.width, size.height)
    }
    context = cairo_create(surface)
    try check(cairo_surface_status(surface))

    let options = cairo_font_options_create()
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_set_font_options(context, options)
    cairo_font_options_destroy(options)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    if !isSmooth { cairo_set_antialias(context, CAIRO_ANTIALIAS_NONE) }
    if case .png(let scale) = format {
      cairo_set_source_rgb(context, 1, 1, 1)
      cairo_paint(context)
      cairo_scale(context, scale, scale)
    }
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_finish(surface)
    cairo_surface_destroy(surface)
  }

  /// Measures with the font file, without hinting: the same at every scale and in every format.
  package func extents(of text: String, font: Font) -> TextExtents {
    select(font)
    var line = cairo_text_extents_t()
    var capital = cairo_text_extents_t()
    var face = cairo_font_extents_t()
    cairo_text_extents(context, text, &line)
    cairo_text_extents(context, "H", &capital)
    cairo_font_extents(context, &face)
    return TextExtents(
      width: line.x_advance, ascent: face.ascent, descent: face.descent, capHeight: -capital.y_bearing)
  }

  /// Carries out the command through Cairo.
  package func perform(_ command: DrawingCommand) {
    switch command {
    case .fill(let path, let color):
      trace(path)
      select(color)
      cairo_fill(context)
    case .stroke(let path, let stroke):
      trace(path)
      select(stroke.color)
      cairo_set_line_width(context, stroke.width)
      let dashes = stroke.dash.pattern.map { $0 * stroke.width }
      cairo_set_dash(context, dashes, Int32(dashes.count), 0)
      cairo_stroke(context)
    case .text(let text, let point, let font, let color, let angle):
      select(font)
      select(color)
      cairo_save(context)
      cairo_translate(context, point.x, point.y)
      if angle != 0 { cairo_rotate(context, -angle * .pi / 180) }
      cairo_move_to(context, 0, 0)
      cairo_show_text(context, text)
      cairo_restore(context)
    case .image(let image, let rect): draw(image, in: rect)
    case .clip(let rect):
      precondition(!isClipped, "CairoCanvas: clips do not nest")
      isClipped = true
      cairo_save(context)
      cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
      cairo_clip(context)
    case .unclip:
      precondition(isClipped, "CairoCanvas: unclip without clip")
      isClipped = false
      cairo_restore(context)
    }
  }

  /// Names the document in a PDF: a title, and keywords that say where it comes from. No effect on PNG and SVG.
  /// The date of creation is fixed: `SOURCE_DATE_EPOCH`, or the start of 1970.
  package func describe(title: String?, keywords: String?) {
    guard format == .pdf else { return }
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, SourceDate.iso8601)
    if let title { cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title) }
    if let keywords { cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_KEYWORDS, keywords) }
  }

  /// The pixels drawn so far; only for `Format.png`.
  package func pixels() throws(FigureError) -> PNGImage {
    guard case .png = format else { throw .cairo("a \(format) canvas has no pixels") }
    try check(cairo_status(context))
    cairo_surface_flush(surface)
    guard let data = cairo_image_surface_get_data(surface) else { throw .cairo("no pixels") }
    let width = Int(cairo_image_surface_get_width(surface))
    let height = Int(cairo_image_surface_get_height(surface))
    let stride = Int(cairo_image_surface_get_stride(surface))
    let rgba = [UInt8](unsafeUninitializedCapacity: 4 * width * height) { out, count in
      for y in 0..<height {
        let row = UnsafeRawPointer(data + y * stride)
        for x in 0..<width {
          let pixel = row.load(fromByteOffset: 4 * x, as: UInt32.self)
          let o = 4 * (y * width + x)
          out[o] = UInt8(truncatingIfNeeded: pixel >> 16)
          out[o + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
          out[o + 2] = UInt8(truncatingIfNeeded: pixel)
          out[o + 3] = 255
        }
      }
      count = 4 * width * height
    }
    return PNGImage(width: width, height: height, rgba: rgba)
  }

  /// The document drawn so far, as Cairo writes it; only for `Format.pdf` and `Format.svg`. Nothing can be drawn
  /// afterwards.
  package func document() throws(FigureError) -> [UInt8] {
    try check(cairo_status(context))
    cairo_surface_finish(surface)
    try check(cairo_surface_status(surface))
    return sink.bytes
  }

  private func check(_ status: cairo_status_t) throws(FigureError) {
    if status != CAIRO_STATUS_SUCCESS { throw .cairo(String(cString: cairo_status_to_string(status))) }
  }

  private func select(_ color: Color) {
    cairo_set_source_rgba(context, color.red, color.green, color.blue, color.opacity)
  }

  private func select(_ font: Font) {
    cairo_set_font_face(context, font.isBold ? fonts.bold : fonts.regular)
    cairo_set_font_size(context, font.size)
  }

  private func trace(_ path: Path) {
    cairo_new_path(context)
    for element in path.elements {
      switch element {
      case .move(let p): cairo_move_to(context, p.x, p.y)
      case .line(let p): cairo_line_to(context, p.x, p.y)
      case .circle(let center, let radius):
        cairo_new_sub_path(context)
        cairo_arc(context, center.x, center.y, radius, 0, 2 * .pi)
        cairo_close_path(context)
      case .close: cairo_close_path(context)
      }
    }
  }

  private func draw(_ image: PNGImage, in rect: Rect) {
    guard image.width > 0, image.height > 0, rect.width > 0, rect.height > 0 else { return }
    let isOpaque = stride(from: 3, to: image.rgba.count, by: 4).allSatisfy { image.rgba[$0] == 255 }
    guard
      let source = cairo_image_surface_create(
        isOpaque ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_ARGB32, Int32(image.width), Int32(image.height))
    else { return }
    defer { cairo_surface_destroy(source) }
    guard let data = cairo_image_surface_get_data(source) else { return }
    let rowBytes = Int(cairo_image_surface_get_stride(source))
    for y in 0..<image.height {
      let row = UnsafeMutableRawPointer(data + y * rowBytes)
      for x in 0..<image.width {
        let o = 4 * (y * image.width + x)
        let alpha = UInt32(image.rgba[o + 3])
        // Cairo wants each component multiplied by opacity.
        func scaled(_ c: UInt8) -> UInt32 { (UInt32(c) * alpha + 127) / 255 }
        let pixel =
          alpha << 24 | scaled(image.rgba[o]) << 16 | scaled(image.rgba[o + 1]) << 8 | scaled(image.rgba[o + 2])
        row.storeBytes(of: pixel, toByteOffset: 4 * x, as: UInt32.self)
      }
    }
    cairo_surface_mark_dirty(source)
    cairo_save(context)
    cairo_translate(context, rect.x, rect.y)
    cairo_scale(context, rect.width / Double(image.width), rect.height / Double(image.height))
    cairo_set_source_surface(context, source, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
    cairo_rectangle(context, 0, 0, Double(image.width), Double(image.height))
    cairo_fill(context)
    cairo_restore(context)
  }
}

/// Collects what Cairo writes.
private final class ByteSink {
  var bytes: [UInt8] = []

  static let append: cairo_write_func_t = { closure, data, length in
    guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
    let sink = Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
    sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
    return CAIRO_STATUS_SUCCESS
  }
}
