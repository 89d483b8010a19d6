// What a process may do to files, made less for a test. For child processes only: all threads of the process are meant.

internal import Glibc

/// From now on no file of this process grows beyond `bytes`: the kernel writes what fits and refuses the rest. nil lifts
/// the limit.
public func limitFileSize(_ bytes: Int?) {
  signal(SIGXFSZ, SIG_IGN)
  var limits = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limits)
  limits.rlim_cur = bytes.map { rlim_t($0) } ?? limits.rlim_max
  setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limits)
}

/// Runs `body` without the right to write everywhere, which root has: as nobody if this process is root's.
public func withoutRootRights<T>(_ body: () throws -> T) rethrows -> T {
  guard geteuid() == 0 else { return try body() }
  precondition(seteuid(65534) == 0, "withoutRootRights: cannot become another user")
  defer { seteuid(0) }
  return try body()
}
