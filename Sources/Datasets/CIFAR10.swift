// CIFAR-10, binary version: Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
// A record is one label byte and 3072 pixel bytes: the red plane, green, blue, rows top to bottom.

internal import FileSystem

/// The reader of CIFAR-10's binary files, complete (10,000 images each) or shortened.
public enum CIFAR10 {
  /// Which files are read.
  public enum Split: String, Hashable, Sendable, Codable, CaseIterable {
    case train, test

    /// Files of this part, in order.
    public var files: [String] {
      switch self {
      case .train: (1...5).map { "data_batch_\($0).bin" }
      case .test: ["test_batch.bin"]
      }
    }
  }

  /// Bytes of a record: the label and a 32×32 RGB image.
  public static let recordSize = 3073

  /// Where the archive is published.
  public static let address = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"

  /// The folder in the archive.
  public static let folderName = "cifar-10-batches-bin"

  /// Class names in label order, used where `batches.meta.txt` is missing.
  public static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// All images of `split` in `directory`, in file order, `[N, 3, 32, 32]`.
  ///
  /// A folder that holds `cifar-10-batches-bin`, as the archive unpacks, and none of the files itself will do too.
  /// `provenance.parts` says how many images each file had. Throws `DatasetError` if the folder cannot be read, a file is
  /// missing, unreadable or empty, a record is torn or a label above 9.
  public static func load(directory: String, split: Split) throws(DatasetError) -> LabeledImages {
    var directory = directory
    var entries = try DataFiles.list(directory)
    if entries.contains(folderName), !entries.contains(where: split.files.contains) {
      directory = Files.join(directory, folderName)
      entries = try DataFiles.list(directory)
    }
    var pixels = [UInt8]()
    var labels = [Int]()
    var parts = [LabeledImages.Provenance.Part]()
    for name in split.files {
      let path = Files.join(directory, name)
      guard let bytes = try DataFiles.read(path) else {
        throw .missingFile(path: path, hint: hint(entries))
      }
      if bytes.isEmpty { throw .emptyFile(path: path) }
      let count = try append(bytes, path: path, pixels: &pixels, labels: &labels)
      parts.append(.init(name: name, count: count))
    }
    return LabeledImages(
      pixels: pixels, labels: labels, height: 32, width: 32, classNames: try names(directory),
      provenance: .init(name: "CIFAR-10 \(split.rawValue)", details: "binary version", parts: parts))
  }

  /// Appends the records of one file and gives their number.
  private static func append(
    _ bytes: [UInt8], path: String, pixels: inout [UInt8], labels: inout [Int]
  ) throws(DatasetError) -> Int {
    let count = bytes.count / recordSize
    pixels.reserveCapacity(pixels.count + count * (recordSize - 1))
    for record in 0..<count {
      let offset = record * recordSize
      let label = Int(bytes[offset])
      if label >= classNames.count { throw .label(path: path, offset: offset, label: label) }
      labels.append(label)
      pixels.append(contentsOf: bytes[offset + 1..<offset + recordSize])
    }
    let rest = bytes.count - count * recordSize
    if rest > 0 {
      throw .tornRecord(path: path, offset: count * recordSize, found: rest, expected: recordSize)
    }
    return count
  }

  private static func names(_ directory: String) throws(DatasetError) -> [String] {
    let path = Files.join(directory, "batches.meta.txt")
    guard let bytes = try DataFiles.read(path) else { return classNames }
    let names = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
    if names.count != classNames.count { throw .classNames(path: path, found: names.count) }
    return names
  }

  private static func hint(_ entries: [String]) -> String {
    if entries.contains("data_batch_1") {
      return "this is the Python version; the binary version is at \(address)"
    }
    return "the files are in \(address)"
  }
}
