// The project's own pictures: ten classes of shapes, made from a seed by integer code, so that everything runs without
// a download and with the same bits on every machine.
//
// A class shows in two ways. Its outline is large and has contrast, and survives a perturbation of 8/255. Its weave, a
// texture over the whole picture, is fainter than that: a plain network learns it because it helps, an attacker erases
// it or paints another class's. This is the world of Ilyas et al., "Adversarial examples are not bugs, they are
// features", NeurIPS 2019, in miniature. Colours, lighting, clutter and noise are the same for every class.

internal import Basics
internal import Tensors

/// The embedded synthetic image set: any number of RGB images, ten classes, a function of (seed, split, index).
public struct SyntheticShapes: Hashable, Sendable, Codable {
  /// Independent halves of the set.
  public enum Split: String, Hashable, Sendable, Codable, CaseIterable {
    case train, test
  }

  /// Class names in label order.
  public static let classNames = Outline.allCases.map(\.name)

  /// What the pictures are drawn from: two seeds give two independent sets.
  public var seed: UInt64
  /// Image height and width, pixels: 16, 32 or 64. One index shows the same scene at every size.
  public var size: Int
  /// How plain the pictures show their class.
  public var difficulty: Difficulty

  /// A set of pictures of `size` × `size` pixels, 16, 32 or 64. Nothing is drawn until images are asked for.
  public init(seed: UInt64 = 0, size: Int = 16, difficulty: Difficulty = .standard) {
    precondition([16, 32, 64].contains(size), "SyntheticShapes: size \(size) is not 16, 32 or 64")
    self.seed = seed
    self.size = size
    self.difficulty = difficulty
  }

  /// Images `first..<first + count` of `split`. Every ten images from a multiple of ten hold each class once.
  ///
  /// `threads` does not change the result.
  public func images(_ split: Split, count: Int, first: Int = 0, threads: Int = 1) -> LabeledImages {
    precondition(count >= 0 && first >= 0, "SyntheticShapes: \(count) images from \(first)")
    let chunk = 256
    let parts = (count + chunk - 1) / chunk
    let bytes = 3 * size * size
    let made = Collected<[UInt8]>(parts)
    parallelFor(parts, threads: threads) { part, _ in
      let range = part * chunk..<min(count, (part + 1) * chunk)
      var painter = ScenePainter(size: size, difficulty: difficulty)
      var out = [UInt8](repeating: 0, count: range.count * bytes)
      for i in range {
        let index = first + i
        painter.paint(label(split, index), key: key(split).split(index), into: &out, at: (i - range.lowerBound) * bytes)
      }
      made.set(part, out)
    }
    return LabeledImages(
      pixels: made.values.flatMap { $0 }, labels: (first..<first + count).map { label(split, $0) }, height: size,
      width: size, classNames: Self.classNames,
      provenance: .init(
        name: "synthetic shapes \(size)×\(size) \(split.rawValue)",
        details: "images \(first)..<\(first + count), seed \(seed), generator \(Self.version)"))
  }

  /// The class of image `index` of `split`.
  public func label(_ split: Split, _ index: Int) -> Int {
    let classes = Outline.allCases.count
    return key(split).split(-1 - index / classes).permutation(classes)[index % classes]
  }

  /// Raised when the pictures change.
  public static let version = 1

  private func key(_ split: Split) -> RandomKey { RandomKey(seed: seed).split(split == .train ? 0 : 1) }
}
