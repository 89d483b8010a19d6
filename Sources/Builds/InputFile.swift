// Files and folders that a program looked at: would it see the same again?

internal import Basics
internal import Execution
internal import Foundation
internal import Glibc
package import NotebookText

/// What stood at a path.
package struct InputFile: Codable, Sendable, Equatable {
  package var path: String
  /// "missing"; size and time of a file; names, sizes and times of what lies in a folder.
  package var state: String

  /// What stands at `path` now.
  init(path: String) {
    self.path = path
    state = Self.state(path, depth: 2)
  }

  var isUnchanged: Bool { InputFile(path: path) == self }

  /// A folder of runs is known by the records in the folders below it, so two levels are looked at.
  private static func state(_ path: String, depth: Int) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "missing" }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      return "\(status.st_size) bytes, \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
    guard depth > 0, let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return "folder" }
    let list = names.sorted().map { "\($0): \(state("\(path)/\($0)", depth: depth - 1))" }
    return "folder of \(names.count), " + Digest.sha256(list.joined(separator: "\n")).prefix(16)
  }

  /// Seconds since 1970 of the last change at `path`, nil if nothing is there.
  static func changed(_ path: String) -> Double? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
  }
}

extension Notebook {
  /// Modules whose reading the library keeps a journal of: itself, and the studies that it re-exports.
  private static let libraries: Set<String> = ["Workbench", "PaperStudy"]

  /// Why the results of this notebook cannot be used again, however little has changed; nil if the text does not say.
  ///
  /// The library keeps a journal of the files that it looks at. What cells read past it, with other modules, clocks or
  /// random numbers of their own, leaves no trace. What they call of Foundation and of the C library is known once they
  /// are compiled: `untraceableCall`.
  package var mustRunReason: String? {
    let past =
      #/contentsOfFile|\.random\(|\.shuffled\(\)|randomElement|SystemRandomNumberGenerator|(?:Continuous|Suspending)Clock|#line|#column/#
    for (_, item) in computedItems {
      if let match = item.computation.firstMatch(of: past) {
        return "line \(item.location.line): the text uses \(match.0), whose value the workbench does not see"
      }
    }
    for cell in cells where cell.options.eval {
      for module in cell.importedModules where !Self.libraries.union(OutsideCalls.modules).contains(module) {
        return "line \(cell.codeLine): the cell imports \(module), which can read what the workbench does not see"
      }
      if let match = cell.code.firstMatch(of: past) {
        return "line \(cell.codeLine): the cell uses \(match.0), whose value the workbench does not see"
      }
    }
    return nil
  }

  /// Why a build must run again that was compiled with these calls; nil if it need not.
  func untraceableCall(_ calls: OutsideCalls?) -> String? {
    for cell in cells where cell.options.eval {
      guard let module = cell.importedModules.first(where: OutsideCalls.modules.contains) else { continue }
      let place = "line \(cell.codeLine): the cell imports \(module)"
      guard let calls else { return place + ", which can read what the workbench does not see" }
      guard let call = calls.unknown else { return nil }
      return place + ", and cells call \(call), which can read what the workbench does not see"
    }
    return nil
  }
}

extension Cell {
  /// The modules that the cell imports, by their names.
  fileprivate var importedModules: [String] {
    code.matches(of: #/(?m)^[ \t]*(?:@\w+[ \t]+)*import[ \t]+(?:\w+[ \t]+)?(\w+)/#).map { String($0.1) }
  }
}
