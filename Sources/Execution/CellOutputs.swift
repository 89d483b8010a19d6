// The outputs of one cell while they come. A cell may print without end: a page keeps what somebody can read of it.

/// Outputs in the order they came. Adding takes time and memory for what is added, not for what is there already.
///
/// Of a cell's text the first 256 KiB and the last 64 KiB are kept, with a notice between them. Figures, tables and
/// formulas are kept however many there are.
package struct CellOutputs: Sendable {
  /// How many bytes of text are kept from the beginning.
  package static let headLimit = 256 << 10
  /// How many bytes of text are kept from the end.
  package static let tailLimit = 64 << 10

  private enum Piece: Sendable {
    case text(CellOutput.Stream, [UInt8])
    case other(CellOutput)
  }

  private var head: [Piece] = []
  private var headBytes = 0
  /// What came after the head was full.
  private var tail: [Piece] = []
  private var tailBytes = 0
  private var isFull = false
  private var droppedBytes = 0
  /// First bytes of a character whose others have not come yet.
  private var pending: [CellOutput.Stream: [UInt8]] = [:]

  package init() {}

  /// Adds a figure, a table, a formula, or text that is whole.
  package mutating func append(_ output: CellOutput) {
    if case .text(let stream, let text) = output { return append(Array(text.utf8), on: stream) }
    if isFull { tail.append(.other(output)) } else { head.append(.other(output)) }
  }

  /// Adds text in UTF-8, cut anywhere.
  package mutating func append(_ bytes: [UInt8], on stream: CellOutput.Stream) {
    guard !bytes.isEmpty else { return }
    if pending.isEmpty, incompleteTail(bytes[...]) == 0 { return addWhole(bytes, on: stream) }
    var whole = (pending.removeValue(forKey: stream) ?? []) + bytes
    let cut = incompleteTail(whole[...])
    if cut > 0 {
      pending[stream] = Array(whole.suffix(cut))
      whole.removeLast(cut)
    }
    addWhole(whole, on: stream)
  }

  private mutating func addWhole(_ bytes: [UInt8], on stream: CellOutput.Stream) {
    guard !bytes.isEmpty else { return }
    var rest = bytes[...]
    if !isFull {
      let room = Self.headLimit - headBytes
      if rest.count <= room {
        headBytes += rest.count
        return Self.add(rest, on: stream, to: &head)
      }
      isFull = true
      rest = fill(with: rest, on: stream)
    }
    tailBytes += rest.count
    Self.add(rest, on: stream, to: &tail)
    if tailBytes > 2 * Self.tailLimit { trimTail() }
  }

  private static func add(_ bytes: ArraySlice<UInt8>, on stream: CellOutput.Stream, to pieces: inout [Piece]) {
    guard !bytes.isEmpty else { return }
    guard case .text(stream, var before) = pieces.last else { return pieces.append(.text(stream, Array(bytes))) }
    // The array is taken out first, so that it grows in place.
    pieces[pieces.count - 1] = .text(stream, [])
    before += bytes
    pieces[pieces.count - 1] = .text(stream, before)
  }

  /// Fills the head with the beginning of `bytes`, up to the end of a line or, in one long line, of a character. Returns
  /// what is for the tail.
  private mutating func fill(with bytes: ArraySlice<UInt8>, on stream: CellOutput.Stream) -> ArraySlice<UInt8> {
    var first = bytes.prefix(Self.headLimit - headBytes)
    first = first.dropLast(incompleteTail(first))
    Self.add(first, on: stream, to: &head)
    let rest = bytes[first.endIndex...]
    guard case .text(stream, let last) = head.last, let end = last.suffix(1024).lastIndex(of: 10) else { return rest }
    head[head.count - 1] = .text(stream, Array(last[...end]))
    return last[(end + 1)...] + rest
  }

  /// Cuts the tail's text down to its limit, at the beginning of a line where there is one.
  private mutating func trimTail() {
    var excess = tailBytes - Self.tailLimit
    var kept: [Piece] = []
    for piece in tail {
      guard excess > 0, case .text(let stream, let bytes) = piece else {
        kept.append(piece)
        continue
      }
      if bytes.count <= excess {
        (excess, droppedBytes, tailBytes) = (excess - bytes.count, droppedBytes + bytes.count, tailBytes - bytes.count)
        continue
      }
      var rest = bytes.dropFirst(excess)
      if let end = rest.firstIndex(of: 10), end + 1 < rest.endIndex { rest = rest[(end + 1)...] }
      rest = rest.drop { $0 & 0xC0 == 0x80 }
      let dropped = bytes.count - rest.count
      (excess, droppedBytes, tailBytes) = (0, droppedBytes + dropped, tailBytes - dropped)
      kept.append(.text(stream, Array(rest)))
    }
    tail = kept
  }

  /// The outputs so far: neighbouring texts of one stream are one, and a notice stands where text was left out.
  package var outputs: [CellOutput] {
    var whole = self
    for (stream, bytes) in pending.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      whole.addWhole(bytes, on: stream)
    }
    if whole.tailBytes > Self.tailLimit, whole.droppedBytes > 0 { whole.trimTail() }
    var pieces = whole.head
    if whole.droppedBytes > 0 {
      pieces.append(.text(.standardError, Array(Self.notice(whole.droppedBytes).utf8)))
    }
    for piece in whole.tail {
      if case .text(let stream, let bytes) = piece {
        Self.add(bytes[...], on: stream, to: &pieces)
      } else {
        pieces.append(piece)
      }
    }
    return pieces.map { piece in
      switch piece {
      case .text(let stream, let bytes): .text(stream, String(decoding: bytes, as: UTF8.self))
      case .other(let output): output
      }
    }
  }

  private static func notice(_ bytes: Int) -> String {
    "[\(bytes) bytes of this cell's output are left out here: the first \(headLimit >> 10) KiB and the last "
      + "\(tailLimit >> 10) KiB are kept]\n"
  }
}

/// How many bytes at the end of `bytes` begin a UTF-8 character without ending it.
private func incompleteTail(_ bytes: ArraySlice<UInt8>) -> Int {
  for back in 1..<4 where back <= bytes.count {
    let byte = bytes[bytes.endIndex - back]
    if byte & 0xC0 == 0x80 { continue }
    let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}
