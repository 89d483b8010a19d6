// workbench preview: a page that follows its notebook.

package import Builds
package import Execution
internal import Foundation
internal import NotebookText
internal import Synchronization

/// Watches a notebook, builds it when it is saved, and serves the page meanwhile.
package struct NotebookPreview {
  private let build: NotebookBuild
  private let host: any ProgramHost
  private let observer: (any ExecutionObserver)?
  private let port: UInt16

  package init(_ build: NotebookBuild, on host: any ProgramHost, port: UInt16, observer: (any ExecutionObserver)?) {
    self.build = build
    self.host = host
    self.port = port
    self.observer = observer
  }

  /// Runs until a signal comes. `announce` is given the address, and then a line for every build.
  ///
  /// Throws `BuildRefusal` if there is no such notebook, `PreviewError` if the port is taken.
  package func run(_ interrupts: Interrupts, announce: @escaping @Sendable (String) -> Void) throws {
    let place = try build.place()
    let page = LivePage()
    let server = try PreviewServer(page: page, root: place.output, pagePath: place.page, port: port)
    announce(server.start())
    let live = LiveBuild(build, on: host, page: page, next: observer)
    var watch = FileWatch(build.file)
    var seen = Saved(build.file)
    var worker = Worker(live, seen.program, announce)
    var isStale = false
    while interrupts.exitCode == nil {
      interrupts.wait(milliseconds: 100)
      if watch.hasChanged() {
        let now = Saved(build.file)
        if now.text != seen.text, now.text != nil {
          seen = now
          isStale = true
          // What only changes the text need not stop a run: the page is made anew when it has ended.
          if worker.isRunning, worker.program != now.program || now.program == nil { worker.stop() }
        }
      }
      if isStale, !worker.isRunning {
        isStale = false
        worker = Worker(live, seen.program, announce)
      }
    }
    // The first signal lets a training save its work; another one kills.
    var signals = 1
    worker.stop()
    while worker.isRunning {
      interrupts.wait(milliseconds: 50)
      if interrupts.count > signals {
        signals = interrupts.count
        worker.stop()
      }
    }
    server.stop()
  }
}

/// A notebook's text as it was saved, and which program it is; nil if it is none.
private struct Saved {
  var text: String?
  var program: String?

  init(_ file: String) {
    text = try? String(contentsOfFile: file, encoding: .utf8)
    program = text.flatMap { try? Notebook(text: $0, path: file) }.map { Program($0).identity }
  }
}

/// One build on a thread of its own.
private final class Worker: Sendable {
  let program: String?
  private let interrupts = Interrupts.byHand()
  private let hasEnded = Atomic<Bool>(false)

  var isRunning: Bool { !hasEnded.load(ordering: .acquiring) }

  init(_ live: LiveBuild, _ program: String?, _ announce: @escaping @Sendable (String) -> Void) {
    self.program = program
    let thread = Thread { [self] in
      announce(live.run(interrupts))
      hasEnded.store(true, ordering: .releasing)
    }
    thread.stackSize = 16 << 20
    thread.start()
  }

  /// Ends the program as Ctrl-C does; the second time kills it.
  func stop() { interrupts.raise() }
}
