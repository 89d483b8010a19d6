// What makes the synthetic pictures easy or hard, for a plain network and for an attacked one.

extension SyntheticShapes {
  /// The numbers behind the pictures. Contrasts and amplitudes are in levels of 0…255; a perturbation of 8/255 is 8.
  public struct Difficulty: Hashable, Sendable, Codable {
    /// Brightness of the outline against the background, levels: the robust feature. Lower is harder for everyone.
    public var outlineContrast: ClosedRange<Int>
    /// Percentage of images whose outline has a sixth of that contrast: only the weave tells them apart easily.
    public var faint: Int
    /// Percentage of images whose outline is brighter than the background; the others' is darker.
    public var brighter: Int
    /// Strength of all colours, 0 (grey) to 255.
    public var saturation: ClosedRange<Int>
    /// Radius of the outline in 1/1024ths of half the image's side.
    public var radius: ClosedRange<Int>
    /// Amplitude of the weave, levels; draws below 0 count as 0. Below 8 an attacker can replace it.
    public var weave: ClosedRange<Int>
    /// Percentage of images whose weave is another class's.
    public var strayWeave: Int
    /// Bars, dots and half discs scattered over the picture.
    public var clutterCount: ClosedRange<Int>
    /// Brightness of the clutter against the background, levels.
    public var clutterContrast: ClosedRange<Int>
    /// Largest change of brightness from the middle of the picture to its edge, levels.
    public var shading: Int
    /// Half-width of the pixel noise (triangular), levels.
    public var noise: Int

    /// A difficulty from all of its numbers; each is what the property of its name says.
    public init(
      outlineContrast: ClosedRange<Int>, faint: Int, brighter: Int, saturation: ClosedRange<Int>,
      radius: ClosedRange<Int>,
      weave: ClosedRange<Int>, strayWeave: Int,
      clutterCount: ClosedRange<Int>, clutterContrast: ClosedRange<Int>, shading: Int, noise: Int
    ) {
      self.outlineContrast = outlineContrast
      self.faint = faint
      self.brighter = brighter
      self.saturation = saturation
      self.radius = radius
      self.weave = weave
      self.strayWeave = strayWeave
      self.clutterCount = clutterCount
      self.clutterContrast = clutterContrast
      self.shading = shading
      self.noise = noise
    }

    /// The difficulty of the embedded set.
    ///
    /// WRN-10-1 on 4000 images of 16×16, 1000 test images, crop and flip, PGD-10 at ε 8/255 with steps of 2/255:
    ///
    /// | training | epochs | clean | PGD-10 |
    /// |---|---|---|---|
    /// | plain | 15 | 92.3 % | 3.0 % |
    /// | plain | 20 | 93.2 % | 3.9 % |
    /// | PGD-10 | 15 | 75.7 % | 48.6 % |
    /// | PGD-10 | 20 | 80.2 % | 61.5 % |
    ///
    /// Under attack the outlines are found only if enough of them are strong: with contrasts of 28…96 the same training
    /// is still at chance after ten epochs. The faint fifth and the stray weaves cost the plain network its last points.
    public static let standard = Difficulty(
      outlineContrast: 64...136, faint: 20, brighter: 60, saturation: 20...150, radius: 600...850, weave: 3...7,
      strayWeave: 22, clutterCount: 2...4, clutterContrast: 8...42, shading: 22, noise: 9)
  }
}
