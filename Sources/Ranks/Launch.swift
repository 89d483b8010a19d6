// What a launcher of parallel jobs says in the environment of each process.

/// How this process was started together with others.
package struct Launch: Hashable, Sendable {
  /// The launchers that are known.
  package enum Launcher: Hashable, Sendable {
    /// Open MPI's mpirun.
    case openMPI
    /// MPICH's mpiexec (hydra), and whatever else speaks PMI, as Slurm's srun --mpi=pmi2 does.
    case pmi
    /// Slurm's srun, with another interface than PMI.
    case slurm
  }

  /// Who started it.
  package let launcher: Launcher
  /// The variable that says `size`.
  package let variable: String
  /// This process in 0 ..< `size`, and how many there are.
  package let rank: Int, size: Int
  /// How many of them are on this machine; nil where that is not said.
  package let localSize: Int?

  /// The launch that `environment` tells of; nil for a process that was started alone. A launcher within another's
  /// script, as mpirun in a job of Slurm, comes first.
  package init?(_ environment: [String: String]) {
    // Slurm writes "2(x3)" where there are two on each of three machines.
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0.prefix { $0.isNumber }) } }
    let known: [(Launcher, size: String, rank: String, local: String)] = [
      (.openMPI, "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"),
      (.pmi, "PMI_SIZE", "PMI_RANK", "MPI_LOCALNRANKS"),
      // Of the step and not of the job: a job's script runs once, however many tasks the job has room for.
      (.slurm, "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "SLURM_STEP_TASKS_PER_NODE"),
    ]
    for (launcher, size, rank, local) in known {
      if let count = number(size), let place = number(rank), count >= 1, (0..<count).contains(place) {
        self.launcher = launcher
        variable = size
        (self.rank, self.size) = (place, count)
        localSize = number(local) ?? number("SLURM_STEP_TASKS_PER_NODE")
        return
      }
    }
    return nil
  }

  /// Threads that a process should use of `cores` that it may run on, of `all` that the machine has: its share, unless
  /// the launcher has bound it to cores of its own.
  package func threads(cores: Int, of all: Int) -> Int {
    cores < all ? cores : max(1, cores / (localSize ?? size))
  }
}
