import FileSystem
import Images
import Testing
import _TestSupport

@Suite struct PNGImageTests {
  /// White with a black upright line in column 4.
  private var line: PNGImage {
    PNGImage(
      width: 60, height: 40,
      rgb: (0..<40).flatMap { _ in (0..<60).flatMap { x in [UInt8](repeating: x == 4 ? 0 : 255, count: 3) } })
  }

  @Test func pixelsComeBack() throws {
    let opaque = PNGImage(width: 3, height: 2, rgb: (0..<18).map { UInt8($0 * 14) })
    #expect(try PNGImage(bytes: opaque.encoded()) == opaque)
    let clear = PNGImage(width: 2, height: 1, rgba: [1, 2, 3, 4, 250, 0, 7, 255])
    #expect(try PNGImage(bytes: clear.encoded()) == clear)
    #expect(opaque[1, 1].red == 14 * 12)
  }

  @Test func `every small picture comes back, opaque or not`() throws {
    withEvery("width", in: 1...5) { width in
      withEvery("height", in: 1...5) { height in
        withEvery("opacity", in: [0, 1, 128, 255] as [UInt8]) { opacity in
          var pixels: [UInt8] = []
          for i in 0..<UInt8(width * height) { pixels += [i, 255 - 9 * i, 7 * i, i == 0 ? opacity : 255] }
          let image = PNGImage(width: width, height: height, rgba: pixels)
          let back = try PNGImage(bytes: image.encoded())
          #expect(back == image, Every.place)
        }
      }
    }
  }

  @Test func noiseStillFitsTheBuffer() throws {
    var state: UInt32 = 1
    let rgb = (0..<(3 * 301 * 203)).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    let image = PNGImage(width: 301, height: 203, rgb: rgb)
    #expect(try PNGImage(bytes: image.encoded()) == image)
  }

  @Test func planarFloatsAreRoundedAndCut() {
    let image = PNGImage(width: 2, height: 1, planar: [0, 1, 0.5, -3, .nan, 7] as [Float])
    #expect(image.rgba == [0, 128, 0, 255, 255, 0, 255, 255])
  }

  @Test func textIsKeptAndThePixelsAreNotTouched() throws {
    let image = line
    let bytes = try image.encoded(text: [("workbench-key", "sha256:abc"), ("Source", "test")], pixelsPerPoint: 2)
    #expect(PNGImage.text(in: bytes) == "sha256:abc")
    #expect(PNGImage.text("Source", in: bytes) == "test")
    #expect(PNGImage.text("Other", in: bytes) == nil)
    #expect(try PNGImage(bytes: bytes) == image)
    #expect(try PNGChunk.list(bytes, source: "").map(\.type).contains("tIME") == false)
    // CRC-32 of "123456789" is the check value of the polynomial.
    #expect(PNGChunk.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
  }

  @Test func damagedFilesAreTypedErrors() throws {
    let good = try line.encoded()
    var broken = good
    broken[good.count - 20] ^= 0xFF  // in the pixels, which end 16 bytes before the file does
    var giant = good
    giant.replaceSubrange(16..<20, with: [0x7F, 0xFF, 0xFF, 0xFF])
    var empty = good
    empty.replaceSubrange(16..<20, with: [0, 0, 0, 0])
    for bytes in [[], Array("not a picture".utf8), Array(good.prefix(60)), Array(good.prefix(8)), giant, empty, broken]
    {
      do {
        _ = try PNGImage(bytes: bytes, source: "figures/a.png")
        Issue.record("\(bytes.count) bytes were read")
      } catch {
        #expect(error.description.hasPrefix("figures/a.png: not a readable PNG"))
      }
    }
    for length in 0..<good.count {
      #expect(throws: ImageError.self) { try PNGImage(bytes: Array(good.prefix(length))) }
    }
    for path in ["/nonexistent/a.png", "/tmp"] {
      let error = #expect(throws: ImageError.self) { try PNGImage(contentsOf: path) }
      guard case .file(let file)? = error else { continue }
      #expect(file.path == path && error?.description.contains(path) == true)
    }
  }

  @Test func aFileComesBack() throws {
    try withTemporaryFolder { folder in
      try line.write(to: folder + "/a.png", text: [(PNGImage.keyword, "k")])
      #expect(try PNGImage(contentsOf: folder + "/a.png") == line)
      #expect(PNGImage.text(in: try Files.read(folder + "/a.png")) == "k")
      #expect(try Files.entries(of: folder) == ["a.png"])
      let error = #expect(throws: ImageError.self) { try line.write(to: folder + "/none/a.png") }
      #expect(error?.description.contains(folder + "/none/a.png") == true)
    }
  }

  @Test func withoutOpacityAPictureIsLaidOverBlack() throws {
    let bytes = try PNGImage(width: 3, height: 1, rgba: [250, 9, 7, 255, 250, 9, 7, 0, 255, 255, 255, 128]).encoded()
    let pixels = try PNGCoding.decode(bytes, as: .rgb, source: "").pixels
    // libpng mixes light, not bytes: half of the light of white is sRGB 188.
    #expect(pixels == [250, 9, 7, 0, 0, 0, 188, 188, 188])
  }
}
