// What can go wrong between ranks.

/// Another rank's failure, which ends this one's work too.
package struct RankFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rank that failed.
  package let rank: Int
  /// What it said.
  package let message: String

  /// The rank and its message.
  package var description: String { "rank \(rank): \(message)" }
}

/// Ranks that would not compute the same.
package struct RanksDiffer: Error, Hashable, Sendable, CustomStringConvertible {
  /// What differs: `kernel level`.
  package let field: String
  /// On rank 0.
  package let first: String
  /// A rank that has another value, and that value.
  package let rank: Int, other: String

  /// The field with both values, and what to do.
  package var description: String {
    let advice =
      field == "kernel level"
      ? "set WORKBENCH_KERNELS to a level that all their processors have"
      : "give all of them the same program, command and files"
    return "the ranks differ in \(field): \(first) on rank 0, \(other) on rank \(rank); \(advice)"
  }
}

/// MPI that cannot be used.
package enum MPIError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A launcher started so many processes, and no library of MPI could be opened; why not, for each that was tried.
  case noLibrary(launched: Launch, tried: [String])
  /// A library that lacks one of MPI's functions.
  case notMPI(library: String, missing: String)
  /// The library sees other processes than the launcher started, as when each is of another MPI.
  case sizesDiffer(launched: Launch, library: String, size: Int)

  /// What is wrong, and what to do.
  package var description: String {
    switch self {
    case .noLibrary(let launch, let tried):
      "\(launch.variable) says that this is one of \(launch.size) processes, and no library of MPI could be opened: "
        + tried.joined(separator: "; ") + "; install Open MPI or MPICH, or name its library with \(MPI.variable)=FILE"
    case .notMPI(let library, let missing):
      "\(library): not a library of MPI, it has no \(missing); name another one with \(MPI.variable)=FILE"
    case .sizesDiffer(let launch, let library, let size):
      "launcher and library differ: \(launch.variable) says \(launch.size) processes, and \(library) says \(size); "
        + "use the launcher of that library (srun: --mpi=pmix for Open MPI, --mpi=pmi2 for MPICH), or name the "
        + "launcher's library with \(MPI.variable)=FILE"
    }
  }
}
