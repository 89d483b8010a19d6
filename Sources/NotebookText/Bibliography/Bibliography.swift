// Works that notebooks cite, as their BibTeX files have them.

/// A BibTeX file's entries, fields in Unicode.
package struct Bibliography: Sendable, Equatable {
  /// As it appears in messages.
  package var file: String
  /// By key.
  package var entries: [String: BibliographyEntry]

  /// Reads the text of a file. What is wrong with an entry stands in it: entries that nobody cites are not judged, and
  /// what is no entry is a comment.
  package init(text: String, file: String) {
    self.init(bytes: Array(text.utf8), file: file)
  }

  /// Reads a file's bytes. Lines that are no UTF-8 are taken for Latin-1, as older programs write it; the entry on them
  /// says so.
  package init(bytes: [UInt8], file: String) {
    var parser = BibTeXParser(bytes: bytes, file: file)
    self.file = file
    entries = parser.parse()
  }
}

/// One work.
package struct BibliographyEntry: Sendable, Equatable {
  package var key: String
  /// In lower case: `article`, `inproceedings`.
  package var type: String
  /// By name in lower case; accents and dashes are Unicode, braces are gone.
  package var fields: [String: String]
  package var authors: [PersonName]
  /// Whether `authors` are the editors of a work that names no author.
  package var areEditors = false
  /// The editors of the whole that the work appeared in.
  package var editors: [PersonName] = []
  /// What is passed over in the entry, for those who cite it.
  package var warnings: [NotebookWarning] = []
  /// Why the work cannot be cited; nil if it can.
  package var problem: NotebookError?
}

/// An author's name.
package struct PersonName: Sendable, Hashable {
  package var first: String
  /// With "von": "van der Maaten". The whole name of an organisation.
  package var last: String
  /// "Jr", "III".
  package var suffix: String

  package init(first: String, last: String, suffix: String = "") {
    self.first = first
    self.last = last
    self.suffix = suffix
  }

  /// What stands for authors who are not named.
  package static let others = PersonName(first: "", last: "et al.")
}

/// How citations stand in the text.
package enum CitationStyle: String, Sendable, CaseIterable {
  /// [1], in the order in which works are first cited.
  case numbers
  /// (Madry et al., 2018), in the order of authors and years.
  case authorYear = "author-year"
}
