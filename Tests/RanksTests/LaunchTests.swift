import Ranks
import Testing

struct LaunchTests {
  @Test func theLaunchersAreKnownByTheirVariables() throws {
    #expect(Launch([:]) == nil)
    // The script of a job: it runs once, however many tasks the job has room for.
    #expect(Launch(["SLURM_NTASKS": "4", "SLURM_PROCID": "0", "SLURM_JOB_ID": "7"]) == nil)
    let open = try #require(
      Launch([
        "OMPI_COMM_WORLD_SIZE": "8", "OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
        // mpirun starts its daemons with srun.
        "SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "1",
      ]))
    #expect(open.launcher == .openMPI && open.rank == 3 && open.size == 8 && open.localSize == 2)
    let hydra = try #require(Launch(["PMI_SIZE": "2", "PMI_RANK": "1", "MPI_LOCALNRANKS": "2"]))
    #expect(hydra.launcher == .pmi && hydra.rank == 1 && hydra.variable == "PMI_SIZE")
    let slurm = try #require(
      Launch(["SLURM_STEP_NUM_TASKS": "6", "SLURM_PROCID": "5", "SLURM_STEP_TASKS_PER_NODE": "2(x3)"]))
    #expect(slurm.launcher == .slurm && slurm.size == 6 && slurm.localSize == 2)
  }

  @Test func whatIsNoPlaceAmongTheProcessesIsNoLaunch() {
    for (size, rank) in [("0", "0"), ("2", "2"), ("2", "-1"), ("x", "0"), ("2", "")] {
      #expect(Launch(["PMI_SIZE": size, "PMI_RANK": rank]) == nil, "\(rank) of \(size)")
    }
  }

  @Test func threadsAreTheShareOfAProcessThatIsNotBound() throws {
    let launch = try #require(
      Launch(["OMPI_COMM_WORLD_SIZE": "8", "OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_LOCAL_SIZE": "4"]))
    #expect(launch.threads(cores: 64, of: 64) == 16)
    #expect(launch.threads(cores: 16, of: 64) == 16)  // bound by the launcher
    #expect(launch.threads(cores: 2, of: 2) == 1)
  }

  @Test func aProcessThatIsAloneOpensNoLibrary() throws {
    for environment in [[:], ["OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"]] {
      let ranks = try MPI.communicator(environment.merging([MPI.variable: "/none"]) { $1 })
      #expect(ranks.size == 1 && ranks.isFirst && ranks.transport == "none")
    }
  }

  @Test func aLibraryThatIsNotThereOrNoMPIIsNamed() {
    let launched = ["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "0"]
    func message(_ library: String) -> String {
      do {
        _ = try MPI.communicator(launched.merging([MPI.variable: library]) { $1 })
        return "opened"
      } catch { return "\(error)" }
    }
    let missing = message("/none/libmpi.so")
    #expect(missing.contains("OMPI_COMM_WORLD_SIZE says that this is one of 2 processes"))
    #expect(missing.contains("/none/libmpi.so") && missing.contains("install Open MPI or MPICH"))
    #expect(message("libc.so.6").hasPrefix("libc.so.6: not a library of MPI, it has no MPI_Init_thread"))
  }
}
