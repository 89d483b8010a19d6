// The order of names in a list of works: Łukasz stands beside Lucas, Ødegård beside Odell.

internal import Foundation

enum Alphabet {
  /// Letters that no accent makes of others.
  private static let letters: [Character: String] = [
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŋ": "ng",
  ]

  /// Small letters without accents; letters, digits and single blanks alone.
  static func plain(_ text: String) -> String {
    let folded = text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil).lowercased()
    let plain = folded.map { letters[$0] ?? String($0) }.joined()
    return plain.split { !$0.isLetter && !$0.isNumber && $0 != "\u{1}" }.joined(separator: " ")
  }
}
