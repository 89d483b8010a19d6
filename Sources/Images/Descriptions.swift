// What printing says of pictures: their size, never their pixels.

extension PNGImage: CustomStringConvertible {
  /// "picture of 32×24 pixels".
  public var description: String { "picture of \(width)×\(height) pixels" }
}
