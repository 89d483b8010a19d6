internal import Datasets
internal import Tensors
internal import Testing
internal import _TestSupport

struct SmallBatchesTests {
  @Test func `however many images and however large a batch, each image is in one batch`() {
    let count = withEvery("images", in: 0...20) { images in
      for size in 1...7 {
        for wholeOnly in [false, true] {
          let batches = Batches(count: images, batchSize: size, key: RandomKey(seed: 3), wholeOnly: wholeOnly)
          let all = batches.flatMap { Array($0) }
          let expected = wholeOnly ? images / size * size : images
          try hold(all.count == expected && Set(all).count == expected, "size \(size): \(all)")
          try hold(all.allSatisfy { (0..<images).contains($0) }, "size \(size): \(all)")
          try hold(batches.dropLast().allSatisfy { $0.count == size }, "size \(size): a batch that is not whole")
          try hold(Batches(inOrder: images, batchSize: size).flatMap { Array($0) } == Array(0..<images), "in order")
        }
      }
    }
    #expect(count == 21)
  }
}
