// Paints one scene. Positions are integers in 1/2048ths of the image's side, brightness in 1/16ths of a level, and
// edges are smoothed by 4×4 samples a pixel.

internal import Tensors

/// A reusable canvas of one image.
struct ScenePainter {
  private typealias Colour = SIMD3<Int>

  private static let side = 2048
  private static let samples = 4

  private let size: Int
  private let difficulty: SyntheticShapes.Difficulty
  /// Interleaved RGB, 1/16ths of a level.
  private var canvas: [Colour]

  init(size: Int, difficulty: SyntheticShapes.Difficulty) {
    self.size = size
    self.difficulty = difficulty
    canvas = [Colour](repeating: Colour(), count: size * size)
  }

  /// Writes image `label` drawn by `key` to `3·size·size` bytes of `out` from `offset`, channels first.
  mutating func paint(_ label: Int, key: RandomKey, into out: inout [UInt8], at offset: Int) {
    var random = key.stream
    var contrast = random.within(difficulty.outlineContrast)
    if random.within(0...99) < difficulty.faint { contrast /= 6 }
    let brighter = random.within(0...99) < difficulty.brighter
    let low = random.within(24...max(24, 232 - contrast))
    let ground = colour(&random, brightness: brighter ? low : low + contrast)
    shade(ground, &random)

    let outline = Outline(rawValue: label)!
    let r = random.within(difficulty.radius)
    let room = 1100 - r
    let x = 1024 + random.within(-room...room)
    let y = 1024 + random.within(-room...room)
    let turn = Turn(halfTangent: random.within(-outline.turn...outline.turn))
    let ink = colour(&random, brightness: brighter ? low + contrast : low)

    let clutter = random.within(difficulty.clutterCount)
    let behind = random.within(0...clutter)
    for _ in 0..<behind { scatter(against: ground, &random) }
    fill(x, y, r, turn, ink) { u, v in outline.contains(u, v, radius: r) }
    for _ in behind..<clutter { scatter(against: ground, &random) }

    finish(label, &random, into: &out, at: offset)
  }

  // MARK: Layers

  /// The background: one colour, brighter towards one side.
  private mutating func shade(_ ground: Colour, _ random: inout RandomStream) {
    let turn = Turn(halfTangent: random.within(-64...64))
    let slope = random.within(-difficulty.shading...difficulty.shading)
    let pixel = Self.side / size
    for y in 0..<size {
      for x in 0..<size {
        let u = x * pixel + pixel / 2 - 1024
        let v = y * pixel + pixel / 2 - 1024
        let along = (u * turn.cosine + v * turn.sine) >> 14
        canvas[y * size + x] = (ground &* 16) &+ Colour(repeating: (slope * along) >> 6)
      }
    }
  }

  /// One piece of clutter anywhere: a bar, a dot or a half disc.
  private mutating func scatter(against ground: Colour, _ random: inout RandomStream) {
    let x = random.within(0...Self.side)
    let y = random.within(0...Self.side)
    let turn = Turn(halfTangent: random.within(-64...64))
    let ink = colour(&random, against: ground, contrast: random.within(difficulty.clutterContrast))
    let kind = random.within(0...3)
    let r = random.within(90...260)
    switch kind {
    case 0: fill(x, y, r, turn, ink) { u, v in u * u + v * v <= r * r }
    case 1: fill(x, y, 2 * r, turn, ink) { u, v in v >= 0 && u * u + v * v <= 4 * r * r }
    default: fill(x, y, 3 * r, turn, ink) { u, v in abs(u) <= 3 * r && abs(v) <= 56 }
    }
  }

