// Values and claims of the text as Swift: closures between the cells, under their own place in the notebook.

package import Channel
internal import NotebookText

/// What the program computed for an item of the text.
package enum InlineResult: Sendable, Equatable, Codable {
  case value(String)
  case claim(ClaimFinding)
}

extension Program {
  /// The statement that computes an item and sends it; nothing for items that are not computed.
  static func statement(_ index: Int, _ item: InlineItem) -> String {
    let code: String
    let call: String
    switch item.kind {
    case .value(let expression): (code, call) = (expression, "value")
    case .claim(let claim): (code, call) = (claim.code, isComparison(claim.code) ? "claim" : "condition")
    default: return ""
    }
    // Blanks before the expression give the compiler its column; further lines have theirs. A paragraph on one line of
    // many thousand columns would be blanks only: there the line has to do.
    let padding = String(repeating: " ", count: min(item.location.column - 1, 1000))
    return "try notebook.\(call)(item: \(index)) {\n"
      + "#sourceLocation(file: \(literal(item.location.file)), line: \(item.location.line))\n"
      + padding + code + "\n#sourceLocation()\n}\n"
  }

  /// Whether a claim compares numbers, rather than being a condition of its own: whether `<`, `>`, `≈` and their like,
  /// or a call of `significantly`, stand outside brackets and strings.
  package static func isComparison(_ code: String) -> Bool {
    let characters = Array(code)
    var depth = 0
    var isInString = false
    for (index, character) in characters.enumerated() {
      if isInString {
        if character == "\"", characters[index - 1] != "\\" { isInString = false }
        continue
      }
      switch character {
      case "\"": isInString = true
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      case "≈": if depth == 0 { return true }
      case "<", ">":
        // An operator stands between blanks; `Set<Int>` does not.
        let (before, after) = (index > 0 ? characters[index - 1] : " ", characters.dropFirst(index + 1).first ?? " ")
        if depth == 0, before.isWhitespace, after.isWhitespace || after == "=" { return true }
      default: break
      }
    }
    let words = code.split { !$0.isLetter }
    return words.first == "significantly" || words.first == "try" && words.dropFirst().first == "significantly"
  }
}
