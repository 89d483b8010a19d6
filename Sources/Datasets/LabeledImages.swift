// Images as they are stored: bytes, channels first, with their labels and where they came from.

internal import Basics
public import Tensors

/// A set of RGB images of one size, one label each.
public struct LabeledImages: Hashable, Sendable {
  /// Where a set came from, in words a run record can keep.
  public struct Provenance: Hashable, Sendable, Codable {
    /// Short name: "CIFAR-10 test", "synthetic shapes 16×16 train".
    public var name: String
    /// How to get these images again: files and counts, or the generator and its numbers.
    public var details: String
    /// The files or folders the images were read from, empty for generated ones.
    public var parts: [Part]

    /// The provenance of a set; `parts` is empty for images that were made and not read.
    public init(name: String, details: String, parts: [Part] = []) {
      self.name = name
      self.details = details
      self.parts = parts
    }

    /// One source of images.
    public struct Part: Hashable, Sendable, Codable {
      /// File or folder name.
      public var name: String
      /// Images found there.
      public var count: Int

      /// `count` images found in the file or folder `name`.
      public init(name: String, count: Int) {
        self.name = name
        self.count = count
      }
    }
  }

  /// Pixels, `[N, 3, height, width]` row-major: an image's red plane, then green, then blue, rows top to bottom.
  public let pixels: [UInt8]
  /// The class of each image, in `0..<classCount`.
  public let labels: [Int]
  /// Image height, pixels.
  public let height: Int
  /// Image width, pixels.
  public let width: Int
  /// One name a class, in label order.
  public let classNames: [String]
  /// Where the images came from.
  public let provenance: Provenance

  /// A set from its parts; `pixels` holds `labels.count` images of `3·height·width` bytes.
  public init(
    pixels: [UInt8], labels: [Int], height: Int, width: Int, classNames: [String], provenance: Provenance
  ) {
    precondition(height > 0 && width > 0, "LabeledImages: \(height)×\(width) pixels")
    precondition(
      pixels.count == labels.count * 3 * height * width,
      "LabeledImages: \(pixels.count) bytes are not \(labels.count) RGB images of \(height)×\(width)")
    if let wrong = labels.firstIndex(where: { $0 < 0 || $0 >= classNames.count }) {
      preconditionFailure("LabeledImages: label \(labels[wrong]) of image \(wrong) is not in 0..<\(classNames.count)")
    }
    self.pixels = pixels
    self.labels = labels
    self.height = height
    self.width = width
    self.classNames = classNames
    self.provenance = provenance
  }

  /// Number of images.
  public var count: Int { labels.count }

  /// Number of classes.
  public var classCount: Int { classNames.count }

  /// Bytes, and Float elements, of one image: `3·height·width`.
  public var imageSize: Int { 3 * height * width }

  /// Images of each class.
  public var classCounts: [Int] {
    labels.reduce(into: [Int](repeating: 0, count: classCount)) { $0[$1] += 1 }
  }

  /// Images `indices`, in that order, as `[N, 3, height, width]` in [0, 1]: byte / 255.
  public func tensor(_ indices: some Sequence<Int>) -> Tensor {
    var elements = [Float]()
    var n = 0
    for i in indices {
      precondition(i >= 0 && i < count, "LabeledImages: image \(i) is not in 0..<\(count)")
      for byte in pixels[i * imageSize..<(i + 1) * imageSize] { elements.append(Float(byte) / 255) }
      n += 1
    }
    return Tensor(elements, shape: [n, 3, height, width])
  }

  /// All images as `[N, 3, height, width]` in [0, 1].
  public var tensor: Tensor { tensor(0..<count) }

  /// The images `indices`, in that order.
  public func subset(_ indices: some Sequence<Int>) -> LabeledImages {
    var bytes = [UInt8]()
    var chosen = [Int]()
    for i in indices {
      precondition(i >= 0 && i < count, "LabeledImages: image \(i) is not in 0..<\(count)")
      bytes.append(contentsOf: pixels[i * imageSize..<(i + 1) * imageSize])
      chosen.append(labels[i])
    }
    return LabeledImages(
      pixels: bytes, labels: chosen, height: height, width: width, classNames: classNames,
      provenance: Provenance(
        name: provenance.name, details: provenance.details + "; \(chosen.count) of \(count) images",
        parts: provenance.parts))
  }

  /// The first `count` images, or all if there are fewer.
  public func prefix(_ count: Int) -> LabeledImages { subset(0..<Swift.min(count, self.count)) }

  /// Two disjoint parts: `heldOut` images drawn by `seed`, and the rest. Both keep the images' order.
  public func split(heldOut: Int, seed: UInt64) -> (rest: LabeledImages, heldOut: LabeledImages) {
    precondition(heldOut >= 0 && heldOut <= count, "LabeledImages: \(heldOut) images held out of \(count)")
    let order = RandomKey(seed: seed).permutation(count)
    return (subset(order[heldOut...].sorted()), subset(order[..<heldOut].sorted()))
  }

  /// 64-bit FNV-1a hash of the size, the labels and the pixels, as 16 hexadecimal digits.
  ///
  /// It tells sets apart and pins generated ones; it is no protection against forgery.
  public var contentHash: String {
    var hash = FNV1a()
    for number in [count, height, width, classCount] { hash.addBytes(of: UInt64(number)) }
    for label in labels { hash.add(UInt64(UInt8(truncatingIfNeeded: label))) }
    hash.add(pixels)
    return hash.hex
  }
}
