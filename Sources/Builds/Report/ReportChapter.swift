// One notebook of a report: as it was written, and what became of it.

internal import Execution
internal import FileSystem
internal import NotebookText
internal import Pages

/// A chapter while its report is built.
struct ReportChapter {
  /// The notebook's path from the root.
  let path: String
  /// Nil when it cannot be read.
  private(set) var notebook: Notebook?
  private(set) var outcome: NotebookBuild.Outcome?
  /// Why it is missing or ends early, in one line.
  private(set) var failure: String?

  init(path: String, root: String) {
    self.path = path
    do {
      notebook = try Notebook(text: String(decoding: try Files.read("\(root)/\(path)"), as: UTF8.self), path: path)
    } catch {
      failure = Self.firstLine("\(error)")
    }
  }

  /// The file's name without its extension, as the plan's summary calls the chapter.
  var name: String { Files.name(of: path).replacing(#/\.md$/#, with: "") }
  /// What a link to the chapter points to.
  var anchor: String { Self.anchor(name) }
  static func anchor(_ name: String) -> String { "chapter-\(name)" }
  /// The file name of its own page.
  var page: String { name + ".html" }
  var title: String { notebook?.frontMatter.title ?? notebook?.name ?? path }
  var claims: [ClaimResult] { outcome?.claims ?? [] }
  /// What a link to a claim points to.
  func anchor(of claim: ClaimResult, _ index: ReferenceIndex?) -> String? {
    notebook.flatMap { index?.anchor("claim-\(claim.item)", in: $0) }
  }
  var provenance: [OutputProvenance] {
    guard let outcome, let notebook else { return [] }
    return outcome.record.provenance(in: notebook)
  }

  /// Leaves the chapter out.
  mutating func leaveOut(_ reason: String) {
    notebook = nil
    failure = Self.firstLine(reason)
  }

  /// Runs the notebook, or keeps why it did not run.
  mutating func build(
    _ build: NotebookBuild, _ host: any ProgramHost, _ interrupts: Interrupts?, _ observer: any ExecutionObserver
  ) {
    do throws(BuildRefusal) {
      let made = try build.run(on: host, interrupts: interrupts, observer: observer)
      failure = made.failure.map { Self.firstLine($0.description) }
      outcome = made
    } catch {
      failure = Self.firstLine(error.description)
    }
  }

  /// Writes a page that says why there is none to `path`, so that what leads there leads somewhere. Throws `FileError`.
  func writeMissingPage(to path: String, report: String) throws {
    let way = PageNeighbours(
      report: PageNeighbours.Link(title: report, address: "\(ReportPage.file)#\(anchor)"))
    let body = """
      <main>
      \(way.wayBack)<header>
      <h1>\(HTML.escape(title))</h1>
      </header>
      <div class="failure" role="alert"><p><strong>This page could not be made.</strong> \(HTML.escape(failure ?? ""))</p></div>
      </main>
      """
    try AtomicFile.write(HTMLDocument(title: title, kind: "page", body: body).text, to: path)
  }

  private static func firstLine(_ text: String) -> String { String(text.prefix { !$0.isNewline }) }
}
