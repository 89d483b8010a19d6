// A picture of bytes and its PNG form, through libpng's simplified interface.

internal import CPNG

/// An 8-bit RGB picture, interleaved, rows top to bottom.
public struct RGBImage: Hashable, Sendable {
  /// Pixels across.
  public let width: Int
  /// Pixels down.
  public let height: Int
  /// `3·width·height` bytes: red, green, blue of each pixel.
  public var pixels: [UInt8]

  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "RGBImage: \(width)×\(height) pixels")
    precondition(pixels.count == 3 * width * height, "RGBImage: \(pixels.count) bytes for \(width)×\(height) pixels")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The picture in a PNG file, grey and palette turned to RGB, transparency composed on black. 16-bit becomes 8-bit.
  ///
  /// Throws `DatasetError.missingFile` or `.unreadableFile`.
  public init(png path: String) throws(DatasetError) {
    guard let bytes = try Files.read(path) else { throw .missingFile(path: path, hint: "check the path") }
    if bytes.isEmpty { throw .emptyFile(path: path) }
    // libpng keeps the pointer from the first call to the last, so both are made in one scope of the bytes.
    let result = bytes.withUnsafeBytes { Self.decode($0) }
    switch result {
    case .success(let picture): self = picture
    case .failure(let trouble): throw .unreadableFile(path: path, reason: trouble.message)
    }
  }

  private struct Trouble: Error {
    let message: String
  }

  private static func decode(_ bytes: UnsafeRawBufferPointer) -> Result<RGBImage, Trouble> {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    if png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) == 0 {
      return .failure(Trouble(message: message(image)))
    }
    image.format = png_uint_32(PNG_FORMAT_RGB)
    let width = Int(image.width)
    let height = Int(image.height)
    var pixels = [UInt8](repeating: 0, count: 3 * width * height)
    if png_image_finish_read(&image, nil, &pixels, png_int_32(3 * width), nil) == 0 {
      return .failure(Trouble(message: message(image)))
    }
    return .success(RGBImage(width: width, height: height, pixels: pixels))
  }

  /// The picture as a PNG file's bytes; the same picture gives the same bytes with one version of libpng and zlib.
  public var png: [UInt8] {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = png_uint_32(PNG_FORMAT_RGB)
    defer { png_image_free(&image) }
    var size = 0
    guard png_image_write_to_memory(&image, nil, &size, 0, pixels, png_int_32(3 * width), nil) != 0 else {
      preconditionFailure("RGBImage: \(Self.message(image))")
    }
    var bytes = [UInt8](repeating: 0, count: size)
    guard png_image_write_to_memory(&image, &bytes, &size, 0, pixels, png_int_32(3 * width), nil) != 0 else {
      preconditionFailure("RGBImage: \(Self.message(image))")
    }
    return Array(bytes.prefix(size))
  }

  /// Writes the picture as a PNG file. Throws `DatasetError.unwritableFile`.
  public func writePNG(_ path: String) throws(DatasetError) { try Files.write(png, to: path) }

  /// libpng's message, a C array of 64 characters.
  private static func message(_ image: png_image) -> String {
    withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
