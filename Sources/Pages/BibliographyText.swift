// Works as they stand in the list of references.

package import NotebookText

extension BibliographyEntry {
  /// "Madry et al.", "Croce and Hein", "Wilson".
  package var shortAuthors: String {
    let names = authors.map(\.last)
    if names.count > 2 || names.last == "et al." { return "\(names.first ?? key) et al." }
    // A work that nobody signs is known by its title.
    return names.isEmpty ? fields["title"] ?? key : names.joined(separator: " and ")
  }

  /// "A. Madry, L. Schmidt and D. Tsipras".
  var longAuthors: String {
    let names = authors.map { name in
      let initials = name.first.split(separator: " ").map { word in
        word.split(separator: "-").map { $0.prefix(1) + "." }.joined(separator: "-")
      }
      return (initials + [name.last]).joined(separator: " ")
    }
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + (last == "et al." ? " et al." : " and " + last)
  }

  /// The reference in one line of text.
  package var text: String { HTML.text(html) }

  /// The reference with the title of the whole in italics and a link.
  var html: String {
    func field(_ name: String) -> String? { fields[name].map { HTML.escape($0) } }
    var parts = [HTML.escape(longAuthors), field("title") ?? ""].filter { !$0.isEmpty }.map(sentence)
    if let venue = field("journal") ?? field("booktitle") {
      var text = (field("journal") == nil ? "In " : "") + "<i>\(venue)</i>"
      if let volume = field("volume") { text += " \(volume)" }
      if let number = field("number") { text += "(\(number))" }
      if let pages = field("pages") { text += (field("volume") == nil ? ", pp. " : ", ") + pages }
      parts.append(text + (field("year").map { ", \($0)" } ?? "") + ".")
    } else {
      let made = [
        field("howpublished") ?? field("publisher") ?? field("institution") ?? field("school")
          ?? (fields["author"] == nil ? nil : field("organization")), field("year"),
      ]
      let known = made.compactMap { $0 }
      if !known.isEmpty { parts.append(known.joined(separator: ", ") + ".") }
    }
    if let link {
      let text = HTML.escape(link.text)
      parts.append(
        RawHTML.isSafe(address: link.address) ? "<a href=\"\(HTML.escape(link.address))\">\(text)</a>" : text)
    }
    return parts.joined(separator: " ")
  }

  private func sentence(_ text: String) -> String { text.last.map { "?!.".contains($0) } == true ? text : text + "." }

  private var link: (address: String, text: String)? {
    if let doi = fields["doi"] { return ("https://doi.org/" + doi, "doi:" + doi) }
    if let number = fields["eprint"], fields["eprinttype"].map({ $0.lowercased() == "arxiv" }) ?? true {
      return ("https://arxiv.org/abs/" + number, "arXiv:" + number)
    }
    return fields["url"].map { ($0, $0.replacing("https://", with: "")) }
  }
}

extension ReferenceIndex {
  /// The list of cited works as a section; empty without citations.
  package func bibliographySection(citedIn notebook: Notebook) -> String {
    let works = works(citedIn: notebook)
    if works.isEmpty { return "" }
    let rows = works.map { "<li id=\"ref-\(HTML.escape($0.key))\">\($0.html)</li>\n" }.joined()
    return "<section class=\"bibliography\">\n<h2 id=\"references\">References</h2>\n<ol>\n\(rows)</ol>\n</section>\n"
  }
}
