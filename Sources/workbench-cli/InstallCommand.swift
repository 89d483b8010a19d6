// workbench install

internal import ArgumentParser
internal import Foundation
internal import Notebooks

struct InstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Links the workbench script into ~/.local/bin.",
    discussion: """
      Example:
        ./workbench install && workbench run notebooks/landscape.md
      """)

  @Option(help: ArgumentHelp("Where the link goes.", valueName: "dir"))
  var into: String = "~/.local/bin"

  func run() throws {
    let manager = FileManager.default
    let script = try Installation.current().packageRoot + "/workbench"
    let home = ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory()
    let folder = into.hasPrefix("~/") ? home + into.dropFirst() : into
    let link = folder + "/workbench"
    if let existing = try? manager.destinationOfSymbolicLink(atPath: link) {
      if existing == script {
        print("\(link) is already a link to \(script)")
        return
      }
      try manager.removeItem(atPath: link)
    } else if manager.fileExists(atPath: link) {
      throw ValidationError("\(link) exists and is not a link; move it away first.")
    }
    try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try manager.createSymbolicLink(atPath: link, withDestinationPath: script)
    print("\(link) -> \(script)")
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    if !path.contains(folder) {
      print("\(folder) is not on PATH: add  export PATH=\"\(folder):$PATH\"  to your shell's profile")
    }
  }
}
