// A page as a PDF: its HTML, printed.

package import Execution

/// A4 sheets with numbers, an outline and links within the document. Code that the page folds away is not printed.
package struct PDFPageFormat: PageFormat {
  package init() {}

  package var name: String { "pdf" }
  package var fileExtension: String { "pdf" }

  /// Throws `PDFPrinter.PrintFailure` where there is no browser that prints.
  package func checkTools() throws { _ = try PDFPrinter() }

  package func bytes(of page: Page, interrupts: Interrupts?) throws -> [UInt8] {
    var page = page
    // A sheet of paper has no pages beside it.
    page.neighbours = PageNeighbours()
    return try PDFPrinter().pdf(of: try page.text(), interrupts: interrupts)
  }
}
