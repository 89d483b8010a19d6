internal import NotebookText
internal import Pages
import Testing

/// Works as the programs and sites write them that people have their BibTeX files from. What the page lists is the same for
/// all of them.
struct BibliographyExportTests {
  /// LaTeX, and what a reader sees.
  typealias Text = (latex: String, shown: String)

  enum Venue {
    case article(Text, volume: Int, number: Int, pages: Text)
    case talk(Text, address: Text)
    case book(publisher: Text, address: Text)
    case thesis(school: Text)
    case preprint(String)
    case page(String)
  }

  struct Work {
    var authors: [Text]
    var title: Text
    var venue: Venue
    var year: Int
    var doi: String?

    /// The entry of the list.
    var expected: String {
      let names = authors.map(\.shown)
      let isOpen = names.last == "et al."
      var people = isOpen ? names.dropLast().joined(separator: ", ") + " et al." : names.joined(separator: ", ")
      if !isOpen, names.count > 1 {
        people = names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
      }
      func sentence(_ text: String) -> String { "?!.".contains(text.last!) ? text : text + "." }
      var text = sentence(people) + " " + sentence(title.shown) + " "
      switch venue {
      case .article(let journal, let volume, let number, let pages):
        text += "\(journal.shown) \(volume)(\(number)), \(pages.shown), \(year)."
      case .talk(let meeting, let address): text += "In \(meeting.shown), \(address.shown), \(year)."
      case .book(let publisher, let address): text += "\(publisher.shown), \(address.shown), \(year)."
      case .thesis(let school): text += "PhD thesis, \(school.shown), \(year)."
      case .preprint(let number): return text + "\(year). arXiv:\(number)"
      case .page(let address): return text + "\(year). \(address.replacing("https://", with: ""))"
      }
      return text + (doi.map { " doi:" + $0 } ?? "")
    }
  }

  private static let people: [Text] = [
    ("Madry, Aleksander", "A. Madry"), ("{\\L}ukasz Kaiser", "Ł. Kaiser"),
    ("van der Maaten, Laurens", "L. van der Maaten"),
    ("Charles-Jean de la Vall{\\'e}e Poussin", "C.-J. de la Vallée Poussin"), ("Bj{\\\"o}rck, {\\AA}ke", "Å. Björck"),
    ("Erd{\\H o}s, P{\\'a}l", "P. Erdős"), ("{\\v S}t{\\v e}p{\\'a}n, Jan", "J. Štěpán"),
    ("G{\\\"{o}}del, Kurt", "K. Gödel"),
    ("Mart{\\'\\i}n Abadi", "M. Abadi"), ("Dall'Agnol, Ann", "A. Dall’Agnol"), ("{DeepMind}", "DeepMind"),
    ("{National Institute of Standards and Technology}", "National Institute of Standards and Technology"),
    ("King, Jr., Martin Luther", "M. L. King, Jr."), ("Donald~E. Knuth", "D. E. Knuth"), ("J.-P. Serre", "J.-P. Serre"),
    ("Nguy{\\~{\\^e}}n, Thi", "T. Nguyễn"), ("{\\O}re, {\\O}ystein", "Ø. Øre"),
    ("Strau{\\ss}, Bj{\\\"o}rn", "B. Strauß"),
    ("\\c{C}etin, \\\"Ozg\\\"ur", "Ö. Çetin"), ("{\\.I}nan, {\\c S}ule", "Ş. İnan"), ("Müller, Jörg", "J. Müller"),
    ("Ren{\\'{e}} Descartes", "R. Descartes"), ("Brinch Hansen, Per", "P. Brinch Hansen"),
    ("{\\relax Ch}en Lu", "C. Lu"),
    ("Ludwig von und zu Berg", "L. von und zu Berg"), ("A. B. Doe", "A. B. Doe"), ("Zi{\\k e}ba, Maciej", "M. Zięba"),
    ("{\\DJ}or{\\dj}evi{\\'c}, Ana", "A. Đorđević"), ("\\'{E}variste Galois", "É. Galois"),
    ("Ann {O'Neil}", "A. O’Neil"),
  ]

