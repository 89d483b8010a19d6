// A picture of bytes and its PNG form.

internal import Basics
internal import FileSystem
internal import Images

/// An 8-bit RGB picture, interleaved, rows top to bottom.
public struct RGBImage: Hashable, Sendable {
  /// Pixels across.
  public let width: Int
  /// Pixels down.
  public let height: Int
  /// `3·width·height` bytes: red, green, blue of each pixel.
  public var pixels: [UInt8]

  /// A picture of `width` × `height` pixels, each at least 1, from `3·width·height` bytes.
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
    guard let bytes = try DataFiles.read(path) else { throw .missingFile(path: path, hint: "check the path") }
    if bytes.isEmpty { throw .emptyFile(path: path) }
    do throws(ImageError) {
      let (width, height, pixels) = try PNGCoding.decode(bytes, as: .rgb, source: path)
      self.init(width: width, height: height, pixels: pixels)
    } catch {
      switch error {
      case .png(_, let reason): throw .unreadableFile(path: path, reason: reason)
      case .file(let error): throw .unreadableFile(path: path, reason: error.reason)
      }
    }
  }

  /// The picture as a PNG file's bytes; the same picture gives the same bytes with one version of libpng and zlib.
  public var png: [UInt8] {
    do throws(ImageError) {
      return try PNGCoding.encode(pixels, width: width, height: height, as: .rgb)
    } catch {
      preconditionFailure("RGBImage: \(error)")
    }
  }

  /// Writes the picture as a PNG file that appears at once and whole. Throws `DatasetError.unwritableFile`.
  public func writePNG(_ path: String) throws(DatasetError) {
    do throws(FileError) {
      try AtomicFile.write(png, to: path)
    } catch {
      throw .unwritableFile(path: path, reason: error.reason)
    }
  }
}
