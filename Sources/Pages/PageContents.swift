// The contents of a page: a list of its headings that folds on phones and stands beside the text on wide screens, by
// style alone.

internal import NotebookText

/// A list of places of a page.
package struct PageContents {
  /// A place that the contents lead to.
  package struct Entry: Sendable, Equatable {
    /// How deep it lies, from 1.
    package var level: Int
    /// "2.1"; nil for places without a number.
    package var number: String?
    /// HTML without links.
    package var title: String
    package var anchor: String

    package init(level: Int = 1, number: String? = nil, title: String, anchor: String) {
      self.level = level
      self.number = number
      self.title = title
      self.anchor = anchor
    }
  }

  package var entries: [Entry]

  package init(_ entries: [Entry]) { self.entries = entries }

  /// Whether there is enough to choose from.
  package var isWorthwhile: Bool { entries.count > 1 }

  /// The list; empty where there is nothing to choose from.
  package var html: String {
    guard isWorthwhile else { return "" }
    return
      "<nav class=\"contents\" aria-label=\"Contents\">\n<details><summary>Contents</summary>\n\(list)</details>\n</nav>\n"
  }

  /// Lists in lists, as deep as the entries lie; a level that is left out is passed over.
  private var list: String {
    var html = ""
    var open: [Int] = []
    for entry in entries {
      while open.count > 1, open[open.count - 2] >= entry.level {
        html += "</li>\n</ol>\n"
        open.removeLast()
      }
      if let last = open.last, last >= entry.level {
        html += "</li>\n"
        open[open.count - 1] = entry.level
      } else {
        html += "<ol>\n"
        open.append(entry.level)
      }
      let number = entry.number.map { "<span class=\"section\">\(HTML.escape($0))</span> " } ?? ""
      html += "<li><a href=\"#\(HTML.escape(entry.anchor))\">\(number)<span>\(entry.title)</span></a>"
    }
    return html + String(repeating: "</li>\n</ol>\n", count: open.count)
  }
}