  private static let titles: [Text] = [
    (
      "Towards Deep Learning Models Resistant to {A}dversarial Attacks",
      "Towards Deep Learning Models Resistant to Adversarial Attacks"
    ),
    ("{BERT}: Pre-training -- a Test", "BERT: Pre-training – a Test"),
    ("On the $\\ell_\\infty$ ball and $O(n^2)$", "On the ℓ∞ ball and O(n²)"),
    ("\\emph{Attention} is all you {N}eed?", "Attention is all you Need?"),
    ("50\\% of {\\LaTeX} \\& {\\TeX}", "50% of LaTeX & TeX"),
    ("``Quoted'' titles---and dashes", "“Quoted” titles—and dashes"),
    ("{\\'E}tude de l'{\\'e}quation", "Étude de l’équation"),
    ("A \\textit{C. elegans} \\textbf{study} of H\\textsubscript{2}O", "A C. elegans study of H₂O"),
    ("$\\tilde{O}(\\sqrt{T})$ regret with {$\\alpha$}-divergences", "Õ(√T) regret with α-divergences"),
    ("What's {\\tt \\_x}, \\textsc{Small} and {\\em hurt}?", "What’s _x, Small and hurt?"),
    ("The \\href{https://x.org}{site} of {\\ss} and \\o, \\aa{} and \\ae", "The site of ß and ø, å and æ"),
    ("From \\$20 to \\$30: {\\textquotedblleft}money{\\textquotedblright}", "From $20 to $30: “money”"),
    ("Nested {{braces {of} all} kinds}", "Nested braces of all kinds"),
    ("A / B, C; D: E (F) [G] + H = I", "A / B, C; D: E (F) [G] + H = I"),
    ("Quotes {\"}in{\"} quotes", "Quotes \"in\" quotes"), ("Straße, naïve, 机器学习", "Straße, naïve, 机器学习"),
    ("Half \\(\\frac{1}{2}\\) and \\ensuremath{\\epsilon_0}", "Half 1/2 and ε₀"),
    ("Non\\-breaking~space\\, and\\ more", "Nonbreaking space and more"),
  ]

  /// 48 works: every kind of venue with all names and titles in turn.
  static let works: [Work] = (0..<48).map { number in
    let count = [1, 2, 3, 5][number % 4]
    var authors = (0..<count).map { people[(number * 3 + $0 * 7) % people.count] }
    if number % 9 == 8 { authors.append(("others", "et al.")) }
    let journals: [Text] = [
      ("Journal of {M}achine Learning Research", "Journal of Machine Learning Research"),
      ("{IEEE} Trans. Pattern Anal. Mach. Intell.", "IEEE Trans. Pattern Anal. Mach. Intell."),
      ("Comptes rendus de l'Acad{\\'e}mie", "Comptes rendus de l’Académie"),
      ("Science \\& Society", "Science & Society"),
    ]
    let cities: [Text] = [
      ("Z{\\\"u}rich", "Zürich"), ("Stockholm, Sweden", "Stockholm, Sweden"), ("New York, {NY}", "New York, NY"),
    ]
    let venue: Venue =
      switch number % 6 {
      case 0:
        .article(
          journals[number / 6 % 4], volume: 3 + number, number: 1 + number % 4,
          pages: ("\(number)--\(number + 9)", "\(number)–\(number + 9)"))
      case 1:
        .talk(("Proceedings of the 3rd {C}onference", "Proceedings of the 3rd Conference"), address: cities[number % 3])
      case 2: .book(publisher: ("Springer {\\&} Sons", "Springer & Sons"), address: cities[number % 3])
      case 3: .thesis(school: ("Universit{\\\"a}t {\\AA}bo", "Universität Åbo"))
      case 4: .preprint("\(1700 + number).0\(6000 + number)v2")
      default: .page("https://x.org/~u/a_b--\(number)%20c#d")
      }
    let doi = number % 6 < 2 && number % 4 == 0 ? "10.1000/x_\(number)-(a)" : nil
    return Work(authors: authors, title: titles[number % titles.count], venue: venue, year: 1980 + number, doi: doi)
  }

  // MARK: Who writes it

