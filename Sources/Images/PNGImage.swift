// RGBA pixels, read and written as PNG files.

internal import Basics
internal import FileSystem

/// An image of 8-bit sRGB pixels with opacity.
public struct PNGImage: Hashable, Sendable {
  /// The width in pixels.
  public let width: Int
  /// The height in pixels.
  public let height: Int
  /// The pixels as red, green, blue, opacity, row by row from the top left: 4 · width · height bytes.
  public let rgba: [UInt8]

  /// The keyword under which a drawing keeps its caller's key.
  package static let keyword = "workbench-key"
  /// The longest side of an image that is read, in pixels.
  package static let largestSide = 16_384
  /// The largest area of an image that is read, in pixels.
  package static let largestArea = 1 << 26

  /// An image of `4 · width · height` bytes.
  public init(width: Int, height: Int, rgba: [UInt8]) {
    precondition(
      width > 0 && height > 0 && rgba.count == 4 * width * height,
      "PNGImage: \(rgba.count) bytes for \(width) × \(height) RGBA pixels")
    self.width = width
    self.height = height
    self.rgba = rgba
  }

  /// An opaque image of `3 · width · height` bytes, red, green, blue for each pixel.
  public init(width: Int, height: Int, rgb: [UInt8]) {
    precondition(
      width > 0 && height > 0 && rgb.count == 3 * width * height,
      "PNGImage: \(rgb.count) bytes for \(width) × \(height) RGB pixels")
    var rgba = [UInt8](repeating: 255, count: 4 * width * height)
    for i in 0..<(width * height) {
      for channel in 0..<3 { rgba[4 * i + channel] = rgb[3 * i + channel] }
    }
    self.init(width: width, height: height, rgba: rgba)
  }

  /// An opaque image of floats in [0, 1], all red values first, then green, then blue (`[3, height, width]`), rounded
  /// to 8 bits. Values outside are cut off; NaN becomes 0.
  public init(width: Int, height: Int, planar: some Collection<Float>) {
    precondition(
      width > 0 && height > 0 && planar.count == 3 * width * height,
      "PNGImage: \(planar.count) values for 3 × \(height) × \(width)")
    var rgb = [UInt8](repeating: 0, count: 3 * width * height)
    for (index, value) in planar.enumerated() {
      let (channel, pixel) = index.quotientAndRemainder(dividingBy: width * height)
      rgb[3 * pixel + channel] = value.isNaN ? 0 : UInt8((min(max(value, 0), 1) * 255).rounded())
    }
    self.init(width: width, height: height, rgb: rgb)
  }

  /// Reads a PNG of any kind; 16 bits a channel are rounded to 8.
  ///
  /// Throws `ImageError.file` if the file cannot be read and `ImageError.png` if it is no whole PNG of at most 16,384
  /// pixels a side and 2²⁶ in all. Both name the path.
  public init(contentsOf path: String) throws(ImageError) {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try Files.read(path, limit: 1 << 28) } catch { throw .file(error) }
    try self.init(bytes: bytes, source: path)
  }

  /// Decodes a PNG in memory; `source` names it in errors. Throws `ImageError.png`.
  public init(bytes: [UInt8], source: String = "bytes") throws(ImageError) {
    let (width, height, rgba) = try PNGCoding.decode(bytes, as: .rgba, source: source)
    self.init(width: width, height: height, rgba: rgba)
  }

  /// The image as a PNG file, without any date: the same pixels and texts give the same bytes.
  ///
  /// `text` is kept in tEXt chunks, keyword and text each; both must be printable ASCII, keywords 1 to 79 characters.
  /// `pixelsPerPoint` states the resolution, so that a page sets the image at its size in points.
  public func encoded(
    text: [(keyword: String, text: String)] = [], pixelsPerPoint: Double? = nil
  ) throws(ImageError) -> [UInt8] {
    let isOpaque = stride(from: 3, to: rgba.count, by: 4).allSatisfy { rgba[$0] == 255 }
    var pixels = rgba
    if isOpaque {
      pixels.removeLast(width * height)
      for i in 0..<(width * height) {
        for channel in 0..<3 { pixels[3 * i + channel] = rgba[4 * i + channel] }
      }
    }
    var file = try PNGCoding.encode(pixels, width: width, height: height, as: isOpaque ? .rgb : .rgba)

    var extra: [PNGChunk] = []
    if let pixelsPerPoint {
      // pHYs: pixels a metre both ways; a point is 0.0254 / 72 m.
      let perMetre = UInt32((pixelsPerPoint * 72 / 0.0254).rounded())
      extra.append(PNGChunk(type: "pHYs", data: PNGChunk.bytes(perMetre) + PNGChunk.bytes(perMetre) + [1]))
    }
    for (keyword, text) in text {
      precondition(
        (1...79).contains(keyword.utf8.count) && (keyword + text).utf8.allSatisfy { (32...126).contains($0) },
        "PNGImage: text under \"\(keyword)\" must be printable ASCII, and the keyword 1 to 79 characters")
      extra.append(PNGChunk(type: "tEXt", data: Array(keyword.utf8) + [0] + Array(text.utf8)))
    }
    // After the header: 8 bytes signature, 25 bytes IHDR.
    file.insert(contentsOf: extra.flatMap(\.encoded), at: 33)
    return file
  }

  /// Writes the image as a PNG file that appears at once and whole. Throws `ImageError.file`.
  public func write(
    to path: String, text: [(keyword: String, text: String)] = [], pixelsPerPoint: Double? = nil
  ) throws(ImageError) {
    let bytes = try encoded(text: text, pixelsPerPoint: pixelsPerPoint)
    do throws(FileError) { try AtomicFile.write(bytes, to: path) } catch { throw .file(error) }
  }

  /// The text that a PNG in memory keeps under a keyword, by default a drawing's key; `nil` if there is none.
  package static func text(_ keyword: String = keyword, in bytes: [UInt8]) -> String? {
    guard let chunks = try? PNGChunk.list(bytes, source: "bytes") else { return nil }
    let head = Array(keyword.utf8) + [0]
    for chunk in chunks where chunk.type == "tEXt" && chunk.data.starts(with: head) {
      return String(decoding: chunk.data.dropFirst(head.count), as: UTF8.self)
    }
    return nil
  }

  /// The pixel in a column and row counted from 0 at the top left.
  public subscript(x: Int, y: Int) -> (red: UInt8, green: UInt8, blue: UInt8, opacity: UInt8) {
    precondition((0..<width).contains(x) && (0..<height).contains(y), "PNGImage: no pixel (\(x), \(y))")
    let o = 4 * (y * width + x)
    return (rgba[o], rgba[o + 1], rgba[o + 2], rgba[o + 3])
  }
}
