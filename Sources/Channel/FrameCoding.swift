// Frames on the wire: four bytes of length, least significant first, then JSON.

internal import FoundationEssentials

extension Frame {
  /// The frame as bytes for the channel.
  public func bytes() throws -> [UInt8] {
    let body = try JSONEncoder().encode(self)
    let count = UInt32(body.count)
    return (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + body
  }
}

/// A frame that cannot be read.
public struct FrameError: Error, CustomStringConvertible, Sendable {
  /// What is wrong with the bytes, in words.
  public var description: String
}

/// Cuts a stream of bytes into frames.
public struct FrameDecoder: Sendable {
  /// The longest frame that is believed, in bytes.
  public static let limit = 64 << 20

  private var buffer: [UInt8] = []
  /// How many bytes of the buffer were cut into frames already.
  private var start = 0

  /// A decoder that has seen no bytes yet.
  public init() {}

  /// Whether bytes wait for the rest of their frame.
  public var isPartial: Bool { buffer.count > start }

  /// Adds bytes as they arrive, in pieces of any size.
  public mutating func append(_ bytes: some Sequence<UInt8>) {
    buffer.removeFirst(start)
    start = 0
    buffer.append(contentsOf: bytes)
  }

  /// The next complete frame, or nil until more bytes arrive. Throws `FrameError` when the bytes are not a frame.
  public mutating func next() throws -> Frame? {
    let available = buffer.count - start
    guard available >= 4 else { return nil }
    let count = (0..<4).reduce(0) { $0 | Int(buffer[start + $1]) << (8 * $1) }
    guard count <= Self.limit else { throw FrameError(description: "a frame of \(count) bytes on the channel") }
    guard available >= 4 + count else { return nil }
    let body = Data(buffer[(start + 4)..<(start + 4 + count)])
    start += 4 + count
    do {
      return try JSONDecoder().decode(Frame.self, from: body)
    } catch {
      throw FrameError(description: "a frame that cannot be read on the channel: \(error)")
    }
  }
}
