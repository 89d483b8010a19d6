// AutoAugment's operations, byte for byte as Pillow does them.

internal import Datasets
internal import Foundation
internal import Tensors
internal import Testing
internal import _TestSupport

/// The operation that an array is named for: `shearX@-0.3`.
private func operation(named name: Substring) throws -> PixelOperation {
  let parts = name.split(separator: "@")
  let magnitude = try #require(parts.count == 2 ? Double(parts[1]) : nil)
  switch parts[0] {
  case "shearX": return .shearX(magnitude)
  case "shearY": return .shearY(magnitude)
  case "translateX": return .translateX(magnitude)
  case "translateY": return .translateY(magnitude)
  case "rotate": return .rotate(magnitude)
  case "color": return .color(magnitude)
  case "contrast": return .contrast(magnitude)
  case "sharpness": return .sharpness(magnitude)
  case "brightness": return .brightness(magnitude)
  case "posterize": return .posterize(bits: Int(magnitude))
  case "solarize": return .solarize(threshold: magnitude)
  case "autocontrast": return .autocontrast
  case "equalize": return .equalize
  case "invert": return .invert
  default: throw CancellationError()
  }
}

/// Applies the operation that `result` is named for to every image of `images` and compares byte by byte.
private func check(_ file: SafetensorsFile, _ result: String, images: String) throws {
  let shape = try file.shape(of: images)
  let size = shape.dimensions.dropFirst().reduce(1, *)
  let bytes = try file.int64s(images).map { UInt8($0) }
  let expected = try file.int64s(result).map { UInt8($0) }
  let operation = try operation(named: result.split(separator: "/").last!)
  for n in 0..<shape[0] {
    let range = n * size..<(n + 1) * size
    let changed = operation.applied(to: Array(bytes[range]), height: shape[2], width: shape[3])
    let different = zip(changed, expected[range]).count { $0 != $1 }
    #expect(different == 0, "\(result), image \(n): \(different) of \(size) bytes differ")
  }
}

@Suite struct PixelOperationTests {
  @Test func operationsOnSyntheticPicturesArePillowsToTheByte() throws {
    let path = try #require(Bundle.module.path(forResource: "Resources/operations", ofType: "safetensors"))
    let file = try SafetensorsFile(contentsOf: path)
    let results = file.names.filter { $0.contains("@") }
    #expect(results.count == 72)
    for name in results { try check(file, name, images: String(name.split(separator: "/")[0])) }
  }

  @Test(.requiresReference) func operationsOnPhotographsArePillowsToTheByte() throws {
    let file = try SafetensorsFile(
      contentsOf: OutsideFiles.referenceDirectory() + "/autoaugment_operations.safetensors")
    let results = file.names.filter { $0.contains("@") }
    #expect(results.count == 31)
    // Bicubic shear included.
    for name in results { try check(file, name, images: "images") }
  }

  @Test func translationReadsThePixelUnderTheShiftedCentre() {
    // Width 4 and share 0.3: 1.2 pixels, so pixel x shows x + 1 and the last one grey.
    let row: [UInt8] = [10, 20, 30, 40]
    let image = row + row + row
    let left = PixelOperation.translateX(0.3).applied(to: image, height: 1, width: 4)
    #expect(left[..<4] == [20, 30, 40, 128])
    let right = PixelOperation.translateX(-0.3).applied(to: image, height: 1, width: 4)
    #expect(right[..<4] == [128, 10, 20, 30])
    let gone = PixelOperation.translateX(7).applied(to: image, height: 1, width: 4)
    #expect(gone == [UInt8](repeating: 128, count: 12))
  }

  @Test func quarterTurnsAreExact() {
    let plane: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    let image = plane + plane + plane
    #expect(PixelOperation.rotate(90).applied(to: image, height: 3, width: 3)[..<9] == [3, 6, 9, 2, 5, 8, 1, 4, 7])
    #expect(PixelOperation.rotate(-180).applied(to: image, height: 3, width: 3)[..<9] == [9, 8, 7, 6, 5, 4, 3, 2, 1])
    #expect(PixelOperation.rotate(0).applied(to: image, height: 3, width: 3) == image)
  }

  @Test func magnitudeNothingChangesNothing() {
    let image = SyntheticShapes(seed: 3, size: 32).images(.test, count: 1).pixels
    let same: [PixelOperation] = [
      .shearX(0), .shearY(0), .translateX(0), .translateY(0), .rotate(0), .color(0), .contrast(0), .sharpness(0),
      .brightness(0), .posterize(bits: 8), .solarize(threshold: 256),
    ]
    for operation in same { #expect(operation.applied(to: image, height: 32, width: 32) == image, "\(operation)") }
    #expect(PixelOperation.posterize(bits: 0).applied(to: image, height: 32, width: 32).allSatisfy { $0 == 0 })
    let twice = PixelOperation.invert.applied(
      to: PixelOperation.invert.applied(to: image, height: 32, width: 32), height: 32, width: 32)
    #expect(twice == image)
  }

  @Test func tinyImagesAreChangedToo() {
    let operations: [PixelOperation] = [
      .shearX(0.3), .shearY(-0.3), .translateX(0.4), .translateY(-0.4), .rotate(20), .color(0.9), .contrast(-0.9),
      .sharpness(0.9), .brightness(0.5), .posterize(bits: 4), .solarize(threshold: 100), .autocontrast, .equalize,
      .invert,
    ]
    for (height, width) in [(1, 1), (1, 3), (2, 2), (3, 1)] {
      let image = (0..<3 * height * width).map { UInt8($0 * 9) }
      for operation in operations {
        #expect(operation.applied(to: image, height: height, width: width).count == image.count)
      }
    }
  }
}
