// The fixed images of a loss landscape.

public import Datasets
public import Tensors

/// Images on which a landscape's loss is taken: as they are, or in two augmented views each.
public struct LandscapeBatch: Sendable {
  /// What the rows were made of: all that derived numbers depend on.
  public struct Source: Hashable, Sendable, Codable {
    /// Content of the images before augmentation.
    public var images: String
    /// Views of an image, 1 or 2.
    public var views: Int
    /// What views are made by.
    public var augmentation: Augmentation
    /// What the views hang on.
    public var key: RandomKey
  }

  /// `[views·B, C, H, W]` in [0, 1]; the first B rows are the first views.
  public let images: Tensor
  /// One a row.
  public let labels: [Int]
  /// Which images these are.
  public let source: Source
  /// 1 or 2.
  public var views: Int { source.views }

  /// The images as they are.
  public init(_ images: LabeledImages) { self.init(images, views: 1, .none, RandomKey(seed: 0)) }

  /// Two views of each image, as a training step sees them.
  public init(viewsOf images: LabeledImages, augmentation: Augmentation, key: RandomKey) {
    self.init(images, views: 2, augmentation, key)
  }

  private init(_ images: LabeledImages, views: Int, _ augmentation: Augmentation, _ key: RandomKey) {
    var augmenter = Augmenter(augmentation, height: images.height, width: images.width)
    let elements = (0..<views).flatMap { view in
      augmenter.tensor(ArraySlice(0..<images.count), of: images, key: key, view: view).elements
    }
    self.images = Tensor(elements, shape: [views * images.count, 3, images.height, images.width])
    labels = (0..<views).flatMap { _ in images.labels }
    source = Source(images: images.contentHash, views: views, augmentation: augmentation, key: key)
  }
}