  struct Exporter: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var write: @Sendable (Work, String) -> String
    var key: @Sendable (Int) -> String = { "work\($0)" }
  }

  /// The fields of a work under BibTeX's names, or biblatex's.
  private static func fields(_ work: Work, isBiblatex: Bool = false) -> (type: String, [(String, String)]) {
    var fields = [("author", work.authors.map(\.latex).joined(separator: " and ")), ("title", work.title.latex)]
    var type: String
    let place = isBiblatex ? "location" : "address"
    switch work.venue {
    case .article(let journal, let volume, let number, let pages):
      type = "article"
      fields += [
        (isBiblatex ? "journaltitle" : "journal", journal.latex), ("volume", "\(volume)"), ("number", "\(number)"),
        ("pages", pages.latex),
      ]
    case .talk(let meeting, let address):
      type = "inproceedings"
      fields += [("booktitle", meeting.latex), (place, address.latex)]
    case .book(let publisher, let address):
      type = "book"
      fields += [("publisher", publisher.latex), (place, address.latex)]
    case .thesis(let school):
      type = isBiblatex ? "thesis" : "phdthesis"
      fields += [(isBiblatex ? "institution" : "school", school.latex)] + (isBiblatex ? [("type", "phdthesis")] : [])
    case .preprint(let number):
      type = isBiblatex ? "online" : "misc"
      fields += [("eprint", number), (isBiblatex ? "eprinttype" : "archivePrefix", "arXiv")]
    case .page(let url):
      type = isBiblatex ? "online" : "misc"
      fields.append(("url", url))
    }
    if let doi = work.doi { fields.append(("doi", doi)) }
    return (type, fields + [isBiblatex ? ("date", "\(work.year)-05-12") : ("year", "\(work.year)")])
  }

  static let exporters = [
    Exporter(
      testDescription: "DBLP",
      write: { work, key in
        let (type, fields) = fields(work)
        let lines = fields.map { name, value in
          let value = name == "author" ? value.replacing(" and ", with: " and\n                  ") : value
          return
            "  \(name)\(String(repeating: " ", count: 13 - name.count))= {\(name == "title" ? "{\(value)}" : value)},\n"
        }
        return "@\(type){\(key),\n\(lines.joined())  timestamp    = {Thu, 25 Jul 2019 14:25:44 +0200},\n"
          + "  bibsource    = {dblp computer science bibliography, https://dblp.org}\n}\n\n"
      }, key: { "DBLP:conf/iclr/Work\($0)" }),
    Exporter(
      testDescription: "Better BibTeX",
      write: { work, key in
        let (type, fields) = fields(work, isBiblatex: true)
        return "@\(type){\(key),\n" + fields.map { "  \($0) = {\($1)},\n" }.joined()
          + "  abstract = {We show that 5\\% of \\{x\\} @ home.},\n  langid = {english},\n  urldate = {2024-01-31},\n"
          + "  keywords = {Computer Science - Machine Learning},\n  file = {C\\:\\\\Users\\\\a\\\\x.pdf}\n}\n\n"
      }, key: { "madryDeepLearning\($0)" }),
    Exporter(
      testDescription: "Zotero",
      write: { work, key in
        let (type, fields) = fields(work)
        return "\n@\(type){\(key),\n" + fields.map { "\t\($0) = {\($1)},\n" }.joined()
          + "\tmonth = may,\n\tkeywords = {a, b},\n}\n"
      }, key: { "madry_towards_\($0)" }),
    Exporter(
      testDescription: "Mendeley",
      write: { work, key in
        let (type, fields) = fields(work)
        return "@\(type){\(key),\nannote = {From Duplicate 1 (Title - Doe, A)\n\nnice},\n"
          + fields.map { "\($0) = {\($0 == "title" ? "{\($1)}" : $1)},\n" }.joined()
          + "file = {:C$\\backslash$:/Users/x.pdf:pdf},\nmendeley-groups = {a}\n}\n"
      }, key: { "Madry2018\($0)" }),
    Exporter(
      testDescription: "ACL Anthology",
      write: { work, key in
        let (type, fields) = fields(work)
        let rows = fields.map { name, value in
          let value = name == "author" ? value.replacing(" and ", with: "  and\n      ") : value
          return "    \(name) = \"\(value.replacing("\\\"", with: "{\\\"}"))\",\n"
        }
        // In quotes an umlaut's sign stands in braces of its own in no file: braces stay as they were.
        let safe = zip(rows, fields).map { row, field in
          field.1.contains("\"") ? "    \(field.0) = {\(field.1)},\n" : row
        }
        return "@\(type){\(key),\n\(safe.joined())    month = jul,\n    editor = \"\",\n}\n"
      }, key: { "madry-etal-2018-\($0)" }),
    Exporter(
      testDescription: "Google Scholar",
      write: { work, key in
        let (type, fields) = fields(work)
        return "@\(type){\(key),\n" + fields.map { "  \($0)={\($1)}" }.joined(separator: ",\n") + "\n}\n"
      }, key: { "madry2018towards\($0)" }),
    Exporter(
      testDescription: "JabRef",
      write: { work, key in
        let (type, fields) = fields(work)
        return "% Encoding: UTF-8\n\n@\(type.uppercased()){\(key),\n"
          + fields.map { "  \($0.prefix(1).uppercased() + $0.dropFirst()) = {\($1)},\n" }.joined()
          + "  owner = {ann},\n  timestamp = {2020.01.01}\n}\n\n@Comment{jabref-meta: databaseType:bibtex;}\n\n"
      }, key: { "Madry:2018.\($0)" }),
    Exporter(
      testDescription: "parentheses, strings and joins",
      write: { work, key in
        let (type, fields) = fields(work)
        let number = key.filter(\.isNumber)
        let last = fields.count - 1
        return "@string(v\(number) = {\(fields[1].1)})\n@\(type)(\(key)\n"
          + fields.enumerated().map { place, field in
            let value = place == 1 ? "v\(number) # {}" : place == last ? field.1 : "{\(field.1)}"
            return "  , \(field.0) = \(value)\n"
          }.joined() + ")\n"
      }, key: { "_2018+\($0)" }),
    Exporter(
      testDescription: "one line",
      write: { work, key in
        let (type, fields) = fields(work)
        return "@\(type) { \(key) ,\(fields.map { "\($0)={\($1)}" }.joined(separator: ",")),}"
      }, key: { "2018a-\($0)?x" }),
  ]

  private func file(_ exporter: Exporter) -> String {
    Self.works.enumerated().map { exporter.write($1, exporter.key($0)) }.joined()
  }

  @Test(arguments: exporters) func `every work is listed as it is, whoever exported it`(exporter: Exporter) {
    let text = file(exporter)
    for (name, text) in [("LF", text), ("CRLF", text.replacing("\n", with: "\r\n")), ("BOM", "\u{FEFF}" + text)] {
      let entries = Bibliography(text: text, file: "r.bib").entries
      #expect(entries.count == Self.works.count, "\(name)")
      for (number, work) in Self.works.enumerated() {
        let entry = entries[exporter.key(number)]
        #expect(entry?.text == work.expected, "\(name), \(exporter.write(work, exporter.key(number)))")
        #expect(entry?.problem == nil && entry?.warnings == [], "\(String(describing: entry?.warnings))")
      }
    }
  }

  @Test(arguments: exporters.prefix(4)) func `a brace that is missing is the matter of its own entry`(
    exporter: Exporter
  ) {
    for number in stride(from: 0, to: Self.works.count - 2, by: 5) {
      // Its neighbours show what a mistake does beyond its entry.
      let parts = (number..<number + 3).map { exporter.write(Self.works[$0], exporter.key($0)) }
      let rendered = Bibliography(text: parts.joined(), file: "r.bib").entries.mapValues(\.text)
      let key = exporter.key(number + 1)
      let first = parts[0].count { $0 == "\n" } + 1
      let lines = first...first + parts[1].count { $0 == "\n" }
      for (place, sign) in parts[1].enumerated() where sign == "{" || sign == "}" {
        var damaged = parts[1]
        damaged.remove(at: damaged.index(damaged.startIndex, offsetBy: place))
        let entries = Bibliography(text: parts[0] + damaged + parts[2], file: "r.bib").entries
        for (other, text) in rendered where other != key {
          #expect(entries[other]?.text == text && entries[other]?.problem == nil, "\(damaged)")
        }
        guard let entry = entries[key] else { continue }
        for place in entry.warnings.map(\.location) + (entry.problem.map { [$0.location] } ?? []) {
          #expect(lines.contains(place.line), "\(place) for lines \(lines): \(damaged)")
        }
        // Nothing is lost in silence.
        #expect(
          entry.problem != nil || !entry.warnings.isEmpty
            || entry.text.filter { !"{}".contains($0) } == rendered[entry.key]?.filter { !"{}".contains($0) },
          "\(damaged)\n\(entry.text)")
      }
    }
  }

  @Test func `bytes that are no UTF-8 are Latin-1, with a warning on their line`() throws {
    var bytes = Array("@misc{a, title = {A}, year = 1}\n@misc{b,\n  author = {J".utf8) + [0xF6]
    bytes +=
      Array("rg M".utf8) + [0xFC] + Array("ller},\n  title = {Caf".utf8) + [0xE9, 0x96] + Array("x}, year = 2}\n".utf8)
    let entries = Bibliography(bytes: bytes, file: "r.bib").entries
    #expect(entries["b"]?.text == "J. Müller. Café–x. 2." && entries["a"]?.warnings == [])
    #expect(
      entries["b"]?.warnings.map { "\($0.location)" } == ["r.bib:3:1", "r.bib:4:1"]
        && entries["b"]?.warnings[0].message.contains("no UTF-8") == true)
  }

  @Test func `entries without a year are read in time linear in them`() {
    func seconds(_ count: Int) -> Duration {
      let text = (0..<count).map { "@misc{k\($0), author = {Ann Doe and Bob Roe}, title = {T \($0)}}\n" }.joined()
      return ContinuousClock().measure { #expect(Bibliography(text: text, file: "r.bib").entries.count == count) }
    }
    _ = seconds(200)
    let (small, large) = (seconds(500), seconds(2000))
    #expect(large < small * 12, "\(small) \(large)")  // 4 times as many; a shared machine may be three times as slow
  }
}
