// Raw entries -> works: fields of other entries, biblatex's names for fields, dates, names of people.

extension BibTeXParser {
  /// The entries with what they take from others, in Unicode.
  func finished(_ raw: [String: RawEntry]) -> [String: BibliographyEntry] {
    // References to other entries do not look at the case of letters.
    let keys = Dictionary(raw.keys.sorted().map { ($0.lowercased(), $0) }) { first, _ in first }
    return raw.mapValues { entry in
      var entry = entry
      var seen: Set<String> = [entry.key]
      var open = entry.parents
      while !open.isEmpty {
        let name = open.removeFirst()
        guard let key = keys[name.lowercased()], let parent = raw[key] else {
          entry.warnings.append(
            source.warning(entry.start, "entry \"\(entry.key)\" refers to \"\(name)\", which there is not"))
          continue
        }
        guard seen.insert(key).inserted else { continue }
        entry.inherit(from: parent)
        open += parent.parents
      }
      return finished(entry)
    }
  }

  private func finished(_ raw: RawEntry) -> BibliographyEntry {
    var raw = raw
    raw.useBibTeXNames()
    if raw.problem == nil, raw.fields["title"] == nil {
      raw.problem = source.error(raw.start, "entry \"\(raw.key)\" has no title")
    }
    finishYear(&raw)
    var fields: [String: String] = [:]
    for (name, value) in raw.fields {
      fields[name] = LaTeXText.addresses.contains(name) ? LaTeXText.address(value) : LaTeXText.plain(value, macros)
    }
    var entry = BibliographyEntry(key: raw.key, type: raw.type, fields: fields, authors: [])
    func names(_ field: String) -> [PersonName]? {
      guard let latex = raw.fields[field], fields[field]?.isEmpty == false else { return nil }
      let list = NameList(latex, macros)
      if let doubt = list.doubt {
        raw.warnings.append(source.warning(raw.start, "\"\(field)\" of entry \"\(raw.key)\": \(doubt)"))
      }
      return list.names
    }
    let editors = names("editor")
    if let authors = names("author") {
      (entry.authors, entry.editors) = (authors, editors ?? [])
    } else if let editors {
      (entry.authors, entry.areEditors) = (editors, true)
    } else if let organization = fields["organization"], !organization.isEmpty {
      entry.authors = [PersonName(first: "", last: organization)]
    }
    (entry.warnings, entry.problem) = (raw.warnings, raw.problem)
    return entry
  }

  private func finishYear(_ raw: inout RawEntry) {
    // An empty year says that there is none.
    if raw.fields["year"]?.allSatisfy({ $0.isWhitespace }) == true {
      raw.fields["year"] = nil
    } else if raw.fields["year"] == nil {
      raw.warnings.append(
        source.warning(raw.start, "entry \"\(raw.key)\" has no year; if the work has none, write year = {}"))
    }
  }
}

extension RawEntry {
  /// The entries that this one takes fields from.
  fileprivate var parents: [String] {
    let crossref = fields["crossref"].map { [$0] } ?? []
    let xdata = fields["xdata"]?.split(separator: ",").map(String.init) ?? []
    return (crossref + xdata).map { $0.split(whereSeparator: \.isWhitespace).joined() }.filter { !$0.isEmpty }
  }

  /// Takes the fields that it lacks from the entry that it is a part of: the title of that is where it appeared.
  fileprivate mutating func inherit(from parent: RawEntry) {
    if fields["booktitle"] == nil, let title = parent.fields["booktitle"] ?? parent.fields["title"],
      fields["title"] != nil
    {
      fields["booktitle"] = title
    }
    for (name, value) in parent.fields
    where fields[name] == nil && !["crossref", "xdata", "key", "ids", "options"].contains(name) {
      fields[name] = value
    }
  }

  /// Gives the fields of biblatex the names that BibTeX has for them.
  fileprivate mutating func useBibTeXNames() {
    for (name, known) in [
      ("journaltitle", "journal"), ("shortjournal", "journal"), ("location", "address"), ("eventtitle", "booktitle"),
      ("maintitle", "booktitle"), ("archiveprefix", "eprinttype"), ("primaryclass", "eprintclass"),
      ("issue", "number"), ("eid", "pages"), ("articleno", "pages"), ("article-number", "pages"),
    ] where fields[known] == nil && fields[name] != nil {
      if known == "booktitle" && fields["journal"] != nil { continue }
      fields[known] = fields[name]
    }
    if fields["year"] == nil, let date = fields["date"] ?? fields["eventdate"] { fields["year"] = Self.year(of: date) }
    if fields["year"] == nil, let state = fields["pubstate"] { fields["year"] = Self.states[state] ?? state }
    for (name, whole) in [("subtitle", "title"), ("booksubtitle", "booktitle"), ("journalsubtitle", "journal")] {
      if let part = fields[name], let title = fields[whole] { fields[whole] = "\(title): \(part)" }
    }
    if let addon = fields["titleaddon"], let title = fields["title"] { fields["title"] = "\(title). \(addon)" }
  }

  /// What biblatex calls works that are on their way.
  private static let states = [
    "inpress": "in press", "inpreparation": "in preparation", "prepublished": "prepublished",
    "forthcoming": "forthcoming",
    "submitted": "submitted",
  ]

  /// The year of 2017-06-12, the years of 2017-06-12/2018-01-03, 1994~, 1999/.., June 2017; the date itself without any.
  private static func year(of date: String) -> String {
    let ends = LaTeXText.plain(date).split(separator: "/", omittingEmptySubsequences: false)
    let years = ends.compactMap { $0.firstMatch(of: #/(?:^-)?\d{4}|\d{2}XX|\d{3}X/#).map { String($0.0) } }
    guard let first = years.first else { return date }
    return years.count == 2 && years[1] != first ? "\(first)--\(years[1])" : first
  }
}