  /// Blends `ink` in by the share of samples inside; `contains` takes coordinates relative to (x, y), turned back.
  @inline(__always)
  private mutating func fill(
    _ x: Int, _ y: Int, _ reach: Int, _ turn: Turn, _ ink: Colour, contains: (Int, Int) -> Bool
  ) {
    let pixel = Self.side / size
    let step = pixel / Self.samples
    let bound = reach + reach / 8
    let columns = max(0, (x - bound) / pixel)...max(0, min(size - 1, (x + bound) / pixel))
    let rows = max(0, (y - bound) / pixel)...max(0, min(size - 1, (y + bound) / pixel))
    let paint = ink &* 16
    for row in rows {
      for column in columns {
        var covered = 0
        for i in 0..<Self.samples {
          let dy = row * pixel + i * step + step / 2 - y
          for j in 0..<Self.samples {
            let dx = column * pixel + j * step + step / 2 - x
            let u = (dx * turn.cosine + dy * turn.sine) >> 14
            let v = (dy * turn.cosine - dx * turn.sine) >> 14
            if contains(u, v) { covered += 1 }
          }
        }
        if covered == 0 { continue }
        let old = canvas[row * size + column]
        canvas[row * size + column] = old &+ (((paint &- old) &* covered) &>> 4)
      }
    }
  }

  /// Weave and noise over everything, then bytes.
  private func finish(_ label: Int, _ random: inout RandomStream, into out: inout [UInt8], at offset: Int) {
    var weave = label
    if random.within(0...99) < difficulty.strayWeave { weave = random.within(0...Weave.tiles.count - 1) }
    let amplitude = max(0, random.within(16 * difficulty.weave.lowerBound...16 * difficulty.weave.upperBound))
    let tile = Weave(weave, phase: random.uint32())
    let grain = size / 16
    let plane = size * size
    for y in 0..<size {
      for x in 0..<size {
        var value = canvas[y * size + x]
        // `deviation` is ±8 where half of the tile is set.
        value = value &+ Colour(repeating: (amplitude * tile.deviation(x / grain, y / grain)) >> 3)
        for channel in 0..<3 {
          let bits = Int(random.uint32() & 0xFFFF)
          // Two bytes make a triangular draw on −255…255.
          let noise = (((bits >> 8) + (bits & 255) - 255) * difficulty.noise) >> 4
          out[offset + channel * plane + y * size + x] = UInt8(clamping: (value[channel] + noise + 8) >> 4)
        }
      }
    }
  }

  // MARK: Colours

  /// A colour of any hue whose brightness is near `brightness`.
  private func colour(_ random: inout RandomStream, brightness: Int) -> Colour {
    let hue = random.within(0...1535)
    let saturation = random.within(difficulty.saturation)
    // Hue circle in six sectors of 256 steps; `low` is the channel farthest from the hue.
    let low = 255 - saturation
    let rise = low + saturation * (hue & 255) / 255
    let fall = low + saturation * (255 - hue & 255) / 255
    let pure: Colour =
      switch hue >> 8 {
      case 0: Colour(255, rise, low)
      case 1: Colour(fall, 255, low)
      case 2: Colour(low, 255, rise)
      case 3: Colour(low, fall, 255)
      case 4: Colour(rise, low, 255)
      default: Colour(255, low, fall)
      }
    return pure &+ Colour(repeating: brightness - Self.luma(pure))
  }

  /// A colour of any hue, `contrast` levels brighter or darker than `ground`.
  private func colour(_ random: inout RandomStream, against ground: Colour, contrast: Int) -> Colour {
    let base = Self.luma(ground)
    var brighter = random.uint32() & 1 == 0
    if base + contrast > 236 { brighter = false }
    if base - contrast < 20 { brighter = true }
    return colour(&random, brightness: brighter ? base + contrast : base - contrast)
  }

  /// Brightness as the eye weighs it: 0.3, 0.59, 0.11.
  private static func luma(_ c: Colour) -> Int { (77 * c.x + 150 * c.y + 29 * c.z) >> 8 }
}

extension RandomStream {
  /// Uniform in a closed range of integers.
  mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + int(below: range.count) }
}
