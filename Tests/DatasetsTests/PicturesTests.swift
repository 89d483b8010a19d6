internal import Datasets
internal import Foundation
internal import Testing

@Suite struct PicturesTests {
  private let picture = RGBImage(width: 2, height: 2, pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7])

  private func trouble(_ folder: String) -> DatasetError? {
    do throws(DatasetError) {
      _ = try ImageFolder.load(directory: folder)
      return nil
    } catch { return error }
  }

  @Test func aPNGGivesItsPixelsBack() throws {
    let folder = try TemporaryFolder()
    try picture.writePNG(folder.path + "/p.png")
    #expect(try RGBImage(png: folder.path + "/p.png") == picture)
    #expect(Array(picture.png.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
    #expect(picture.png == picture.png)
  }

  @Test func aPNGThatCannotBeWrittenIsAnError() {
    #expect(throws: DatasetError.unwritableFile(path: "/nowhere/p.png", reason: "No such file or directory")) {
      try picture.writePNG("/nowhere/p.png")
    }
  }

  @Test func aContactSheetMagnifiesWithWhiteGaps() {
    let set = LabeledImages(
      pixels: [10, 20, 30, 40, 50, 60], labels: [1, 0], height: 1, width: 1, classNames: ["a", "b"],
      provenance: .init(name: "", details: ""))
    let sheet = set.contactSheet(columns: 1, scale: 2, gap: 1)
    #expect((sheet.width, sheet.height) == (4, 7))
    let pixel = { (x: Int, y: Int) in Array(sheet.pixels[3 * (y * 4 + x)..<3 * (y * 4 + x) + 3]) }
    #expect(pixel(0, 0) == [255, 255, 255] && pixel(1, 3) == [255, 255, 255])
    #expect(pixel(1, 1) == [40, 50, 60] && pixel(2, 2) == [40, 50, 60])
    #expect(pixel(1, 4) == [10, 20, 30] && pixel(2, 5) == [10, 20, 30])
    let rows = set.contactSheet(rows: [[0, 1], [1]], scale: 1, gap: 0)
    #expect(rows.pixels == [10, 20, 30, 40, 50, 60, 40, 50, 60, 255, 255, 255])
  }

  @Test func aFolderOfPicturesHasAClassASubfolder() throws {
    let folder = try TemporaryFolder()
    var other = picture
    other.pixels[0] = 1
    for name in ["zebra/b.png", "zebra/a.png", "ant/x.png"] { try folder.write(picture.png, name) }
    try folder.write(other.png, "zebra/a.png")
    try folder.write([1], "zebra/notes.txt")
    try folder.write([1], "README")
    let set = try ImageFolder.load(directory: folder.path)
    #expect(set.classNames == ["ant", "zebra"])
    #expect(set.labels == [0, 1, 1])
    #expect(set.provenance.parts.map(\.count) == [1, 2])
    #expect(Array(set.pixels[..<12]) == [255, 0, 0, 9, 0, 255, 0, 8, 0, 0, 255, 7])
    #expect(set.pixels[12] == 1 && set.pixels[24] == 255)
  }

  /// Latin-1, a cut-off UTF-8 letter, an encoded surrogate: names that an archive of another system brings.
  @Test(
    arguments: [
      ([0x63, 0x61, 0x66, 0xE9], "caf\\xE9"), ([0xC3], "\\xC3"), ([0x61, 0xED, 0xA0, 0x80, 0x62], "a\\xED\\xA0\\x80b"),
    ] as [([UInt8], String)])
  func `a class or picture whose name is not UTF-8 is named and not passed over`(bytes: [UInt8], shown: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(picture.png, "ant/x.png")
    func path(_ above: String, _ end: String = "") -> [CChar] {
      (Array(folder.path.utf8) + Array(above.utf8) + bytes + Array(end.utf8) + [0]).map(CChar.init(bitPattern:))
    }
    // What is no class and no picture is nobody's business.
    try #require(close(creat(path("/", ".txt"), 0o600)) == 0)
    #expect(trouble(folder.path) == nil)
    try #require(mkdir(path("/"), 0o700) == 0)
    defer { rmdir(path("/")) }
    #expect(trouble(folder.path) == .name(folder: folder.path, name: shown))
    #expect(trouble(folder.path)?.description.contains("\"\(shown)\" is not UTF-8") == true)
    rmdir(path("/"))
    try #require(close(creat(path("/ant/", ".png"), 0o600)) == 0)
    #expect(trouble(folder.path) == .name(folder: folder.path + "/ant", name: shown + ".png"))
  }

  @Test func wrongFoldersOfPicturesSayWhatToDo() throws {
    let folder = try TemporaryFolder()
    #expect(
      trouble(folder.path)?.description
        == "\(folder.path): no PNG pictures here; give a folder with one sub-folder of PNG files a class")
    try folder.makeFolder("empty")
    #expect(trouble(folder.path) == .noPictures(path: folder.path + "/empty"))

    try folder.write(picture.png, "empty/a.png")
    let wide = RGBImage(width: 4, height: 1, pixels: picture.pixels)
    let path = try folder.write(wide.png, "empty/b.png")
    #expect(
      trouble(folder.path)?.description
        == "\(path): 4×1 pixels where the first picture has 2×2; bring all pictures to one size")

    try folder.write(Array("not a PNG".utf8), "empty/b.png")
    guard case .unreadableFile(path, _)? = trouble(folder.path) else {
      Issue.record("\(String(describing: trouble(folder.path)))")
      return
    }
    try folder.write([], "empty/b.png")
    #expect(trouble(folder.path) == .emptyFile(path: path))
  }
}
