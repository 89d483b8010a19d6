internal import Datasets
internal import Testing

/// Four images of 1×2 pixels; image i is filled with 10·i + 0…5.
private func small() -> LabeledImages {
  LabeledImages(
    pixels: (0..<4).flatMap { i in (0..<6).map { UInt8(10 * i + $0) } }, labels: [0, 1, 1, 2], height: 1, width: 2,
    classNames: ["a", "b", "c"], provenance: .init(name: "small", details: "written out"))
}

@Suite struct LabeledImagesTests {
  @Test func tensorsAreBytesOver255InTheOrderAsked() {
    let x = small().tensor([2, 0])
    #expect(x.shape == [2, 3, 1, 2])
    #expect(x.elements == [20, 21, 22, 23, 24, 25, 0, 1, 2, 3, 4, 5].map { Float($0) / 255 })
    #expect(small().tensor.shape == [4, 3, 1, 2])
    #expect(small().tensor([]).shape == [0, 3, 1, 2])
  }

  @Test func subsetsKeepOrderAndSaySo() {
    let part = small().subset([3, 1])
    #expect(part.labels == [2, 1])
    #expect(part.pixels == [30, 31, 32, 33, 34, 35, 10, 11, 12, 13, 14, 15])
    #expect(part.provenance.details == "written out; 2 of 4 images")
    #expect(small().prefix(9).count == 4)
    #expect(small().classCounts == [1, 2, 1])
  }

  @Test func aSplitIsDisjointWholeAndSeeded() {
    let set = SyntheticShapes(seed: 3).images(.train, count: 40)
    let (rest, heldOut) = set.split(heldOut: 12, seed: 1)
    #expect((rest.count, heldOut.count) == (28, 12))
    let images = { (part: LabeledImages) in (0..<part.count).map { part.tensor([$0]) } }
    #expect(Set(images(rest)).union(images(heldOut)) == Set(images(set)))
    #expect(set.split(heldOut: 12, seed: 1).heldOut == heldOut)
    #expect(set.split(heldOut: 12, seed: 2).heldOut != heldOut)
    #expect(set.split(heldOut: 0, seed: 1).rest.pixels == set.pixels)
  }

  @Test func theHashSeesPixelsLabelsAndSize() {
    let set = small()
    func hash(_ pixels: [UInt8], _ labels: [Int], _ height: Int, _ width: Int) -> String {
      LabeledImages(
        pixels: pixels, labels: labels, height: height, width: width, classNames: set.classNames,
        provenance: .init(name: "", details: "")
      ).contentHash
    }
    #expect(hash(set.pixels, set.labels, 1, 2) == set.contentHash)
    var changed = set.pixels
    changed[7] ^= 1
    #expect(hash(changed, set.labels, 1, 2) != set.contentHash)
    #expect(hash(set.pixels, [0, 1, 2, 2], 1, 2) != set.contentHash)
    #expect(hash(set.pixels, set.labels, 2, 1) != set.contentHash)
    #expect(set.contentHash.count == 16)
  }
}
