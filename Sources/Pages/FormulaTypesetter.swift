// TeX -> MathML with blahtexml, all formulas of a page in one process (about 20 ms, so nothing is kept between runs).

internal import Execution
internal import Foundation
package import NotebookText

/// A formula as it was written.
package struct Formula: Hashable, Sendable {
  package var tex: String
  package var isDisplay: Bool

  package init(tex: String, isDisplay: Bool) {
    self.tex = tex
    self.isDisplay = isDisplay
  }
}

/// A formula that cannot be typeset.
package struct FormulaMistake: Error, Hashable, Sendable {
  package var message: String
  /// The character of the formula at fault, counted in bytes from 0.
  package var offset: Int
}

/// Typesets formulas and remembers them.
package final class FormulaTypesetter {
  /// The tool is missing or failed.
  package struct Unavailable: Error, Sendable, CustomStringConvertible {
    package var description: String
  }

  private let tool: String?
  private var known: [Formula: Result<String, FormulaMistake>] = [:]

  /// A typesetter with `blahtexml` from the search path.
  package convenience init() {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
    self.init(
      tool: path.split(separator: ":").lazy.map { "\($0)/blahtexml" }
        .first(where: FileManager.default.isExecutableFile))
  }

  package init(tool: String?) { self.tool = tool }

  /// The MathML of a formula. Throws `FormulaMistake` when it is wrong TeX, `Unavailable` without the tool.
  package func mathML(_ formula: Formula) throws -> String {
    try prepare([formula])
    guard let result = known[formula] else { throw Unavailable(description: "blahtexml left out a formula") }
    return try result.get()
  }

  /// Typesets those of `formulas` that are new, in one process.
  package func prepare(_ formulas: [Formula]) throws(Unavailable) {
    var seen: Set<Formula> = []
    let new = formulas.filter { known[$0] == nil && seen.insert($0).inserted }
    if new.isEmpty { return }
    guard let tool else {
      throw Unavailable(
        description: "the notebook has formulas, and blahtexml, which typesets them, is missing: "
          + "apt-get install blahtexml")
    }
    let input = NSTemporaryDirectory() + "/workbench-formulas-\(UUID().uuidString).xml"
    defer { try? FileManager.default.removeItem(atPath: input) }
    let output: String
    do {
      try Data(Self.request(new).utf8).write(to: URL(fileURLWithPath: input))
      let command = Command(
        executable: tool,
        arguments: [
          "--xmlin", "--spacing", "moderate", "--mathml-encoding", "raw", "--other-encoding", "raw",
          "--mathml-nsprefix-none",
        ], input: input, keepsErrors: false)
      output = try command.run().output
    } catch {
      throw Unavailable(description: "\(tool) cannot be run: \(error)")
    }
    let parts = output.components(separatedBy: "<end></end>")
    guard parts.count == new.count + 1 else {
      throw Unavailable(description: "\(tool) did not understand the formulas it was given:\n\(output)")
    }
    for (formula, part) in zip(new, parts) { known[formula] = Self.result(formula, part) }
  }

  private static func request(_ formulas: [Formula]) -> String {
    let elements = formulas.map { formula in
      let tex = HTML.escape(macros + spelled(formula.tex)).replacing("\n", with: " ")
      return "<f b:\(formula.isDisplay ? "block" : "inline")=\"\(tex)\"/><end/>\n"
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<formulas xmlns:b=\"http://gva.noekeon.org/blahtexml\">\n"
      + elements.joined() + "</formulas>\n"
  }

  /// What authors expect to be there, in terms of what is.
  private static let macros = #"""
    \newcommand{\argmax}{\mathop{\operatorname{arg\,max}}}\newcommand{\argmin}{\mathop{\operatorname{arg\,min}}}\#
    \newcommand{\dfrac}[2]{{\displaystyle\frac{#1}{#2}}}\newcommand{\tfrac}[2]{{\textstyle\frac{#1}{#2}}}\#
    \newcommand{\coloneqq}{\mathrel{:=}}\newcommand{\norm}[1]{\left\lVert #1\right\rVert}\#
    \newcommand{\abs}[1]{\left\lvert #1\right\rvert}
    """#

  private static func spelled(_ tex: String) -> String {
    tex.replacing("\\operatorname*", with: "\\operatornamewithlimits")
      .replacing("\\mathbb{1}", with: "\\text{𝟙}").replacing("\\mathbb 1", with: "\\text{𝟙}")
  }

  private static func result(_ formula: Formula, _ part: String) -> Result<String, FormulaMistake> {
    if formula.tex.allSatisfy(\.isWhitespace) {
      return .failure(FormulaMistake(message: "this formula is empty", offset: 0))
    }
    if let open = part.firstRange(of: "<error"), let start = part[open.upperBound...].firstIndex(of: ">"),
      let end = part[start...].firstRange(of: "</error>")
    {
      let message = HTML.text(String(part[part.index(after: start)..<end.lowerBound]))
      return .failure(mistake(message, formula.tex))
    }
    guard let open = part.firstRange(of: "<math"), let close = part.ranges(of: "</math>").last else {
      return .failure(FormulaMistake(message: "this formula cannot be typeset", offset: 0))
    }
    let body = MathMLForBrowsers.adapted(String(part[open.upperBound..<close.upperBound]))
    return .success("<math alttext=\"\(HTML.escape(formula.tex))\"" + body)
  }

  /// Finds what the tool quotes in the formula.
  private static func mistake(_ message: String, _ tex: String) -> FormulaMistake {
    let quoted = message.firstMatch(of: #/"(\\[^"]+|[^"\s])"/#).map { String($0.1) }
    var text = message.prefix(1).lowercased() + message.dropFirst()
    if quoted == "\\begin{align}" || quoted == "\\begin{align*}" { text += "; write \\begin{aligned}" }
    if message.contains("brace"), let place = unmatchedBrace(tex) {
      return FormulaMistake(message: text, offset: place)
    }
    guard let quoted, let found = tex.firstRange(of: quoted) else { return FormulaMistake(message: text, offset: 0) }
    return FormulaMistake(message: text, offset: tex.utf8.distance(from: tex.startIndex, to: found.lowerBound))
  }

  /// The offset of a brace without a partner.
  private static func unmatchedBrace(_ tex: String) -> Int? {
    var open: [Int] = []
    var isEscaped = false
    for (offset, byte) in tex.utf8.enumerated() {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "{") {
        open.append(offset)
      } else if byte == UInt8(ascii: "}"), open.popLast() == nil {
        return offset
      }
    }
    return open.last
  }
}

extension Notebook {
  /// The formulas of text, captions and abstract, with their places.
  var formulas: [(formula: Formula, location: SourceLocation)] {
    allItems.compactMap { item in
      guard case .formula(let tex, let isDisplay, _) = item.kind else { return nil }
      return (Formula(tex: tex, isDisplay: isDisplay), item.location)
    }
  }

  /// Typesets all formulas. Throws `NotebookError` at the first that is wrong, `Unavailable` without the tool.
  package func checkFormulas(with typesetter: FormulaTypesetter) throws {
    let formulas = formulas
    try typesetter.prepare(formulas.map(\.formula))
    for (formula, location) in formulas {
      do {
        _ = try typesetter.mathML(formula)
      } catch let mistake as FormulaMistake {
        throw error(location.advanced(by: mistake.offset, in: formula.tex), mistake.message)
      }
    }
  }
}

extension SourceLocation {
  /// The place `offset` bytes into a text that begins here.
  func advanced(by offset: Int, in text: String) -> SourceLocation {
    var result = self
    for byte in text.utf8.prefix(offset) {
      if byte == UInt8(ascii: "\n") {
        (result.line, result.column) = (result.line + 1, 1)
      } else {
        result.column += 1
      }
    }
    return result
  }
}
