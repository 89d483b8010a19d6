// What lies around a page: its report, the pages before and after it, the pages that its text may lead to.

internal import NotebookText

/// The pages beside a page. A page alone has none, and leads nowhere that is not there.
package struct PageNeighbours: Sendable, Equatable {
  /// A page by its title and its address relative to this one's.
  package struct Link: Sendable, Equatable {
    package var title: String
    package var address: String

    package init(title: String, address: String) {
      self.title = title
      self.address = address
    }
  }

  /// The page's place in the report that it is a chapter of.
  package var report: Link?
  package var previous: Link?
  package var next: Link?
  /// The file names of the pages that references may lead to.
  package var pages: Set<String>

  package init(report: Link? = nil, previous: Link? = nil, next: Link? = nil, pages: Set<String> = []) {
    self.report = report
    self.previous = previous
    self.next = next
    self.pages = pages
  }

  /// The way back to the report, for the top of the page; empty without a report.
  package var wayBack: String {
    guard let report else { return "" }
    return "<nav class=\"way-back\" aria-label=\"Report\"><a href=\"\(HTML.escape(report.address))\">"
      + "<span aria-hidden=\"true\">←</span> \(HTML.escape(report.title))</a></nav>\n"
  }

  /// The pages before and after this one, for its foot; empty where there are none.
  package var siblings: String {
    if previous == nil && next == nil { return "" }
    func link(_ link: Link?, _ word: String, _ relation: String) -> String {
      guard let link else { return "" }
      return "<a class=\"\(relation)\" rel=\"\(relation)\" href=\"\(HTML.escape(link.address))\">"
        + "<span class=\"which\">\(word)</span> \(HTML.escape(link.title))</a>\n"
    }
    return "<nav class=\"siblings\" aria-label=\"Other chapters\">\n\(link(previous, "Previous", "prev"))"
      + "\(link(next, "Next", "next"))</nav>\n"
  }
}
