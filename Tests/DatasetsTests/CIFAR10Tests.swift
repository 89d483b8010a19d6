internal import Datasets
internal import Foundation
internal import Testing

/// One record: the label, then 3072 bytes that count up from `start`.
private func record(_ label: UInt8, from start: Int) -> [UInt8] {
  [label] + (0..<3072).map { UInt8(truncatingIfNeeded: start + $0) }
}

@Suite struct CIFAR10Tests {
  /// Five small training batches of 2, 1, 1, 1, 1 images and a test batch of one.
  private func smallSet() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(record(3, from: 0) + record(9, from: 1), "data_batch_1.bin")
    for batch in 2...5 { try folder.write(record(UInt8(batch), from: 10 * batch), "data_batch_\(batch).bin") }
    try folder.write(record(0, from: 7), "test_batch.bin")
    return folder
  }

  private func trouble(_ folder: String, _ split: CIFAR10.Split = .train) -> DatasetError? {
    do throws(DatasetError) {
      _ = try CIFAR10.load(directory: folder, split: split)
      return nil
    } catch { return error }
  }

  @Test func shortenedBatchesAreReadInFileOrder() throws {
    let folder = try smallSet()
    let train = try CIFAR10.load(directory: folder.path, split: .train)
    #expect(train.labels == [3, 9, 2, 3, 4, 5])
    #expect(train.provenance.parts.map(\.count) == [2, 1, 1, 1, 1])
    #expect(train.provenance.parts[0].name == "data_batch_1.bin")
    #expect(train.provenance.name == "CIFAR-10 train")
    #expect((train.height, train.width, train.classCount) == (32, 32, 10))
    #expect(train.classNames == CIFAR10.classNames)

    let test = try CIFAR10.load(directory: folder.path, split: .test)
    #expect(test.labels == [0])
    #expect(Array(test.pixels[..<4]) == [7, 8, 9, 10])
  }

  @Test func bytesAreChannelsFirstAndOneIs255() throws {
    let folder = try smallSet()
    let images = try CIFAR10.load(directory: folder.path, split: .train)
    let x = images.tensor([1])
    #expect(x.shape == [1, 3, 32, 32])
    // Byte 1 + 1024·c + 32·y + x of the second image, modulo 256.
    #expect(x[0, 2, 3, 4] == Float((1 + 2 * 1024 + 3 * 32 + 4) % 256) / 255)
    #expect(x[0, 0, 7, 30] == 1)
  }

  @Test func aLabelAboveNineNamesFileAndByte() throws {
    let folder = try smallSet()
    let path = try folder.write(record(1, from: 0) + record(10, from: 0), "data_batch_4.bin")
    #expect(trouble(folder.path) == .label(path: path, offset: 3073, label: 10))
    #expect(
      trouble(folder.path)?.description == "\(path):3073: label 10 is not in 0…9; is this a file of the binary version "
        + "of CIFAR-10 (https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz)?")
  }

  @Test func aTornRecordNamesFileAndByte() throws {
    let folder = try smallSet()
    let path = try folder.write(record(1, from: 0) + record(2, from: 0).prefix(5), "test_batch.bin")
    #expect(
      trouble(folder.path, .test)?.description
        == "\(path):3073: the record that begins here has 5 of 3073 bytes; copy the file again, or cut it to 3073 bytes"
    )
  }

  @Test func aMissingFileSaysWhereItMayBe() throws {
    let folder = try smallSet()
    try FileManager.default.removeItem(atPath: folder.path + "/data_batch_5.bin")
    #expect(
      trouble(folder.path)?.description == "\(folder.path)/data_batch_5.bin: no such file; the files are in "
        + "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz")
  }

  @Test func theFolderAboveTheArchivesWillDo() throws {
    let folder = try TemporaryFolder()
    try folder.write(record(6, from: 7), "cifar-10-batches-bin/test_batch.bin")
    #expect(try CIFAR10.load(directory: folder.path, split: .test).labels == [6])
    // A missing file is looked for where the others are.
    #expect(
      trouble(folder.path)?.description.hasPrefix("\(folder.path)/cifar-10-batches-bin/data_batch_1.bin:") == true)
    // Files of the folder itself come first.
    try folder.write(record(2, from: 7), "test_batch.bin")
    #expect(try CIFAR10.load(directory: folder.path, split: .test).labels == [2])
  }

  @Test func anEmptyFileIsNoBatch() throws {
    let folder = try smallSet()
    let path = try folder.write([], "data_batch_2.bin")
    #expect(trouble(folder.path) == .emptyFile(path: path))
    #expect(trouble(folder.path)?.description == "\(path):0: the file is empty; copy it again from where it came")
  }

  @Test func anUnreadableFolderSaysWhy() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/nowhere"
    #expect(
      trouble(path)?.description == "\(path): cannot read this folder (No such file or directory); "
        + "give the folder that holds the images with --data or WORKBENCH_DATA")
    let file = try folder.write([1], "file")
    #expect(trouble(file) == .unreadableFolder(path: file, reason: "Not a directory"))
  }

  @Test func aFolderInPlaceOfAFileSaysSo() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("test_batch.bin")
    let path = folder.path + "/test_batch.bin"
    #expect(trouble(folder.path, .test) == .unreadableFile(path: path, reason: "Is a directory"))
  }

  @Test func classNamesComeFromTheSet() throws {
    let folder = try smallSet()
    let path = try folder.write(Array("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n".utf8), "batches.meta.txt")
    #expect(try CIFAR10.load(directory: folder.path, split: .test).classNames.joined() == "abcdefghij")
    try folder.write(Array("a\nb\n".utf8), "batches.meta.txt")
    #expect(trouble(folder.path, .test) == .classNames(path: path, found: 2))
  }
}

private let realFolder = ProcessInfo.processInfo.environment["WORKBENCH_DATA"]
private let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

@Suite(.enabled(if: realFolder != nil || isCI, "WORKBENCH_DATA does not name a folder of CIFAR-10 batches"))
struct CIFAR10RealDataTests {
  private func folder() throws -> String {
    try #require(realFolder, "CI must set WORKBENCH_DATA to a folder of CIFAR-10 batches")
  }

  @Test(arguments: CIFAR10.Split.allCases)
  func theRealSetIsWhole(_ split: CIFAR10.Split) throws {
    let images = try CIFAR10.load(directory: try folder(), split: split)
    #expect(images.provenance.parts.map(\.name) == split.files)
    #expect(images.provenance.parts.map(\.count).reduce(0, +) == images.count)
    #expect(images.pixels.count == images.count * 3072)
    // The first labels of data_batch_1 (frog, truck, truck, deer) and test_batch (cat, ship, ship, airplane).
    #expect(Array(images.labels.prefix(4)) == (split == .train ? [6, 9, 9, 4] : [3, 8, 8, 0]))
    #expect(images.classNames == CIFAR10.classNames)
    // Channel means of CIFAR-10 are 125.3, 123.0, 113.9; a part of 1000 images or more lies within 3 levels.
    for (channel, expected) in [125.3, 123.0, 113.9].enumerated() {
      var sum = 0
      for image in 0..<images.count {
        let start = image * 3072 + channel * 1024
        sum += images.pixels[start..<start + 1024].reduce(0) { $0 + Int($1) }
      }
      #expect(abs(Double(sum) / Double(images.count * 1024) - expected) < 3)
    }
    // Classes are drawn evenly: a tenth each, within 4 points in parts of 1000 images.
    #expect(images.classCounts.allSatisfy { abs(Double($0) / Double(images.count) - 0.1) < 0.04 })
  }
}
