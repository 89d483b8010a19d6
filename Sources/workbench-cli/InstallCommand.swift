// workbench install

internal import ArgumentParser
internal import Execution
internal import FileSystem
internal import Foundation

struct InstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Links the workbench script into ~/.local/bin, and writes completions for bash, zsh and fish.",
    discussion: """
      Completions go to where the shells look for those of one person; --no-completions leaves them out.

      Example:
        ./workbench install && workbench run notebooks/landscape.md
      """)

  @Option(help: ArgumentHelp("Where the link goes.", valueName: "dir"))
  var into: String = "~/.local/bin"

  @Flag(inversion: .prefixedNo, help: "Writes completions for bash, zsh and fish too.")
  var completions = true

  func run() throws {
    let home = ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory()
    try link(home)
    if completions { try writeCompletions(home) }
  }

  /// Where each shell looks for the completions of one person.
  private static let completionFiles: [(shell: CompletionShell, path: String)] = [
    (.bash, ".local/share/bash-completion/completions/workbench"),
    (.zsh, ".local/share/zsh/site-functions/_workbench"), (.fish, ".config/fish/completions/workbench.fish"),
  ]

  private func writeCompletions(_ home: String) throws {
    for (shell, path) in Self.completionFiles {
      try Files.makeFolder(Files.folder(of: "\(home)/\(path)"))
      try AtomicFile.write(WorkbenchCommand.completionScript(for: shell), to: "\(home)/\(path)")
      print("completions for \(shell.rawValue): \(home)/\(path)")
    }
    print(
      "zsh looks there if its configuration has, before compinit:  fpath=(~/.local/share/zsh/site-functions $fpath)")
  }

  private func link(_ home: String) throws {
    let manager = FileManager.default
    let script = try Installation.current().packageRoot + "/workbench"
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
