// The one typeface of all figures: DejaVu Sans, loaded by path through FreeType. Fontconfig would choose by machine,
// and then the same figure would have other bytes elsewhere.

internal import CCairo
internal import CFreeType
internal import Glibc
internal import Synchronization

/// Regular and bold faces from one folder; loaded once per path and kept for the life of the process, because Cairo's
/// glyph caches hold on to them. Cairo locks a face while it reads from it.
package struct FontFile: @unchecked Sendable {
  let regular: OpaquePointer  // cairo_font_face_t *
  let bold: OpaquePointer

  private static let cache = Mutex<[String: FontFile]>([:])

  /// Regular and bold.
  static let names = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"]

  /// The folder of `DejaVuSans.ttf` and `DejaVuSans-Bold.ttf`: `WORKBENCH_FONT_DIR`, or where Debian puts them.
  static var folder: String {
    if let folder = getenv("WORKBENCH_FONT_DIR"), folder.pointee != 0 { return String(cString: folder) }
    return "/usr/share/fonts/truetype/dejavu"
  }

  /// Throws `FigureError.font` naming the file that is missing or broken.
  package static func load(from folder: String) throws(FigureError) -> FontFile {
    let result: Result<FontFile, FigureError> = cache.withLock { cache in
      if let known = cache[folder] { return .success(known) }
      do throws(FigureError) {
        let fonts = FontFile(
          regular: try face(at: folder + "/" + names[0]), bold: try face(at: folder + "/" + names[1]))
        cache[folder] = fonts
        return .success(fonts)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func face(at path: String) throws(FigureError) -> OpaquePointer {
    guard access(path, R_OK) == 0 else { throw .font(path: path, reason: String(cString: strerror(errno))) }
    var library: FT_Library?
    var face: FT_Face?
    guard FT_Init_FreeType(&library) == 0 else { throw .font(path: path, reason: "FreeType does not start") }
    let status = FT_New_Face(library, path, 0, &face)
    guard status == 0, let face else {
      FT_Done_FreeType(library)
      throw .font(path: path, reason: "not a font that FreeType reads (error \(status))")
    }
    // No hinting: glyphs keep their shape at every scale, and PNG, PDF and SVG share one layout.
    guard let result = cairo_ft_font_face_create_for_ft_face(face, Int32(FT_LOAD_NO_HINTING)),
      cairo_font_face_status(result) == CAIRO_STATUS_SUCCESS
    else { throw .font(path: path, reason: "Cairo refuses the face") }
    return result
  }
}
