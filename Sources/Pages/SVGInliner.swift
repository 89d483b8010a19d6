// An SVG file as part of a page: names of its own, so that two figures of one page do not share glyphs or clips.

internal import NotebookText

enum SVGInliner {
  /// The `<svg>` element of a file with every id prefixed and `title` for its accessible name, or nil when there is none.
  ///
  /// The style variable `--natural` is the width that the file gives: below some share of it text cannot be read.
  static func inline(_ file: String, prefix: String, title: String) -> String? {
    guard let start = file.firstRange(of: "<svg"), let end = file.ranges(of: "</svg>").last else { return nil }
    var svg = String(file[start.lowerBound..<end.upperBound])
    svg = svg.replacing(#/(\s)id="([^"]*)"/#) { "\($0.1)id=\"\(prefix)-\($0.2)\"" }
    svg = svg.replacing(#/href="#([^"]*)"/#) { "href=\"#\(prefix)-\($0.1)\"" }
    svg = svg.replacing(#/url\(#([^)]*)\)/#) { "url(#\(prefix)-\($0.1))" }
    let head = svg.prefix { $0 != ">" }
    let natural = head.firstMatch(of: #/\swidth="([0-9.]+(pt|px)?)"/#)
      .map { " style=\"--natural:\($0.1)\($0.2 == nil ? "px" : "")\"" }
    let attributes = head.dropFirst(4).replacing(#/\s(role|aria-label|style)="[^"]*"/#, with: "")
    return "<svg role=\"img\" aria-label=\"\(HTML.escape(title))\"\(natural ?? "")\(attributes)"
      + svg[head.endIndex...]
  }
}
