// The image operations of AutoAugment, with Pillow's arithmetic to the last bit. Names and magnitudes: Cubuk et al.,
// "AutoAugment", CVPR 2019, arXiv:1805.09501, table 6.

/// A change of an RGB image of bytes. What falls outside the image is grey, 128.
public enum PixelOperation: Hashable, Sendable {
  /// Output pixel (x, y) shows (x + magnitude·y, y), bicubic.
  case shearX(Double)
  /// Output pixel (x, y) shows (x, y + magnitude·x), bicubic.
  case shearY(Double)
  /// Output pixel (x, y) shows (x + magnitude·width, y), nearest.
  case translateX(Double)
  /// Output pixel (x, y) shows (x, y + magnitude·height), nearest.
  case translateY(Double)
  /// Turns anticlockwise by degrees around the centre, nearest.
  case rotate(Double)
  /// From the grey image (−1) over the image as it is (0) to twice its colour (1).
  case color(Double)
  /// From the mean grey (−1) over the image as it is (0) to twice its contrast (1).
  case contrast(Double)
  /// From the smoothed image (−1) over the image as it is (0) to twice its detail (1).
  case sharpness(Double)
  /// From black (−1) over the image as it is (0) to twice its brightness (1).
  case brightness(Double)
  /// Keeps the upper bits of each byte, 0…8 of them.
  case posterize(bits: Int)
  /// Inverts bytes that are not below the threshold, 0…256.
  case solarize(threshold: Double)
  /// Stretches each channel to 0…255.
  case autocontrast
  /// Makes the histogram of each channel as even as a table of bytes can.
  case equalize
  /// 255 − byte.
  case invert
}
