// The watch over what a cell may use.

internal import Foundation
internal import Glibc
internal import NotebookText

/// Watches one process group; asked many times a second.
struct BudgetWatch {
  private let process: ChildProcess
  private var lastLook = ContinuousClock.now - .seconds(1)
  private var lastCount = ContinuousClock.now - .seconds(1)
  private var others = 0

  init(_ process: ChildProcess) { self.process = process }

  /// What the cell that began at `start` has used too much of, in words; nil while all is well.
  mutating func excess(_ budget: Budget?, start: ContinuousClock.Instant) -> String? {
    if let seconds = budget?.seconds, ContinuousClock.now - start > .seconds(seconds) {
      return "the cell has run for \(Self.text(seconds)) s, all of its budget"
    }
    // A program that prints much wakes the loop much oftener than memory can change.
    guard ContinuousClock.now - lastLook > .milliseconds(40) else { return nil }
    lastLook = .now
    if let limit = budget?.memory {
      let used = residentMiB()
      if used > limit { return "the cell uses \(used) MiB of memory, its budget is \(limit) MiB" }
    }
    // Without a budget only the machine's end is in the way: better this program than whatever the kernel picks.
    if let left = SystemMemory.availableMiB(), left < SystemMemory.reserveMiB {
      let used = residentMiB()
      if used > left + SystemMemory.reserveMiB {
        return "the machine is running out of memory: \(left) MiB are left, the notebook uses \(used) MiB"
      }
    }
    return nil
  }

  /// Resident memory of the session. The processes that a cell started are looked for twice a second.
  private mutating func residentMiB() -> Int {
    if ContinuousClock.now - lastCount > .milliseconds(500) {
      others = process.members().filter { $0 != process.identifier }.reduce(0) { $0 + SystemMemory.residentMiB($1) }
      lastCount = .now
    }
    return SystemMemory.residentMiB(process.identifier) + others
  }

  private static func text(_ seconds: Double) -> String {
    seconds == seconds.rounded() && seconds < 1e15 ? String(Int(seconds)) : String(seconds)
  }
}

/// The machine's memory, and that of a process.
package enum SystemMemory {
  /// What is left to the machine in any case, in MiB.
  package static let reserveMiB = 192

  /// Resident memory of a process in MiB; 0 if it is gone.
  package static func residentMiB(_ process: Int32) -> Int {
    guard let text = text("/proc/\(process)/statm") else { return 0 }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? ((Int(fields[1]) ?? 0) * Int(getpagesize())) >> 20 : 0
  }

  /// All memory of the machine, or of the control group, in MiB.
  package static func totalMiB() -> Int? {
    guard let total = meminfo("MemTotal") else { return nil }
    return min(total, groupLimitMiB() ?? .max)
  }

  /// Memory that programs can still get, in MiB.
  package static func availableMiB() -> Int? {
    guard let free = meminfo("MemAvailable") else { return nil }
    guard let limit = groupLimitMiB(), let used = number("/sys/fs/cgroup/memory.current") else { return free }
    // The group's cached files are given up before anything is killed.
    let cached = text("/sys/fs/cgroup/memory.stat").flatMap { field("inactive_file ", in: $0) } ?? 0
    return min(free, limit - (used - cached) >> 20)
  }

  private static func groupLimitMiB() -> Int? { number("/sys/fs/cgroup/memory.max").map { $0 >> 20 } }

  private static func meminfo(_ name: String) -> Int? {
    text("/proc/meminfo").flatMap { field(name + ":", in: $0) }.map { $0 >> 10 }
  }

  /// The number that follows `name` at the beginning of a line.
  private static func field(_ name: String, in text: String) -> Int? {
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      return Int(line.dropFirst(name.count).drop { $0 == " " }.prefix { $0.isNumber })
    }
    return nil
  }

  private static func number(_ path: String) -> Int? { text(path).flatMap { Int($0.prefix { $0.isNumber }) } }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
