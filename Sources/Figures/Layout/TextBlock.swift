// Text broken into lines that fit a width.

/// Lines of text that are at most `width` wide.
package struct TextBlock {
  package var lines: [String]
  var font: Font
  /// Of the widest line.
  var width: Double
  var extents: TextExtents

  /// Breaks at spaces and line ends, but not beside signs such as "=" ("α = 0.3" stays whole); a word that is wider
  /// than the width is broken inside.
  package init(_ text: String, font: Font, width limit: Double = .infinity, on canvas: some Canvas) {
    func measure(_ text: String) -> Double { canvas.extents(of: text, font: font).width }
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in Self.words(paragraph) {
        let longer = line.isEmpty ? String(word) : line + " " + word
        if measure(longer) <= limit {
          line = longer
          continue
        }
        if !line.isEmpty { lines.append(line) }
        line = ""
        for character in word {
          if !line.isEmpty, measure(line + String(character)) > limit {
            lines.append(line)
            line = ""
          }
          line.append(character)
        }
      }
      lines.append(line)
    }
    self.lines = text.isEmpty ? [] : lines
    self.font = font
    width = lines.map(measure).max() ?? 0
    extents = canvas.extents(of: "H", font: font)
  }

  private static func words(_ text: Substring) -> [String] {
    var result: [String] = []
    var joins = false
    for word in text.split(separator: " ") {
      let isSign = word.count == 1 && "=≈±<>≤≥×".contains(word)
      if let last = result.last, joins || isSign {
        result[result.count - 1] = last + " " + word
      } else {
        result.append(String(word))
      }
      joins = isSign
    }
    return result
  }

  /// From the top of the first line to the bottom of the last.
  package var height: Double {
    lines.isEmpty ? 0 : Double(lines.count - 1) * font.lineHeight + extents.ascent + extents.descent
  }

  /// Draws the block with its top at `y`; `x` is its left edge, middle or right edge for an alignment of 0, 0.5, 1.
  func draw(on canvas: inout some Canvas, x: Double, top y: Double, alignment: Double, color: Color) {
    for (index, line) in lines.enumerated() {
      let width = canvas.extents(of: line, font: font).width
      let baseline = y + extents.ascent + Double(index) * font.lineHeight
      canvas.text(line, at: Point(x - alignment * width, baseline), font: font, color: color)
    }
  }

  /// Draws the block turned to be read from below, its right side (the last line) at `x`, centred about `y`.
  func drawUpright(on canvas: inout some Canvas, left x: Double, center y: Double, color: Color) {
    for (index, line) in lines.enumerated() {
      let width = canvas.extents(of: line, font: font).width
      let baseline = x + extents.ascent + Double(index) * font.lineHeight
      canvas.text(line, at: Point(baseline, y + width / 2), font: font, color: color, angle: 90)
    }
  }
}
