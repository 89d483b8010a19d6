// Text inside of HTML and SVG.

/// What HTML, SVG and XML have in common.
package enum Markup {
  /// `text` with `&`, `<`, `>` and `"` as character references, and `'` as `apostrophe`, whichever marks follow them.
  package static func escape(_ text: some StringProtocol, apostrophe: String = "&#39;") -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += apostrophe
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
