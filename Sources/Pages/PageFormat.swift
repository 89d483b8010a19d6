// The forms in which a page can be written.

package import Execution

/// A form of a page. The same page gives the same bytes: no clock, no durations.
///
/// A new form is a type that conforms to this, or to `TextPageFormat` if it is text, in a file of its own, and a place in
/// `PageFormats.all`. It walks the blocks of `Page.notebook`, which are Markdown's tree and cells, and puts in the place of
/// each item what `Page.inlineResults` and `Page.resolvedIndex()` say.
package protocol PageFormat: Sendable {
  /// How commands name it: "html".
  var name: String { get }
  /// What the names of its files end with, without the dot.
  var fileExtension: String { get }
  /// Throws what is missing on this machine, before anything runs for a page that could not be written.
  func checkTools() throws
  /// The bytes of the page's file. Throws `NotebookError` where a reference of the notebook names nothing.
  func bytes(of page: Page, interrupts: Interrupts?) throws -> [UInt8]
}

extension PageFormat {
  package func checkTools() throws {}
}

/// A form of a page that is text.
package protocol TextPageFormat: PageFormat {
  /// The page's text. Throws `NotebookError` where a reference of the notebook names nothing.
  func text(of page: Page) throws -> String
}

extension TextPageFormat {
  package func bytes(of page: Page, interrupts: Interrupts?) throws -> [UInt8] { Array(try text(of: page).utf8) }
}

/// The forms that there are.
package enum PageFormats {
  /// In the order in which commands list them; the first is what they write when none is named.
  package static let all: [any PageFormat] = [HTMLPageFormat(), PDFPageFormat()]

  /// The form of that name; nil without one.
  package static func named(_ name: String) -> (any PageFormat)? { all.first { $0.name == name } }
}
