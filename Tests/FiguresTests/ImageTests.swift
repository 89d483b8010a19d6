import Figures
import Images
import Testing

@Suite struct ImageTests {
  /// White with a black upright line at a column.
  private func line(at column: Int, width: Int = 60, shade: UInt8 = 0) -> PNGImage {
    PNGImage(
      width: width, height: 40,
      rgb: (0..<40).flatMap { _ in (0..<width).flatMap { x in [UInt8](repeating: x == column ? shade : 255, count: 3) }
      })
  }

  @Test func equalImagesDoNotDiffer() throws {
    let comparison = try #require(ImageComparison(line(at: 9), line(at: 9)))
    #expect(comparison.largestDifference == 0 && comparison.differingShare == 0 && comparison.displacement == 0)
    #expect(ImageComparison(line(at: 9), line(at: 9, width: 61)) == nil)
  }

  @Test func aThinLineMovedByTwoPixelsIsSeen() throws {
    let comparison = try #require(ImageComparison(line(at: 9), line(at: 11)))
    #expect(comparison.largestDifference == 255)
    #expect(comparison.differingShare == 2.0 / 60)
    #expect(comparison.displacement == 2.0 / 8)  // both columns in one tile
    #expect(try #require(ImageComparison(line(at: 9), line(at: 40))).displacement == 1.0 / 8)
  }

  @Test func aLineThatVanishesOrChangesColourIsSeen() throws {
    #expect(try #require(ImageComparison(line(at: 9), line(at: 9, shade: 255))).displacement == 1.0 / 8)
    #expect(try #require(ImageComparison(line(at: 9), line(at: 9, shade: 100))).displacement > 0.04)
  }

  @Test func otherSmoothingOfTheSameEdgeIsForgiven() throws {
    // The line spread over two pixels, as a shift by a third of a pixel does it.
    var rgb = [UInt8](repeating: 255, count: 3 * 60 * 40)
    for y in 0..<40 {
      for c in 0..<3 {
        rgb[3 * (60 * y + 9) + c] = 85
        rgb[3 * (60 * y + 10) + c] = 170
      }
    }
    let comparison = try #require(ImageComparison(line(at: 9), PNGImage(width: 60, height: 40, rgb: rgb)))
    #expect(comparison.largestDifference == 85 && comparison.displacement < 0.05)
  }

  @Test func theDifferenceImageIsRedWhereImagesDiffer() throws {
    let difference = try #require(ImageComparison(line(at: 9), line(at: 20))).difference
    #expect(difference[20, 5].red > 150 && difference[20, 5].green == 0)
    #expect(difference[30, 5].red == 255 && difference[30, 5].green == 255)
  }

  @Test func aContactSheetKeepsEveryPixel() {
    let sheet = Gallery.sheet
    let pixels = sheet.pixels(gap: 1)
    #expect(pixels.width == 4 * 16 + 3 && pixels.height == 2 * 16 + 1)
    #expect(pixels[17 + 5, 17 + 3] == sheet.images[5]![5, 3])
    #expect(pixels[16, 3] == (255, 255, 255, 255))
  }

  @Test func imagesAreEnlargedWithoutSmoothing() throws {
    let checks = PNGImage(width: 2, height: 2, rgb: [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    let image = try ImageGrid([checks], columns: 1, magnification: 4).image(scale: 2)
    var colors = Set<[UInt8]>()
    for y in 0..<image.height {
      for x in 0..<image.width { colors.insert([image[x, y].red, image[x, y].green, image[x, y].blue]) }
    }
    #expect(colors == [[0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]])
  }
}
