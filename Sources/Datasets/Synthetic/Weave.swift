// The faint texture of each class: a 4×4 tile repeated over the picture.

/// One class's texture, in one of its positions.
struct Weave: Sendable {
  /// One tile a class: four rows of four bits. A horizontal flip only shifts each of them, but for the diagonals, which
  /// come leaning both ways.
  static let tiles: [UInt16] = [
    0xF0F0,  // rows
    0xAAAA,  // columns
    0xA5A5,  // checks
    0xFF00,  // wide rows
    0xCCCC,  // wide columns
    0xCC33,  // wide checks
    0xC3C3,  // lying bricks
    0xAA55,  // standing bricks
    0xC639,  // diagonals
    0xA0A0,  // dots
  ]

  private let tile: UInt16
  private let mirror: Int
  private let right: Int
  private let down: Int
  private let filled: Int

  init(_ index: Int, phase: UInt32) {
    tile = Self.tiles[index]
    filled = tile.nonzeroBitCount
    right = Int(phase & 3)
    down = Int(phase >> 2 & 3)
    mirror = phase >> 4 & 1 == 0 ? 1 : -1
  }

  /// Zero on average over the tile; ±8 where half of it is set.
  @inline(__always)
  func deviation(_ x: Int, _ y: Int) -> Int {
    let column = (mirror * x + right) & 3
    let row = (y + down) & 3
    return 16 * Int(tile >> UInt16(4 * row + column) & 1) - filled
  }
}
