// A radius as people write it, and what it may be: pixels are 0 to 1.

public import Attacks
internal import Tensors

extension ThreatModel {
  /// The images within the radius `text`, a number or a fraction such as 8/255, in `norm`.
  ///
  /// Throws `EvaluationRequestError` unless it is 0 or more, held by a Float, and in linf at most 1.
  public init(norm: Norm, radius text: String) throws(EvaluationRequestError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
    guard (1...2).contains(parts.count), let top = parts[0], let bottom = parts.count == 2 ? parts[1] : 1, top >= 0,
      bottom > 0
    else { throw EvaluationRequestError("\(text): give a number or a fraction, such as 8/255") }
    let radius = top / bottom
    if !Float(radius).isFinite || (norm == .linf && Float(radius) > 1) {
      throw Self.excess(text, radius, norm: norm, most: norm == .linf ? 1 : nil)
    }
    if radius > 0 && Float(radius) == 0 {
      throw EvaluationRequestError("\(text): so small a radius is 0 in single precision; give a larger one, or 0")
    }
    self.init(norm: norm, epsilon: Float(radius))
  }

  /// Throws `EvaluationRequestError` if the radius is longer than a change of images `[C, H, W]` in [0, 1] can be.
  func checkRadius(imageShape: Shape) throws(EvaluationRequestError) {
    let most = norm == .linf ? 1 : Double(imageShape.count).squareRoot()
    if Double(epsilon) > most { throw Self.excess("a radius of \(epsilon)", Double(epsilon), norm: norm, most: most) }
  }

  /// - Parameter most: the longest change of an image; nil where the images are not known.
  private static func excess(_ text: String, _ radius: Double, norm: Norm, most: Double?) -> EvaluationRequestError {
    let limit = most.map { ", and an image changes by at most \(short($0)) in \(norm.rawValue)" } ?? ""
    // In steps of an image's 256 grey levels, as papers give it.
    let isInLevels = radius <= 255 * (most ?? 1)
    let meant = isInLevels ? "did you mean \(short(radius))/255?" : "give a smaller radius, such as 8/255"
    return EvaluationRequestError("\(text): pixels are 0 to 1, not 0 to 255\(limit); \(meant)")
  }

  /// At most two decimals, and none where the number is whole.
  private static func short(_ value: Double) -> String {
    value == value.rounded() && value < 1e15 ? "\(Int(value))" : fixed(value, 2)
  }
}
