// Where the workbench was built, and the compiler: what a notebook's program is compiled with.

internal import Foundation

/// The built workbench that compiles and runs notebooks.
package struct Installation: Sendable {
  /// The folder with `libWorkbench.so`, `Modules` and the executable.
  package var products: String
  /// The folder with Package.swift.
  package var packageRoot: String
  package var swiftc: String

  package struct NotFound: Error, Sendable, CustomStringConvertible {
    package var description: String
  }

  package init(products: String, packageRoot: String, swiftc: String) {
    self.products = products
    self.packageRoot = packageRoot
    self.swiftc = swiftc
  }

  /// The installation that this executable is part of.
  package static func current() throws(NotFound) -> Installation {
    let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return try at(products: (executable as NSString).deletingLastPathComponent)
  }

  /// The installation whose built products lie in `products`, a folder such as `.build/release`.
  package static func at(products: String) throws(NotFound) -> Installation {
    guard FileManager.default.fileExists(atPath: products + "/libWorkbench.so") else {
      throw NotFound(description: "no libWorkbench.so in \(products): build with `swift build -c release`")
    }
    var root = products as NSString
    while root.length > 1, !FileManager.default.fileExists(atPath: root.appendingPathComponent("Package.swift")) {
      root = root.deletingLastPathComponent as NSString
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
    guard
      let swiftc = path.split(separator: ":").lazy.map({ "\($0)/swiftc" })
        .first(where: FileManager.default.isExecutableFile)
    else {
      throw NotFound(description: "no swiftc on PATH: install Swift 6.1 or newer from https://www.swift.org/install")
    }
    return Installation(products: products, packageRoot: root as String, swiftc: swiftc)
  }

  /// Changes when the library or the compiler does.
  package var fingerprint: String {
    [Self.fingerprint(of: products + "/libWorkbench.so"), compilerFingerprint].joined(separator: "\n")
  }

  /// Changes when the compiler does.
  var compilerFingerprint: String { Self.fingerprint(of: (swiftc as NSString).resolvingSymlinksInPath) }

  private static func fingerprint(of file: String) -> String {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file)
    let date = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    return "\(file) \(attributes?[.size] ?? 0) \(date)"
  }

  /// The module maps of the C modules beneath the library: a client of a Swift module must be able to find even those
  /// that it imports internally.
  var moduleMaps: [String] {
    let manager = FileManager.default
    func inside(_ folder: String, _ tail: String) -> [String] {
      ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).sorted().map { "\(folder)/\($0)/\(tail)" }
    }
    let checkouts = inside(packageRoot + "/.build/checkouts", "Sources")
    let candidates =
      inside(packageRoot + "/Sources", "module.modulemap") + inside(products, "module.modulemap")
      + checkouts.flatMap { inside($0, "include/module.modulemap") }
    return candidates.filter(manager.fileExists)
  }

  /// The installation's `llvm-symbolizer`, or `addr2line` of the binutils.
  package var symbolizer: String? {
    let beside = ((swiftc as NSString).resolvingSymlinksInPath as NSString).deletingLastPathComponent
    return [beside + "/llvm-symbolizer", "/usr/bin/llvm-symbolizer"].first(where: FileManager.default.isExecutableFile)
  }
}
