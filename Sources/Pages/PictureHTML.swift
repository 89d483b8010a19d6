// Pictures of the text with a label, a size or its like, as HTML.

internal import NotebookText

extension MarkdownHTML {
  /// A paragraph that is a picture with a label, and nothing else but perhaps the link around it: a figure with its number
  /// and its words below. Nil for other paragraphs.
  func figure(_ inlines: [MarkdownInline]) throws -> String? {
    guard inlines.count == 1 else { return nil }
    switch inlines[0].content {
    case .picture(let picture):
      guard let label = picture.label else { return nil }
      return try figure(label, picture, image(picture))
    case .link(let address, let title, let inner):
      guard inner.count == 1, case .picture(let picture) = inner[0].content, let label = picture.label else {
        return nil
      }
      let image = image(picture)
      if !RawHTML.isSafe(address: address) { return try figure(label, picture, image) }
      let link = "<a href=\"\(Self.escapedAddress(address))\"\(Self.attribute("title", title))>\(image)</a>"
      return try figure(label, picture, link)
    default: return nil
    }
  }

  private func figure(_ label: String, _ picture: MarkdownPicture, _ image: String) throws -> String {
    let caption = try caption(label, picture)
    return "<figure class=\"picture\" id=\"\(HTML.escape(label))\"><div class=\"plate\">\(image)</div>"
      + (caption.isEmpty ? "" : "<figcaption>\(caption)</figcaption>") + "</figure>\n"
  }

  /// "Figure 3. Words."
  private func caption(_ label: String, _ picture: MarkdownPicture) throws -> String {
    let number = figureNumber(label).map { "<b>\(HTML.escape($0)).</b>" } ?? ""
    return [number, try html(picture.words)].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// A picture in running text, with its number and words behind it if it has a label.
  func html(_ picture: MarkdownPicture) throws -> String {
    guard let label = picture.label else { return image(picture) }
    return
      "<span class=\"picture\" id=\"\(HTML.escape(label))\">\(image(picture)) \(try caption(label, picture))</span>"
  }

  private func image(_ picture: MarkdownPicture) -> String {
    let source = self.picture(picture.address)
    let words = picture.alternative.map { HTML.escape($0) } ?? description(picture.words)
    var image = "<img src=\"\(RawHTML.isSafe(picture: source) ? Self.escapedAddress(source) : "")\" alt=\"\(words)\""
    image += Self.attribute("title", picture.title)
    // Browsers read pixels and shares from attributes; other lengths are CSS.
    var style: [String] = []
    for (name, size) in [("width", picture.width), ("height", picture.height)] {
      guard let size else { continue }
      let plain = size.hasSuffix("px") ? String(size.dropLast(2)) : size
      if plain.allSatisfy({ $0.isNumber || $0 == "%" }) {
        image += " \(name)=\"\(plain)\""
      } else {
        style.append("\(name): \(size)")
      }
    }
    switch picture.alignment {
    case .left: style.append("display: block; margin: 0 auto 0 0")
    case .center: style.append("display: block; margin: 0 auto")
    case .right: style.append("display: block; margin: 0 0 0 auto")
    case nil: break
    }
    return image + (style.isEmpty ? "" : " style=\"\(style.joined(separator: "; "))\"") + " />"
  }
}
