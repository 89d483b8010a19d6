// Pixels to PNG and back through libpng's simplified interface: the classic one reports errors by longjmp, which Swift
// frames do not survive.

internal import CPNG

/// The PNG form of interleaved 8-bit sRGB pixels, rows from the top.
package enum PNGCoding {
  /// What stands for one pixel.
  package enum Channels: Int, Sendable {
    /// Red, green, blue.
    case rgb = 3
    /// Red, green, blue, opacity.
    case rgba = 4

    fileprivate var format: png_uint_32 {
      png_uint_32(PNG_FORMAT_FLAG_COLOR | (self == .rgba ? PNG_FORMAT_FLAG_ALPHA : 0))
    }
  }

  /// The size and pixels of a PNG of any kind; 16 bits a channel are rounded to 8, and without opacity in the result
  /// the picture is laid over black.
  ///
  /// `source` names the bytes in errors. Throws `ImageError.png`, also for pictures beyond `PNGImage.largestSide` and
  /// `PNGImage.largestArea`.
  package static func decode(
    _ bytes: [UInt8], as channels: Channels, source: String
  ) throws(ImageError) -> (width: Int, height: Int, pixels: [UInt8]) {
    // Read the size before libpng allocates by it: signature (8), length (4), "IHDR", width, height.
    let chunks = try PNGChunk.list(bytes, source: source)
    guard let header = chunks.first, header.type == "IHDR", header.data.count == 13 else {
      throw .png(source: source, reason: "its first chunk is not a header of 13 bytes")
    }
    let width = PNGChunk.number(header.data)
    let height = PNGChunk.number(header.data.dropFirst(4))
    let (side, area) = (PNGImage.largestSide, PNGImage.largestArea)
    guard width > 0, height > 0, width <= side, height <= side, width * height <= area else {
      throw .png(
        source: source, reason: "\(width) × \(height) pixels; at most \(side) a side and \(area) in all")
    }
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    var pixels = [UInt8](repeating: 0, count: channels.rawValue * width * height)
    // libpng keeps the pointer from the first call to the last, so both are made in one scope of the bytes.
    let isRead = bytes.withUnsafeBytes { file in
      guard png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0,
        Int(image.width) == width, Int(image.height) == height
      else { return false }
      image.format = channels.format
      return png_image_finish_read(&image, nil, &pixels, png_int_32(channels.rawValue * width), nil) != 0
    }
    guard isRead else { throw .png(source: source, reason: message(image)) }
    return (width, height, pixels)
  }

  /// The pixels as a PNG file, without any date; the same pixels give the same bytes with one version of libpng and
  /// zlib. Throws `ImageError.png`.
  package static func encode(
    _ pixels: [UInt8], width: Int, height: Int, as channels: Channels
  ) throws(ImageError) -> [UInt8] {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = channels.format
    // Larger than any deflated form: stored blocks add 5 bytes in 16 KiB, chunks 12 in 8 KiB.
    let stride = channels.rawValue * width
    var file = [UInt8](repeating: 0, count: height * (stride + 1) * 65 / 64 + 4096)
    var size = png_alloc_size_t(file.count)
    let isWritten = png_image_write_to_memory(&image, &file, &size, 0, pixels, png_int_32(stride), nil) != 0
    defer { png_image_free(&image) }
    guard isWritten else { throw .png(source: "\(width) × \(height) image", reason: message(image)) }
    file.removeLast(file.count - Int(size))
    return file
  }

  /// libpng's message, a C array of 64 characters.
  private static func message(_ image: png_image) -> String {
    withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
