internal import Datasets
internal import Foundation
internal import Tensors
internal import Testing

/// A 2×3 image whose planes are the same, shifted by 10 each.
private let tiny: [UInt8] = [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 21, 22, 23, 24, 25, 26]

private func views(
  _ step: Augmentation.Step, _ image: [UInt8] = tiny, height: Int = 2, width: Int = 3, draws: Int = 400
)
  -> [[UInt8]]
{
  var augmenter = Augmenter(Augmentation([step]), height: height, width: width)
  return (0..<draws).map { augmenter.view(of: image, key: RandomKey(seed: 5).split($0)) }
}

@Suite struct AugmentationTests {
  @Test func aFlipMirrorsEachRowHalfOfTheTime() {
    let mirrored: [UInt8] = [3, 2, 1, 6, 5, 4, 13, 12, 11, 16, 15, 14, 23, 22, 21, 26, 25, 24]
    let all = views(.flip)
    let flipped = all.count { $0 == mirrored }
    #expect(all.allSatisfy { $0 == tiny || $0 == mirrored })
    #expect((160...240).contains(flipped))  // 200 ± 4 standard deviations of 10
  }

  @Test func aCropShowsAnyWindowOfThePaddedImage() {
    // Padding 1 around the first plane: 3×3 windows in 4 rows and 5 columns.
    let padded: [[UInt8]] = [[0, 0, 0, 0, 0], [0, 1, 2, 3, 0], [0, 4, 5, 6, 0], [0, 0, 0, 0, 0]]
    var windows = [[UInt8]: Int]()
    for y in 0...2 {
      for x in 0...2 { windows[(0..<2).flatMap { row in padded[y + row][x..<x + 3] }] = 0 }
    }
    #expect(windows.count == 9)
    for view in views(.crop(padding: 1), draws: 900) { windows[Array(view[..<6]), default: 0] += 1 }
    #expect(windows.count == 9)
    #expect(windows.values.allSatisfy { (60...140).contains($0) })  // 100 ± 4 standard deviations of 9.4
  }

