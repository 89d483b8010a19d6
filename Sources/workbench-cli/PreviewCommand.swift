// workbench preview notebooks/x.md

internal import ArgumentParser
internal import Execution
internal import Foundation
internal import Glibc
internal import Preview

struct PreviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Serves a notebook's page to the browser of this machine and follows every save.",
    discussion: """
      The page is built when it starts and whenever the notebook is saved; output, progress and errors appear in it as
      they come. It listens on 127.0.0.1 only, and only who knows the address, which holds a random word, gets an answer.
      Nothing but the page, report/ and figures/ is given out. Ctrl-C ends it.

      Example:
        workbench preview notebooks/landscape.md --scale draft
      """)

  @OptionGroup var choice: NotebookChoice

  @Option(help: ArgumentHelp("The port.", discussion: "One that is free by default.", valueName: "n"))
  var port: UInt16 = 0

  func run() throws {
    let interrupts = Interrupts.install()
    Orphans.adopt()
    let terminal = Terminal()
    let preview = NotebookPreview(
      try choice.build(), on: try Installation.current(), port: port, observer: RunReport(terminal: terminal))
    try preview.run(interrupts) { line in
      if line.hasPrefix("http://") {
        terminal.write(STDOUT_FILENO, line + "\n")
      } else {
        terminal.note(line)
      }
    }
  }
}
