// AutoAugment's policy for CIFAR-10: Cubuk et al., "AutoAugment: Learning augmentation strategies from data", CVPR 2019,
// arXiv:1805.09501, table 7.

internal import Tensors

/// 25 pairs of operations, each operation with a probability of its own; an image gets one pair.
public enum AutoAugmentPolicy {
  /// One operation of a pair.
  public struct Entry: Hashable, Sendable {
    /// The operation with a positive magnitude.
    public let positive: PixelOperation
    /// The operation with a negative magnitude: `positive` itself if the sign is not drawn.
    public let negative: PixelOperation
    /// Chance that it is done.
    public let probability: Float

    fileprivate init(_ signs: (PixelOperation, PixelOperation), probability: Float) {
      (positive, negative) = signs
      self.probability = probability
    }
  }

  /// The 25 pairs; each is as likely.
  public static let pairs: [(first: Entry, second: Entry)] = table.map { row in
    (
      Entry(row.0.operations(row.1), probability: row.2),
      Entry(row.3.operations(row.4), probability: row.5)
    )
  }

  /// The operations and their ten magnitudes each.
  private enum Kind {
    case shearY, translateX, translateY, rotate, color, contrast, sharpness, brightness, posterize, solarize,
      autocontrast, equalize, invert

    /// The operation at magnitude `index` of 0…9, with both signs.
    func operations(_ index: Int) -> (PixelOperation, PixelOperation) {
      // Ten even steps, the last of them included.
      func step(_ from: Double, _ to: Double) -> Double { from + (to - from) * Double(index) / 9 }
      func signed(_ make: (Double) -> PixelOperation, _ most: Double) -> (PixelOperation, PixelOperation) {
        (make(step(0, most)), make(-step(0, most)))
      }
      func unsigned(_ operation: PixelOperation) -> (PixelOperation, PixelOperation) { (operation, operation) }
      switch self {
      case .shearY: return signed(PixelOperation.shearY, 0.3)
      case .translateX: return signed(PixelOperation.translateX, 150 / 331)
      case .translateY: return signed(PixelOperation.translateY, 150 / 331)
      case .rotate: return unsigned(.rotate(step(0, 30)))
      case .color: return signed(PixelOperation.color, 0.9)
      case .contrast: return signed(PixelOperation.contrast, 0.9)
      case .sharpness: return signed(PixelOperation.sharpness, 0.9)
      case .brightness: return signed(PixelOperation.brightness, 0.9)
      case .posterize: return unsigned(.posterize(bits: Int(step(8, 4).rounded(.toNearestOrEven))))
      case .solarize: return unsigned(.solarize(threshold: step(256, 0)))
      case .autocontrast: return unsigned(.autocontrast)
      case .equalize: return unsigned(.equalize)
      case .invert: return unsigned(.invert)
      }
    }
  }

  // Operation, magnitude index, probability; twice. Operations without a magnitude have index 0.
  private static let table: [(Kind, Int, Float, Kind, Int, Float)] = [
    (.invert, 7, 0.1, .contrast, 6, 0.2),
    (.rotate, 2, 0.7, .translateX, 9, 0.3),
    (.sharpness, 1, 0.8, .sharpness, 3, 0.9),
    (.shearY, 8, 0.5, .translateY, 9, 0.7),
    (.autocontrast, 0, 0.5, .equalize, 0, 0.9),
    (.shearY, 7, 0.2, .posterize, 7, 0.3),
    (.color, 3, 0.4, .brightness, 7, 0.6),
    (.sharpness, 9, 0.3, .brightness, 9, 0.7),
    (.equalize, 0, 0.6, .equalize, 0, 0.5),
    (.contrast, 7, 0.6, .sharpness, 5, 0.6),
    (.color, 7, 0.7, .translateX, 8, 0.5),
    (.equalize, 0, 0.3, .autocontrast, 0, 0.4),
    (.translateY, 3, 0.4, .sharpness, 6, 0.2),
    (.brightness, 6, 0.9, .color, 8, 0.2),
    (.solarize, 2, 0.5, .invert, 0, 0.0),
    (.equalize, 0, 0.2, .autocontrast, 0, 0.6),
    (.equalize, 0, 0.2, .equalize, 0, 0.6),
    (.color, 9, 0.9, .equalize, 0, 0.6),
    (.autocontrast, 0, 0.8, .solarize, 8, 0.2),
    (.brightness, 3, 0.1, .color, 0, 0.7),
    (.solarize, 5, 0.4, .autocontrast, 0, 0.9),
    (.translateY, 9, 0.9, .translateY, 9, 0.7),
    (.autocontrast, 0, 0.9, .solarize, 3, 0.8),
    (.equalize, 0, 0.8, .invert, 0, 0.1),
    (.translateY, 9, 0.7, .autocontrast, 0, 0.9),
  ]
}
