// MPI, opened when a launcher has started the process: nothing of it is needed to build, or to run alone.
//
// Two binary interfaces cover the field. Open MPI: handles are addresses of variables that the library exports. MPICH and
// all that share its ABI (Intel MPI, MVAPICH, Cray): handles are the integers of its mpi.h. A handle is passed as 64 bits,
// of which the latter read the lower 32.

internal import Basics

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The processes that a launcher started, connected by its library.
package final class MPI: Communicator, @unchecked Sendable {
  /// The variable that names the library to open, in place of the usual names.
  package static let variable = "WORKBENCH_MPI"

  package let rank: Int
  package let size: Int
  package let transport: String
  private let functions: Functions
  private let world: Int, byte: Int
  private var isFinished = false

  /// The communicator of this process: that of MPI if `environment` tells of a launcher of two or more, else of itself
  /// alone.
  ///
  /// Call it once a process. Throws `MPIError`.
  package static func communicator(_ environment: [String: String]) throws(MPIError) -> any Communicator {
    guard let launch = Launch(environment), launch.size > 1 else { return LoneRank() }
    return try MPI(launch, named: environment[variable].map { [$0] })
  }

  /// Libraries in the order in which they are tried: first those of the launcher's own kind.
  private static func candidates(_ launcher: Launch.Launcher) -> [String] {
    let (openMPI, mpich) = (["libmpi.so.40"], ["libmpich.so.12", "libmpi.so.12", "libmpi_cray.so.12"])
    return (launcher == .pmi ? mpich + openMPI : openMPI + mpich) + ["libmpi.so"]
  }

  private init(_ launch: Launch, named names: [String]?) throws(MPIError) {
    var tried: [String] = []
    var opened: (name: String, handle: UnsafeMutableRawPointer)?
    for name in names ?? Self.candidates(launch.launcher) where opened == nil {
      // Open MPI's plug-ins look for its symbols among the global ones.
      if let handle = dlopen(name, RTLD_NOW | RTLD_GLOBAL) {
        opened = (name, handle)
      } else {
        tried.append(dlerror().map { String(cString: $0) } ?? name)
      }
    }
    guard let opened else { throw .noLibrary(launched: launch, tried: tried) }
    functions = try Functions(opened.handle, library: opened.name)
    if let openMPI = dlsym(opened.handle, "ompi_mpi_comm_world"), let byte = dlsym(opened.handle, "ompi_mpi_byte") {
      (world, self.byte) = (Int(bitPattern: openMPI), Int(bitPattern: byte))
    } else {
      (world, byte) = (0x4400_0000, 0x4c00_010d)  // MPI_COMM_WORLD and MPI_BYTE of MPICH's mpi.h
    }
    var provided: Int32 = 0
    _ = functions.initialize(nil, nil, 1, &provided)  // MPI_THREAD_FUNNELED: threads compute, one of them calls
    transport = functions.version(library: opened.name)
    var (rank, size) = (Int32(0), Int32(0))
    _ = functions.rank(world, &rank)
    _ = functions.size(world, &size)
    (self.rank, self.size) = (Int(rank), Int(size))
    if self.size != launch.size {
      _ = functions.finalize()
      throw .sizesDiffer(launched: launch, library: transport, size: self.size)
    }
  }

  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer) {
    // Counts are of 32 bits.
    for start in stride(from: 0, to: bytes.count, by: 1 << 30) {
      let count = min(1 << 30, bytes.count - start)
      check(functions.broadcast(bytes.baseAddress! + start, Int32(count), byte, 0, world), "MPI_Bcast")
    }
  }

  package func gather(_ part: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) {
    precondition(all.count == part.count * size, "gather: \(all.count) bytes for \(size) parts of \(part.count)")
    let count = count(part.count)
    if count == 0 { return }
    check(
      functions.gather(part.baseAddress!, count, byte, all.baseAddress!, count, byte, world), "MPI_Allgather")
  }

  package func exchange(_ pieces: UnsafeRawBufferPointer, into: UnsafeMutableRawBufferPointer) {
    precondition(
      pieces.count == into.count && pieces.count % size == 0,
      "exchange: \(pieces.count) bytes into \(into.count) among \(size)")
    let count = count(pieces.count / size)
    if count == 0 { return }
    check(
      functions.exchange(pieces.baseAddress!, count, byte, into.baseAddress!, count, byte, world), "MPI_Alltoall")
  }

  package func abort(_ code: Int32) -> Never {
    _ = functions.abort(world, code)
    exit(code)
  }

  package func finish() {
    if isFinished { return }
    isFinished = true
    _ = functions.finalize()
  }

  private func count(_ bytes: Int) -> Int32 {
    precondition(bytes <= 1 << 30, "MPI: \(bytes) bytes to or from one rank in one call")
    return Int32(bytes)
  }

  /// By default MPI ends all ranks itself when a call fails, and this is never seen.
  private func check(_ code: Int32, _ function: String) {
    precondition(code == 0, "\(function): error \(code) of \(transport)")
  }
}

extension MPI {
  /// MPI's functions as the library has them.
  private struct Functions {
    typealias Handle = Int
    let initialize:
      @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<Int32>) -> Int32
    let rank: @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> Int32
    let size: @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> Int32
    let broadcast: @convention(c) (UnsafeMutableRawPointer, Int32, Handle, Int32, Handle) -> Int32
    let gather:
      @convention(c) (UnsafeRawPointer, Int32, Handle, UnsafeMutableRawPointer, Int32, Handle, Handle) -> Int32
    let exchange:
      @convention(c) (UnsafeRawPointer, Int32, Handle, UnsafeMutableRawPointer, Int32, Handle, Handle) -> Int32
    let abort: @convention(c) (Handle, Int32) -> Int32
    let finalize: @convention(c) () -> Int32
    private let libraryVersion: @convention(c) (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32

    init(_ handle: UnsafeMutableRawPointer, library: String) throws(MPIError) {
      func find<Function>(_ name: String) throws(MPIError) -> Function {
        guard let symbol = dlsym(handle, name) else { throw .notMPI(library: library, missing: name) }
        return unsafeBitCast(symbol, to: Function.self)
      }
      initialize = try find("MPI_Init_thread")
      rank = try find("MPI_Comm_rank")
      size = try find("MPI_Comm_size")
      broadcast = try find("MPI_Bcast")
      gather = try find("MPI_Allgather")
      exchange = try find("MPI_Alltoall")
      abort = try find("MPI_Abort")
      finalize = try find("MPI_Finalize")
      libraryVersion = try find("MPI_Get_library_version")
    }

    /// The first line of what the library says of itself, up to a comma: `Open MPI v4.1.4`.
    func version(library: String) -> String {
      // MPICH's MPI_MAX_LIBRARY_VERSION_STRING is 8192, Open MPI's 256.
      var text = [CChar](repeating: 0, count: 8192)
      var length: Int32 = 0
      _ = libraryVersion(&text, &length)
      let bytes = text.prefix(Int(length)).map { UInt8(bitPattern: $0) }
      let line = String(decoding: bytes.prefix { $0 != 0 && $0 != 0x0A && $0 != 0x2C }, as: UTF8.self)
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
      return words.isEmpty ? library : words
    }
  }
}
