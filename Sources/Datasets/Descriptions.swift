// What printing says of images and what is made of them: names, counts and sizes, never pixels.

extension LabeledImages: CustomStringConvertible {
  /// "synthetic shapes 16×16 test: 64 images of 16×16 pixels in 10 classes".
  public var description: String {
    "\(provenance.name): \(count) images of \(height)×\(width) pixels in \(classCount) classes"
  }
}

extension RGBImage: CustomStringConvertible {
  /// "picture of 32×24 pixels".
  public var description: String { "picture of \(width)×\(height) pixels" }
}

extension Augmenter: CustomStringConvertible {
  /// "augmenter of images of 16×16 pixels, 2 steps".
  public var description: String {
    "augmenter of images of \(height)×\(width) pixels, \(augmentation.steps.count) steps"
  }
}

extension Batches: CustomStringConvertible {
  /// "8 batches of 64, of 512 images".
  public var description: String { "\(count) batches of \(batchSize), of \(order.count) images" }
}
