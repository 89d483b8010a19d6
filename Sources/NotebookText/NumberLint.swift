// Numbers in prose that no value backs: what may be wrong after the next run.

/// A number that stands in the text as digits.
package struct BareNumber: Sendable, Equatable, CustomStringConvertible {
  package var number: String
  package var location: SourceLocation
  package var sourceLine: String

  package var description: String {
    "\(location): note: no value stands behind \"\(number)\"\n" + excerpt(sourceLine, column: location.column)
  }
}

extension Notebook {
  /// Hints for claims that only their code says: lists of claims are read by who has not read the code.
  package var claimHints: [NotebookWarning] {
    computedItems.compactMap { _, item in
      guard case .claim(let claim) = item.kind, claim.words == nil else { return nil }
      var hint = NotebookWarning(
        item.location, "this claim has no words: say it in a sentence, `{claim \"A is above B\"} \(claim.code)`",
        sourceLine: line(item.location.line))
      hint.isHint = true
      return hint
    }
  }

  /// The numbers of the text that no value backs, in order.
  ///
  /// Not meant are years, numbers of figures, sections and list items, names such as PGD-10, and what stands in
  /// headings, code, formulas and citations. A line with `<!-- given -->` and the front matter's list `given` say
  /// which numbers were chosen rather than found.
  package var bareNumbers: [BareNumber] {
    let given = Set(frontMatter.given)
    var result: [BareNumber] = []
    for (index, plain) in plainLines.enumerated() where !plain.trimmedStart.hasPrefix("#") {
      let source = lines[index]
      if source.utf8.contains(UInt8(ascii: "<")), source.contains(#/<!--\s*given\s*-->/#) { continue }
      var before = ""
      for (word, column) in words(plain) {
        defer { before = word }
        guard isNumber(word), !isYear(word), !given.contains(word), !isName(before) else { continue }
        result.append(
          BareNumber(
            number: word, location: SourceLocation(file: path, line: index + 1, column: column), sourceLine: source))
      }
    }
    return result
  }

  /// The words of a line without the punctuation around them, and their columns in bytes.
  private func words(_ line: String) -> [(word: String, column: Int)] {
    var text = line[...]
    if line.first(where: { !$0.isWhitespace })?.isNumber == true,
      let marker = text.prefixMatch(of: #/\s*\d{1,9}[.)]\s/#)
    {
      text = text[marker.range.upperBound...]
    }
    return text.split { $0.isWhitespace || "()[]{}|".contains($0) }.compactMap { piece in
      let word = piece.drop { ",;:.!?\"'“”‘’*_~".contains($0) }
      let end = word.lastIndex { !",;:.!?\"'“”‘’*_~".contains($0) }
      guard let end else { return nil }
      let column = line.utf8.distance(from: line.startIndex, to: word.startIndex) + 1
      return (String(word[...end]), column)
    }
  }

  /// "0.59", "−3", "8/255", "16×16", "10–20", "97.5%".
  private func isNumber(_ word: String) -> Bool {
    word.contains { $0.isNumber } && word.allSatisfy { $0.isASCII && $0.isNumber || "+-−–±.,/×%\u{202F}".contains($0) }
  }

  private func isYear(_ word: String) -> Bool {
    word.split(separator: "–").allSatisfy { $0.count == 4 && (1900...2099).contains(Int($0) ?? 0) }
  }

  /// Whether the number behind this word is a name: "Figure 3".
  private func isName(_ word: String) -> Bool {
    let names = [
      "figure", "figures", "fig", "table", "tables", "section", "sections", "sec", "equation", "eq", "chapter",
      "appendix", "algorithm", "theorem", "lemma", "page", "p", "pp", "line", "cell", "version", "§",
    ]
    return names.contains(word.lowercased())
  }
}
