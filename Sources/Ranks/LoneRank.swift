// A process that nobody launched together with others.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The communicator of one process: everything that is sent comes back.
package final class LoneRank: Communicator {
  package let rank = 0
  package let size = 1
  package let transport = "none"

  package init() {}

  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer) {}

  package func gather(_ part: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) {
    all.copyMemory(from: part)
  }

  package func exchange(_ pieces: UnsafeRawBufferPointer, into: UnsafeMutableRawBufferPointer) {
    into.copyMemory(from: pieces)
  }

  package func abort(_ code: Int32) -> Never { exit(code) }

  package func finish() {}
}
