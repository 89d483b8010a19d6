internal import Foundation
internal import Pages
import Testing

/// Text on pages stands out from what is behind it: WCAG 2.2, success criterion 1.4.3, level AA.
struct ContrastTests {
  /// The colours of a block of the style sheet, by their names.
  private func colours(_ css: Substring) -> [String: Double] {
    let found = css.matches(of: #/--([a-z-]+): #([0-9a-f]{6});/#)
    return Dictionary(found.map { (String($0.1), luminance(String($0.2))) }) { first, _ in first }
  }

  /// Relative luminance of `rrggbb` in sRGB.
  private func luminance(_ hex: String) -> Double {
    let channels = stride(from: 0, to: 6, by: 2).map { place in
      let start = hex.index(hex.startIndex, offsetBy: place)
      let value = Double(Int(hex[start..<hex.index(start, offsetBy: 2)], radix: 16)!) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }

  @Test func `text has the contrast of level AA in light and in dark`() throws {
    let css = PageStyle.css
    let dark = try #require(css.firstRange(of: "prefers-color-scheme: dark"))
    for colours in [colours(css[..<dark.lowerBound]), colours(css[dark.lowerBound...])] {
      func check(_ names: [String], on ground: String) throws {
        let behind = try #require(colours[ground])
        for name in names {
          let text = try #require(colours[name])
          let contrast = (max(text, behind) + 0.05) / (min(text, behind) + 0.05)
          #expect(contrast >= 4.5, "\(name) on \(ground): \(contrast)")
        }
      }
      try check(["ink", "soft", "accent", "error", "warn", "held"], on: "paper")
      try check(
        ["ink", "soft", "accent", "keyword", "string", "number", "type", "comment", "attribute"], on: "code")
      try check(["ink", "soft", "error", "accent"], on: "error-paper")
    }
  }
}
