// workbench build report: every notebook of the plan becomes a chapter of one page and one PDF.

internal import Basics
package import Channel
package import Execution
internal import FileSystem
internal import Foundation
internal import NotebookText
package import Pages

/// A report to build.
package struct ReportBuild {
  /// The project's root.
  package var root: String
  package var scale: Scale
  package var threads: Int
  package var dataDirectory: String?
  package var work: Work
  /// Version of the workbench and of its numerics, and what else the chapter on the environment says.
  package var environment: ReportEnvironment
  package var wantsPDF: Bool

  package init(
    root: String, scale: Scale, threads: Int = 1, dataDirectory: String? = nil, work: Work = .missing,
    environment: ReportEnvironment, wantsPDF: Bool = true
  ) {
    self.root = root
    self.scale = scale
    self.threads = threads
    self.dataDirectory = dataDirectory
    self.work = work
    self.environment = environment
    self.wantsPDF = wantsPDF
  }

  /// What was built.
  package struct Outcome: Sendable {
    /// Paths from the root.
    package var files: [String] = []
    /// What is missing, a sentence each.
    package var missing: [String] = []
    package var claims: [ClaimResult] = []
    /// What the chapters used and made.
    package var records: [BuildRecord] = []
    /// What was trained and computed for it now.
    package var work = WorkDone([])

    package init() {}

    /// `incomplete` when something is missing, else `claimFailed` when a required claim failed.
    package var exitCode: ExitStatus {
      if !missing.isEmpty { return .incomplete }
      return claims.contains(where: \.failsBuild) ? .claimFailed : .ok
    }
  }

  /// Builds the report. A chapter that fails is named in it and does not stop the others.
  ///
  /// Throws `NotebookError` when the plan is wrong, `FileError` when the report cannot be written.
  /// - Parameter observer: makes the observer of a notebook's run.
  package func run(
    on host: any ProgramHost, interrupts: Interrupts?, observer: (_ notebook: String) -> any ExecutionObserver
  ) throws -> Outcome {
    let plan = try ReportPlan(root: root)
    var chapters = plan.chapters.map { ReportChapter(path: $0, root: root) }
    let index = Self.index(&chapters, root: root, plan.citationStyle)
    let folder = SessionConfiguration.reportFolder(of: scale)
    let pages = Set(chapters.filter { $0.notebook != nil }.map(\.page))
    for place in chapters.indices where chapters[place].notebook != nil {
      if interrupts?.exitCode != nil { break }
      let watcher = observer(chapters[place].path)
      chapters[place].build(build(chapters[place], pages), host, interrupts, watcher)
      let path = "\(root)/\(folder)/\(chapters[place].page)"
      if chapters[place].outcome == nil, !Files.exists(path) {
        try Files.makeFolder("\(root)/\(folder)")
        try chapters[place].writeMissingPage(to: path, report: plan.title)
      }
    }
    var outcome = Outcome()
    outcome.missing = chapters.compactMap { chapter in chapter.failure.map { "\(chapter.path): \($0)" } }
    outcome.claims = chapters.flatMap(\.claims)
    outcome.records = chapters.compactMap(\.outcome?.record)
    let reused = chapters.filter { $0.outcome?.isReused ?? false }.map(\.path)
    outcome.work = WorkDone(outcome.records, reused: Set(reused))
    let page = ReportPage(
      plan: plan, chapters: chapters, index: index, scale: scale, environment: environment, root: root)
    let (html, pdf) = ("\(folder)/\(ReportPage.file)", folder + "/report.pdf")
    try Files.makeFolder("\(root)/\(folder)")
    let text = try page.html(missing: outcome.missing)
    try AtomicFile.write(text, to: "\(root)/\(html)")
    outcome.files.append(html)
    try environment.writeMachine(root: root, scale: scale)
    if wantsPDF {
      do {
        try AtomicFile.write(try PDFPrinter().pdf(of: text, interrupts: interrupts), to: "\(root)/\(pdf)")
        outcome.files.append(pdf)
      } catch {
        outcome.missing.append("\(pdf): \(error)")
      }
    }
    try writeManifest(plan, chapters, &outcome)
    return outcome
  }

  /// The build of a chapter's own page, which leads to the others of `pages`.
  private func build(_ chapter: ReportChapter, _ pages: Set<String>) -> NotebookBuild {
    var build = NotebookBuild(
      file: "\(root)/\(chapter.path)", scale: scale, threads: threads, dataDirectory: dataDirectory,
      isFresh: work == .reevaluate || work == .retrain, work: work,
      scratchDirectory: ProjectLayout(root: root).report(scale: scale.name, work: work.rawValue))
    build.plannedPages = pages
    return build
  }

  /// The index of all chapters that can be read. A chapter whose references are wrong is left out with the reason.
  private static func index(
    _ chapters: inout [ReportChapter], root: String, _ citationStyle: CitationStyle?
  ) -> ReferenceIndex? {
    while true {
      let notebooks = chapters.compactMap(\.notebook)
      var bibliographies: [String: Bibliography] = [:]
      do throws(NotebookError) {
        for notebook in notebooks {
          bibliographies[notebook.path] = try Bibliography(of: notebook, folder: root + "/notebooks")
        }
        return try ReferenceIndex(
          notebooks: notebooks, style: .oneDocument, bibliographies: bibliographies, citationStyle: citationStyle)
      } catch {
        // What is wrong with a work is wrong with the chapter that cites it.
        let wrong = chapters.firstIndex { chapter in
          guard let notebook = chapter.notebook else { return false }
          return chapter.path == error.location.file
            || bibliographies[notebook.path]?.problem(citedIn: notebook) == error
        }
        guard let place = wrong ?? chapters.firstIndex(where: { $0.notebook != nil }) else { return nil }
        chapters[place].leaveOut(error.description)
      }
    }
  }

  private func writeManifest(_ plan: ReportPlan, _ chapters: [ReportChapter], _ outcome: inout Outcome) throws {
    let outputs = chapters.flatMap(\.provenance)
    let manifest = ReportManifest(
      title: plan.title, scale: scale.name, version: environment.version,
      numericsVersion: environment.numericsVersion,
      chapters: try chapters.map { chapter in
        ReportManifest.Chapter(
          notebook: chapter.path, sha256: Digest.sha256(try Files.read("\(root)/\(chapter.path)")),
          failure: chapter.failure)
      }, outputs: outputs)
    try manifest.write(root: root, scale: scale)
    outcome.files.append(ReportManifest.path(scale))
    let folder = SessionConfiguration.reportFolder(of: scale)
    let pages = chapters.compactMap {
      $0.outcome == nil ? nil : "\(folder)/\($0.page)"
    }
    let figures =
      outputs.flatMap(\.files).map(\.path)
      + chapters.compactMap { $0.notebook.map { "figures/\(scale.name)/\($0.textOutput).csv" } }
    try ReportManifest.writeSums(
      of: (outcome.files + pages + figures).filter { Files.exists("\(root)/\($0)") }, root: root, scale: scale)
    outcome.files.append(ReportManifest.sums(scale))
  }
}
