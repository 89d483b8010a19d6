// Memory for activations and packed weights: allocated once, aligned for vectors, never resized.

/// A fixed block of Float32 memory, 64-byte aligned and filled with zeros. The owner decides who may write when.
package final class FloatBuffer: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<Float>
  /// Number of floats.
  package let count: Int

  package init(count: Int) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}

/// A fixed block of bytes, filled with zeros: sign masks.
package final class ByteBuffer: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<UInt8>
  package let count: Int

  package init(count: Int) {
    self.count = count
    pointer = .allocate(capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { pointer.deallocate() }
}
