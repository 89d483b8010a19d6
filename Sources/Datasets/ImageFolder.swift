// A folder of pictures: one sub-folder a class.

internal import FileSystem

/// The reader of folders of PNG files.
public enum ImageFolder {
  /// All pictures of `directory`: each sub-folder is a class, classes and files in the order of their names' bytes.
  ///
  /// Pictures are `.png` files of one size. Throws `DatasetError` if a folder or picture cannot be read or has a name
  /// that is not UTF-8, a folder has no pictures, or a picture's size differs from the first one's.
  public static func load(directory: String) throws(DatasetError) -> LabeledImages {
    var pixels = [UInt8]()
    var labels = [Int]()
    var parts = [LabeledImages.Provenance.Part]()
    var size: (width: Int, height: Int)? = nil
    for name in try DataFiles.list(directory) {
      let folder = Files.join(directory, name)
      if !Files.isFolder(folder) { continue }
      var count = 0
      for file in try DataFiles.list(folder) where DataFiles.isPicture(file) {
        let path = Files.join(folder, file)
        let picture = try RGBImage(png: path)
        let expected = size ?? (picture.width, picture.height)
        size = expected
        if (picture.width, picture.height) != expected {
          throw .pictureSize(
            path: path, width: picture.width, height: picture.height, expectedWidth: expected.width,
            expectedHeight: expected.height)
        }
        for channel in 0..<3 {
          for pixel in 0..<picture.width * picture.height { pixels.append(picture.pixels[3 * pixel + channel]) }
        }
        labels.append(parts.count)
        count += 1
      }
      if count == 0 { throw .noPictures(path: folder) }
      parts.append(.init(name: name, count: count))
    }
    guard let size else { throw .noPictures(path: directory) }
    return LabeledImages(
      pixels: pixels, labels: labels, height: size.height, width: size.width, classNames: parts.map(\.name),
      provenance: .init(name: "folder of pictures", details: "PNG files of \(size.width)×\(size.height)", parts: parts))
  }
}
