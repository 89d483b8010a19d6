// Which pages lie around a notebook's page: those of the report's plan and of the notebooks beside it.

internal import Channel
internal import FileSystem
internal import NotebookText
internal import Pages

extension PageNeighbours {
  /// The pages around that of `notebook`, and no page that is not there.
  ///
  /// - Parameters:
  ///   - siblings: the notebooks of its folder that can be read.
  ///   - planned: the file names of the pages that a report is writing now; they count as there, as does the report. Nil
  ///     where a notebook runs alone.
  init(of notebook: Notebook, _ siblings: [Notebook], _ configuration: SessionConfiguration, planned: Set<String>?) {
    func isThere(_ page: String) -> Bool {
      planned?.contains(page) == true || Files.exists(Files.join(configuration.reportDirectory, page))
    }
    let pages = Set(siblings.map { $0.name + ".html" }.filter(isThere))
    func link(_ path: String) -> Link? {
      guard let sibling = siblings.first(where: { $0.path == path }), pages.contains(sibling.name + ".html") else {
        return nil
      }
      return Link(title: sibling.title, address: sibling.name + ".html")
    }
    self.init(pages: pages)
    guard let plan = try? ReportPlan(root: configuration.rootDirectory),
      let place = plan.chapters.firstIndex(of: notebook.path)
    else { return }
    previous = plan.chapters[..<place].reversed().lazy.compactMap(link).first
    next = plan.chapters[(place + 1)...].lazy.compactMap(link).first
    if planned != nil || isThere(ReportPage.file) {
      report = Link(title: plan.title, address: "\(ReportPage.file)#\(ReportChapter.anchor(notebook.name))")
    }
  }
}
