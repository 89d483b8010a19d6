// Where a work is to be had: DOI, arXiv and other archives, addresses.

internal import NotebookText

extension BibliographyEntry {
  /// The address of the work, and what stands for it; nil if the entry has none.
  var link: (address: String, text: String)? {
    if let doi = filled("doi") {
      let number = doi.replacing(#/^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)/#.ignoresCase(), with: "")
      return ("https://doi.org/" + number, "doi:" + number)
    }
    if let number = filled("eprint"), let link = archive(number) { return link }
    guard let url = filled("url") else { return nil }
    // Several addresses may stand in the field; the first one is the link.
    let first = url.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? url
    let address = first.hasPrefix("www.") ? "https://" + first : first
    return (address, first.replacing("https://", with: ""))
  }

  private func filled(_ name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// The link to an electronic print; nil where only the field "url" tells where it is.
  private func archive(_ number: String) -> (address: String, text: String)? {
    if number.hasPrefix("http") {
      if let match = number.firstMatch(of: #/arxiv\.org\/(?:abs|pdf)\/(.+?)(?:\.pdf)?$/#) {
        return Self.arXiv(String(match.1))
      }
      return (number, number.replacing("https://", with: ""))
    }
    let plain = number.replacing(#/^arxiv:\s*/#.ignoresCase(), with: "")
    let type = filled("eprinttype")?.lowercased() ?? (Self.isArXiv(plain) || plain != number ? "arxiv" : "")
    switch type {
    case "arxiv": return Self.arXiv(plain)
    case "jstor": return ("https://www.jstor.org/stable/" + number, "JSTOR " + number)
    case "pubmed", "pmid": return ("https://pubmed.ncbi.nlm.nih.gov/" + number, "PMID " + number)
    case "hdl", "handle": return ("https://hdl.handle.net/" + number, "hdl:" + number)
    case "hal": return filled("url") == nil ? ("https://hal.science/" + number, number) : nil
    case "": return filled("url") == nil ? ("", number) : nil
    default: return filled("url") == nil ? ("", "\(type):\(number)") : nil
    }
  }

  private static func arXiv(_ number: String) -> (address: String, text: String) {
    ("https://arxiv.org/abs/" + number, "arXiv:" + number)
  }

  /// "1706.06083v4", "math/0211159", "cs.LG/0211159".
  private static func isArXiv(_ number: String) -> Bool {
    number.wholeMatch(of: #/\d{4}\.\d{4,5}(?:v\d+)?|[a-z\-]+(?:\.[A-Z]{2})?\/\d{7}(?:v\d+)?/#) != nil
  }
}
