// Works as they stand in the list of references.

package import NotebookText

extension BibliographyEntry {
  /// "Madry et al.", "Croce and Hein", "van der Maaten", "National Institute of Tests".
  package var shortAuthors: String {
    let names = authors.map(\.last)
    if names.count > 2 || authors.last == .others { return "\(names.first ?? key) et al." }
    // A work that nobody signs is known by its title.
    return names.isEmpty ? fields["title"] ?? key : names.joined(separator: " and ")
  }

  /// The reference in one line of text.
  package var text: String { HTML.text(html()) }

  /// The reference with the title of the whole in italics and a link. A year that is given, "2018a", stands behind the
  /// authors, whose family names then come first; else the work's own year stands at the end.
  func html(year label: String? = nil) -> String {
    let authors = HTML.escape(authorList(isInverted: label != nil))
    let title = escaped("title") ?? ""
    var parts = [authors, title].filter { !$0.isEmpty }.map(sentence)
    var publication = publication
    if let label {
      // Without authors the title stands in their place.
      parts[0] = "\(authors.isEmpty ? title : authors) (\(HTML.escape(label)))."
    } else if let year = escaped("year") {
      publication.append(year)
    }
    if !publication.isEmpty { parts.append(publication.joined(separator: ", ") + ".") }
    if let note = escaped("note") { parts.append(sentence(note)) }
    if let link {
      let text = HTML.escape(link.text)
      let isSafe = !link.address.isEmpty && RawHTML.isSafe(address: link.address)
      parts.append(isSafe ? "<a href=\"\(HTML.escape(link.address))\">\(text)</a>" : text)
    }
    return parts.joined(separator: " ")
  }

  private func sentence(_ text: String) -> String { text.last.map { "?!.…".contains($0) } == true ? text : text + "." }

  func escaped(_ name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : HTML.escape($0) } }

  // MARK: People

  /// "A. Madry, L. Schmidt and D. Tsipras"; inverted "Madry, A., Schmidt, L. and Tsipras, D.".
  private func authorList(isInverted: Bool) -> String {
    let list = Self.list(authors, isInverted: isInverted)
    return areEditors && !list.isEmpty ? list + (authors.count > 1 ? " (eds.)" : " (ed.)") : list
  }

  private static func list(_ people: [PersonName], isInverted: Bool) -> String {
    let names = people.filter { $0 != .others }.map { name in
      let initials = initials(name.first)
      let last = isInverted || name.suffix.isEmpty ? name.last : "\(name.last), \(name.suffix)"
      guard isInverted else { return (initials + [last]).joined(separator: " ") }
      return [last, initials.joined(separator: " "), name.suffix].filter { !$0.isEmpty }.joined(separator: ", ")
    }
    if people.last == .others { return names.isEmpty ? "" : names.joined(separator: ", ") + " et al." }
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }

  /// "J.-E.", "D. E." of "Jan-Erik", "Donald E." and "D.E.".
  private static func initials(_ first: String) -> [String] {
    first.split(whereSeparator: \.isWhitespace).flatMap { word in
      // "J.-P." is one name, "D.E." are two.
      word.replacing(".-", with: "-").split(separator: ".").map { name in
        name.split(separator: "-").map { $0.prefix(1) + "." }.joined(separator: "-")
      }
    }
  }

  // MARK: Where it appeared

  /// Where the work appeared or who published it, in pieces that commas part.
  private var publication: [String] {
    if let journal = escaped("journal") { return ["<i>\(journal)</i>" + issue] + pieces(["series"]) }
    if let book = escaped("booktitle"), fields["booktitle"] != fields["title"] {
      let editors = Self.list(editors, isInverted: false)
      let who = editors.isEmpty ? "" : HTML.escape(editors) + (self.editors.count > 1 ? " (eds.), " : " (ed.), ")
      let place = type == "inproceedings" || type == "conference" ? ["address"] : ["publisher", "address"]
      let chapter = escaped("chapter").map { ["ch. \($0)"] } ?? []
      if let series = escaped("series") {
        return ["In \(who)<i>\(book)</i>"] + part(of: series) + chapter + pages + edition + pieces(place)
      }
      return ["In \(who)<i>\(book)</i>" + issue] + chapter + edition + pieces(place)
    }
    let series = escaped("series").map(part) ?? escaped("volume").map { ["vol. \($0)"] } ?? []
    return pieces(["howpublished"]) + kind + edition + series
      + pieces(["publisher", "institution", "school"] + (areSigned ? ["organization"] : []) + ["address"])
      + (escaped("version").map { ["version \($0)"] } ?? []) + pages
  }

  /// " 12(3), 153–157" behind a title; without a volume ", pp. 153–157".
  private var issue: String {
    let volume = escaped("volume").map { " \($0)" } ?? ""
    let number = escaped("number").map { "(\($0))" } ?? ""
    let pages = escaped("pages").map { (volume.isEmpty ? ", pp. " : ", ") + $0 } ?? ""
    return volume + number + pages
  }

  private var pages: [String] { escaped("pages").map { ["pp. \($0)"] } ?? [] }

  /// "volume 80 of PMLR".
  private func part(of series: String) -> [String] {
    if let volume = escaped("volume") { return ["volume \(volume) of \(series)"] }
    return [escaped("number").map { "\(series) \($0)" } ?? series]
  }

  /// "2nd ed.".
  private var edition: [String] {
    guard let text = escaped("edition") else { return [] }
    guard let number = Int(text) else { return [text.lowercased().hasSuffix("ed.") ? text : "\(text) ed."] }
    let ending = (11...13).contains(number % 100) ? "th" : [1: "st", 2: "nd", 3: "rd"][number % 10] ?? "th"
    return ["\(number)\(ending) ed."]
  }

  /// What kind of thesis or report it is, with its number.
  private var kind: [String] {
    let known = [
      "phdthesis": "PhD thesis", "mastersthesis": "Master’s thesis", "mathesis": "Master’s thesis",
      "bathesis": "Bachelor’s thesis", "candthesis": "Candidate thesis", "techreport": "Technical report",
      "resreport": "Research report", "patent": "Patent", "patentus": "U.S. patent", "patenteu": "European patent",
      "patentde": "German patent", "patentfr": "French patent", "patentuk": "British patent", "software": "Software",
      "datacd": "Data CD",
    ]
    let number = escaped("number")
    let usual = type == "techreport" && number == nil ? nil : known[type]
    let name = escaped("type").map { known[$0] ?? $0 } ?? (fields["series"] == nil ? usual : nil)
    if fields["series"] != nil { return name.map { [$0] } ?? [] }
    if let name { return [number.map { "\(name) \($0)" } ?? name] }
    return number.map { ["no. \($0)"] } ?? []
  }

  /// Whether people or editors sign it, rather than an organisation.
  private var areSigned: Bool { fields["author"] != nil || fields["editor"] != nil }

  private func pieces(_ names: [String]) -> [String] { names.compactMap(escaped) }
}
