// The CIFAR-10 policy: its 25 pairs, and how a key chooses among them.

internal import CAllocations
internal import Datasets
internal import Tensors
internal import Testing

/// The published table once more, spelled another way: operation, magnitude index, probability in tenths.
private let table = """
  invert7.1 contrast6.2, rotate2.7 translateX9.3, sharpness1.8 sharpness3.9, shearY8.5 translateY9.7,
  autocontrast.5 equalize.9, shearY7.2 posterize7.3, color3.4 brightness7.6, sharpness9.3 brightness9.7,
  equalize.6 equalize.5, contrast7.6 sharpness5.6, color7.7 translateX8.5, equalize.3 autocontrast.4,
  translateY3.4 sharpness6.2, brightness6.9 color8.2, solarize2.5 invert.0, equalize.2 autocontrast.6,
  equalize.2 equalize.6, color9.9 equalize.6, autocontrast.8 solarize8.2, brightness3.1 color0.7,
  solarize5.4 autocontrast.9, translateY9.9 translateY9.7, autocontrast.9 solarize3.8, equalize.8 invert.1,
  translateY9.7 autocontrast.9
  """

/// Positive and negative form of an operation at a magnitude index.
private func operations(_ name: String, _ index: Double) throws -> (PixelOperation, PixelOperation) {
  let share = index / 9
  switch name {
  case "shearY": return (.shearY(0.3 * share), .shearY(-0.3 * share))
  case "translateX": return (.translateX(150 / 331 * share), .translateX(-150 / 331 * share))
  case "translateY": return (.translateY(150 / 331 * share), .translateY(-150 / 331 * share))
  case "color": return (.color(0.9 * share), .color(-0.9 * share))
  case "contrast": return (.contrast(0.9 * share), .contrast(-0.9 * share))
  case "sharpness": return (.sharpness(0.9 * share), .sharpness(-0.9 * share))
  case "brightness": return (.brightness(0.9 * share), .brightness(-0.9 * share))
  case "rotate": return (.rotate(30 * share), .rotate(30 * share))
  case "solarize": return (.solarize(threshold: 256 - 256 * share), .solarize(threshold: 256 - 256 * share))
  case "posterize": return (.posterize(bits: 5), .posterize(bits: 5))  // index 7: 8 − 28/9 = 4.9
  case "autocontrast": return (.autocontrast, .autocontrast)
  case "equalize": return (.equalize, .equalize)
  case "invert": return (.invert, .invert)
  default: throw CancellationError()
  }
}

/// The same change of a picture, magnitudes being equal but for the last bits.
private func looksTheSame(_ a: PixelOperation, _ b: PixelOperation, on image: [UInt8]) -> Bool {
  a.applied(to: image, height: 32, width: 32) == b.applied(to: image, height: 32, width: 32)
}

@Suite struct AutoAugmentTests {
  private let image = SyntheticShapes(seed: 7, size: 32).images(.train, count: 1).pixels

  @Test func thePolicyIsThePublishedOne() throws {
    let rows = table.split(separator: ",").map { $0.split { $0 == " " || $0 == "\n" } }
    #expect(rows.count == 25 && AutoAugmentPolicy.pairs.count == 25)
    for (row, pair) in zip(rows, AutoAugmentPolicy.pairs) {
      for (text, entry) in zip(row, [pair.first, pair.second]) {
        let parts = text.split(separator: ".")
        let name = parts[0].filter { !$0.isNumber }
        let (positive, negative) = try operations(name, Double(parts[0].filter(\.isNumber)) ?? 0)
        #expect(looksTheSame(entry.positive, positive, on: image), "\(text)")
        #expect(looksTheSame(entry.negative, negative, on: image), "\(text)")
        #expect(abs(entry.probability - Float(parts[1])! / 10) < 1e-6)
      }
    }
  }

  /// What each pair can make of `image`, with the chance that it does.
  private func outcomes() -> [[UInt8]: Double] {
    var chances: [[UInt8]: Double] = [:]
    func choices(_ entry: AutoAugmentPolicy.Entry) -> [(PixelOperation?, Double)] {
      let p = Double(entry.probability)
      return [(nil, 1 - p), (entry.positive, p / 2), (entry.negative, p / 2)]
    }
    for pair in AutoAugmentPolicy.pairs {
      for (first, p) in choices(pair.first) {
        let once = first?.applied(to: image, height: 32, width: 32) ?? image
        for (second, q) in choices(pair.second) {
          let twice = second?.applied(to: once, height: 32, width: 32) ?? once
          chances[twice, default: 0] += p * q / 25
        }
      }
    }
    return chances
  }

