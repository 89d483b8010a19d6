// A whole HTML document: the one head of pages, reports and checks.

internal import NotebookText

/// A body with a head around it, its style in it, nothing to run and nothing to fetch.
package struct HTMLDocument {
  /// Plain text.
  package var title: String
  /// Style sheets in the order in which they hold, behind that of all pages.
  package var styles: [String]
  /// Classes of the body, parted by blanks; empty for none.
  package var kind: String
  /// What stands in the body.
  package var body: String

  package init(title: String, styles: [String] = [], kind: String = "", body: String) {
    self.title = title
    self.styles = styles
    self.kind = kind
    self.body = body
  }

  /// The document's text.
  package var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    \(ContentPolicy.tag)
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="generator" content="workbench">
    <title>\(HTML.escape(title))</title>
    <style>
    \(([PageStyle.css, PageLayout.css] + styles).joined(separator: "\n"))
    </style>
    </head>
    <body\(kind.isEmpty ? "" : " class=\"\(HTML.escape(kind))\"")>
    \(body)
    </body>
    </html>

    """
  }
}
