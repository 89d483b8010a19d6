// The views a network is trained on. Crop and flip are those of every CIFAR recipe; AutoAugment: Cubuk et al., CVPR 2019,
// arXiv:1805.09501; Cutout: DeVries & Taylor, 2017, arXiv:1708.04552.

/// Random changes of an image, in order. A value that a recipe keeps.
public struct Augmentation: Hashable, Sendable, Codable {
  /// One change of an image of bytes.
  public enum Step: Hashable, Sendable, Codable {
    /// A window of the image's own size out of the image with `padding` pixels of 0 on every side; each of the
    /// (2·padding + 1)² positions is as likely.
    case crop(padding: Int)
    /// Left for right with probability ½.
    case flip
    /// One of the 25 pairs of AutoAugment's policy for CIFAR-10, each as likely; see `AutoAugmentPolicy`.
    case autoAugment
    /// A square of `side` pixels set to 0. Its centre is uniform over the image's pixels, and what falls outside is cut
    /// off: rows and columns c − side/2 ..< c − side/2 + side, division rounding down.
    case cutout(side: Int)

    /// The random stream of this kind of step. A kind draws the same whatever other kinds come before it.
    var stream: Int {
      switch self {
      case .crop: 0
      case .flip: 1
      case .autoAugment: 2
      case .cutout: 3
      }
    }
  }

  /// The changes in the order in which they are made. Two steps of one kind would make the same draws.
  public var steps: [Step]

  /// An augmentation of these steps, in this order.
  public init(_ steps: [Step]) { self.steps = steps }

  /// The image as it is.
  public static let none = Augmentation([])

  /// Crop and flip, with an eighth of the side as padding: 4 pixels at 32×32.
  public static func cropAndFlip(size: Int) -> Augmentation { Augmentation([.crop(padding: size / 8), .flip]) }

  /// Crop, flip and a Cutout of half the side: 4 and 16 pixels at 32×32.
  public static func cutout(size: Int) -> Augmentation {
    Augmentation([.crop(padding: size / 8), .flip, .cutout(side: size / 2)])
  }

  /// The views of the paper's consistency training, in its order: crop, flip, AutoAugment and a Cutout of half the side.
  public static func autoAugment(size: Int) -> Augmentation {
    Augmentation([.crop(padding: size / 8), .flip, .autoAugment, .cutout(side: size / 2)])
  }
}