  @Test func aCropMovesAllPlanesTogether() {
    for view in views(.crop(padding: 1)) {
      for j in 0..<6 where view[j] != 0 { #expect(view[6 + j] == view[j] + 10 && view[12 + j] == view[j] + 20) }
      for j in 0..<6 where view[j] == 0 { #expect(view[6 + j] == 0 && view[12 + j] == 0) }
    }
  }

  @Test func cutoutIsClippedAtTheBorder() {
    // Side 2 around pixel (r, c) covers rows r − 1, r and columns c − 1, c of a 3×3 image of ones.
    let ones = [UInt8](repeating: 1, count: 27)
    var seen = [[UInt8]: Int]()
    for view in views(.cutout(side: 2), ones, height: 3, width: 3, draws: 900) {
      #expect(view[..<9] == view[9..<18] && view[..<9] == view[18...])
      seen[Array(view[..<9]), default: 0] += 1
    }
    var expected = Set<[UInt8]>()
    for r in 0..<3 {
      for c in 0..<3 {
        expected.insert((0..<9).map { (r - 1...r).contains($0 / 3) && (c - 1...c).contains($0 % 3) ? 0 : 1 })
      }
    }
    #expect(Set(seen.keys) == expected && expected.count == 9)
    #expect(seen[[0, 1, 1, 1, 1, 1, 1, 1, 1]] != nil)  // centre (0, 0): three quarters are outside
    #expect(seen.values.allSatisfy { (60...140).contains($0) })  // 100 ± 4 standard deviations of 9.4
  }

  @Test func oddAndOversizedCutoutsStayInside() {
    let ones = [UInt8](repeating: 1, count: 27)
    #expect(views(.cutout(side: 9), ones, height: 3, width: 3, draws: 20).allSatisfy { $0.allSatisfy { $0 == 0 } })
    #expect(views(.cutout(side: 0), ones, height: 3, width: 3, draws: 20).allSatisfy { $0 == ones })
    let single = views(.cutout(side: 1), ones, height: 3, width: 3, draws: 20)
    #expect(single.allSatisfy { $0.count { $0 == 0 } == 3 })
  }

  @Test func aViewDependsOnKeyImageAndViewOnly() {
    let images = SyntheticShapes(seed: 1).images(.train, count: 12)
    let augmentation = Augmentation.cutout(size: 16)
    let key = RandomKey(seed: 9).split(3)
    var augmenter = Augmenter(augmentation, height: 16, width: 16)
    let all = augmenter.tensor([4, 2, 11, 0], of: images, key: key)
    var other = Augmenter(augmentation, height: 16, width: 16)
    #expect(other.tensor([11], of: images, key: key) == all[rows: 2..<3])
    #expect(other.tensor([0, 4], of: images, key: key) == all.gathering([3, 0]))
    #expect(other.tensor([4, 2, 11, 0], of: images, key: key, view: 1) != all)
    #expect(other.tensor([4, 2, 11, 0], of: images, key: RandomKey(seed: 9).split(4)) != all)
  }

  @Test func aStepDrawsTheSameWhateverComesBefore() {
    let bright = [UInt8](repeating: 255, count: 3 * 64)
    var alone = Augmenter(Augmentation([.cutout(side: 4)]), height: 8, width: 8)
    var after = Augmenter(Augmentation([.flip, .cutout(side: 4)]), height: 8, width: 8)
    for i in 0..<20 {
      let key = RandomKey(seed: 2).split(i)
      #expect(alone.view(of: bright, key: key) == after.view(of: bright, key: key))
    }
  }

  @Test func withoutStepsABatchIsThePlainTensor() {
    let images = SyntheticShapes(seed: 1).images(.test, count: 5)
    var augmenter = Augmenter(.none, height: 16, width: 16)
    #expect(augmenter.tensor([3, 1], of: images, key: RandomKey(seed: 0)) == images.tensor([3, 1]))
  }

  @Test func fillLeavesTheRestOfTheBufferAlone() {
    let images = SyntheticShapes(seed: 1).images(.test, count: 3)
    var augmenter = Augmenter(.none, height: 16, width: 16)
    var buffer = [Float](repeating: -1, count: 2 * 768)
    var span = buffer.mutableSpan
    augmenter.fill(&span, with: [2], of: images, key: RandomKey(seed: 0))
    #expect(Array(buffer[..<768]) == images.tensor([2]).elements)
    #expect(buffer[768...].allSatisfy { $0 == -1 })
  }

  @Test func aRecipeKeepsTheSteps() throws {
    let augmentation = Augmentation.cutout(size: 32)
    #expect(augmentation.steps == [.crop(padding: 4), .flip, .cutout(side: 16)])
    let json = try JSONEncoder().encode(augmentation)
    #expect(try JSONDecoder().decode(Augmentation.self, from: json) == augmentation)
    #expect(Augmentation.cropAndFlip(size: 16).steps == [.crop(padding: 2), .flip])
  }
}

@Suite struct BatchesTests {
  @Test func anEpochTakesEachImageOnce() {
    let batches = Batches(count: 10, batchSize: 4, key: RandomKey(seed: 1).split(0))
    #expect(batches.map(\.count) == [4, 4, 2])
    #expect(batches.flatMap { $0 }.sorted() == Array(0..<10))
    #expect(batches.order != Array(0..<10))
  }

  @Test func theOrderFollowsTheKey() {
    let key = RandomKey(seed: 1)
    let first = Batches(count: 50, batchSize: 8, key: key.split(0))
    #expect(first == Batches(count: 50, batchSize: 8, key: key.split(0)))
    #expect(first.order != Batches(count: 50, batchSize: 8, key: key.split(1)).order)
    #expect(first.order == Batches(count: 50, batchSize: 25, key: key.split(0)).order)
  }

  @Test func aPartialBatchCanBeLeftOut() {
    #expect(Batches(count: 10, batchSize: 4, key: RandomKey(seed: 1), wholeOnly: true).map(\.count) == [4, 4])
    #expect(Batches(count: 3, batchSize: 4, key: RandomKey(seed: 1), wholeOnly: true).isEmpty)
    #expect(Batches(inOrder: 5, batchSize: 2).map(Array.init) == [[0, 1], [2, 3], [4]])
    #expect(Batches(inOrder: 0, batchSize: 2).isEmpty)
  }
}