  @Test func viewsOccurAsOftenAsThePolicySays() {
    let draws = 20_000
    var augmenter = Augmenter(Augmentation([.autoAugment]), height: 32, width: 32)
    var seen: [[UInt8]: Int] = [:]
    for i in 0..<draws { seen[augmenter.view(of: image, key: RandomKey(seed: 1).split(i)), default: 0] += 1 }
    let expected = outcomes()
    #expect(seen.keys.allSatisfy { expected[$0] != nil })
    for (view, chance) in expected {
      let mean = chance * Double(draws)
      // 5 standard deviations of a binomial, and 2 for the rarest.
      #expect(abs(Double(seen[view] ?? 0) - mean) <= 5 * mean.squareRoot() + 2)
    }
  }

  @Test func theOrderIsCropFlipAutoAugmentCutout() {
    #expect(Augmentation.autoAugment(size: 32).steps == [.crop(padding: 4), .flip, .autoAugment, .cutout(side: 16)])
    // Inverted or not, a hole is 0: it is cut last.
    var augmenter = Augmenter(.autoAugment(size: 32), height: 32, width: 32)
    for i in 0..<100 {
      let view = augmenter.view(of: image, key: RandomKey(seed: 2).split(i))
      let holes = (0..<1024).count { view[$0] == 0 && view[1024 + $0] == 0 && view[2048 + $0] == 0 }
      #expect(holes >= 64)  // a corner of the square is 8×8 at least
    }
  }

  @Test func otherStepsDrawTheSameWithAndWithoutIt() {
    let black = [UInt8](repeating: 0, count: 3072)
    var with = Augmenter(Augmentation([.autoAugment, .cutout(side: 16)]), height: 32, width: 32)
    var without = Augmenter(Augmentation([.cutout(side: 16)]), height: 32, width: 32)
    for i in 0..<50 {
      let key = RandomKey(seed: 3).split(i)
      // Where the policy leaves white white, the hole is in the same place.
      let white = black.map { _ in UInt8(255) }
      let hole = without.view(of: white, key: key)
      let view = with.view(of: white, key: key)
      for j in 0..<3072 where hole[j] == 0 { #expect(view[j] == 0) }
    }
  }

  @Test func viewsOfAnImageDifferAndRepeat() {
    let images = SyntheticShapes(seed: 1, size: 32).images(.train, count: 8)
    var one = Augmenter(.autoAugment(size: 32), height: 32, width: 32)
    var other = Augmenter(.autoAugment(size: 32), height: 32, width: 32)
    let key = RandomKey(seed: 4).split(2)
    let first = one.tensor([0, 1, 2, 3, 4, 5, 6, 7], of: images, key: key, view: 0)
    let second = one.tensor([0, 1, 2, 3, 4, 5, 6, 7], of: images, key: key, view: 1)
    #expect(first != second)
    #expect(other.tensor([5, 2], of: images, key: key, view: 1) == second.gathering([5, 2]))
    #expect(first.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func aThreadMakesFourThousandViewsASecond() {
    // 95,000 on one core of a 2-core virtual machine; the floor is what training needs of each of two threads.
    let images = SyntheticShapes(seed: 1, size: 32).images(.train, count: 250)
    var augmenter = Augmenter(.autoAugment(size: 32), height: 32, width: 32)
    var views = [Float](repeating: 0, count: 250 * 3072)
    var span = views.mutableSpan
    let order = Array(0..<250)
    let time = ContinuousClock().measure {
      for epoch in 0..<4 { augmenter.fill(&span, with: order[...], of: images, key: RandomKey(seed: 1).split(epoch)) }
    }
    #expect(time < .milliseconds(250))
  }

  @Test func viewsAllocateNothing() {
    let images = SyntheticShapes(seed: 1, size: 32).images(.train, count: 100)
    var augmenter = Augmenter(.autoAugment(size: 32), height: 32, width: 32)
    var views = [Float](repeating: 0, count: 100 * 3072)
    var span = views.mutableSpan
    let order = Array(0..<100)
    augmenter.fill(&span, with: order[...], of: images, key: RandomKey(seed: 1))
    let before = allocations_of_this_thread()
    augmenter.fill(&span, with: order[...], of: images, key: RandomKey(seed: 1), view: 1)
    #expect(allocations_of_this_thread() == before)
  }
}
