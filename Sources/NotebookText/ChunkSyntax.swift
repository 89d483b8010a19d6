// What the scanner must know of a chunk of text ahead of its place: where signs stand that have a meaning, and which
// stretches are addresses and tags. Found in one pass, so that the scanner's cost grows as the text does.

/// Signs and addresses of a chunk.
struct ChunkSyntax {
  let text: [UInt8]
  /// Where `$`, `[`, `]` and `@` stand, in order, outside code, addresses and tags, not behind a backslash.
  private(set) var dollars: [Int] = []
  private(set) var opens: [Int] = []
  private(set) var closes: [Int] = []
  private(set) var ats: [Int] = []
  /// Addresses of links and pictures in their brackets, bare addresses, tags and comments.
  private(set) var addresses: [Range<Int>] = []
  private(set) var backticks: [Int] = []
  /// Where runs of backticks begin, by their length.
  private var runs: [Int: [Int]] = [:]

  init(text: [UInt8]) {
    self.text = text
    findBackticks()
    var place = 0
    while place < text.count { place = read(place) }
  }

  private mutating func findBackticks() {
    var place = 0
    while place < text.count {
      guard text[place] == UInt8(ascii: "`") else {
        place += 1
        continue
      }
      let start = place
      while place < text.count, text[place] == UInt8(ascii: "`") {
        backticks.append(place)
        place += 1
      }
      runs[place - start, default: []].append(start)
    }
  }

  /// Notes what begins at `place` and returns where it ends.
  private mutating func read(_ place: Int) -> Int {
    switch text[place] {
    case UInt8(ascii: "\\"): return min(place + 2, text.count)
    case UInt8(ascii: "`"):
      var end = place
      while end < text.count, text[end] == UInt8(ascii: "`") { end += 1 }
      return closingRun(end - place, from: end).map { $0 + end - place } ?? end
    case UInt8(ascii: "$"):
      let run = run(of: UInt8(ascii: "$"), at: place)
      if run > 2 { return place + run }
      if run == 2, let end = displayEnd(from: place + 2) { return end + 2 }
      dollars.append(place)
    case UInt8(ascii: "["): opens.append(place)
    case UInt8(ascii: "@"): ats.append(place)
    case UInt8(ascii: "]"):
      closes.append(place)
      if let end = linkTargetEnd(place + 1) { return add(place + 1..<end) }
    case UInt8(ascii: "<"): if let end = markupEnd(place) { return add(place..<end) }
    case UInt8(ascii: "h"), UInt8(ascii: "f"), UInt8(ascii: "w"):
      if let end = bareAddressEnd(place) { return add(place..<end) }
    default: break
    }
    return place + 1
  }

  private mutating func add(_ address: Range<Int>) -> Int {
    addresses.append(address)
    return address.upperBound
  }

  // MARK: Looking ahead

  /// The first of `places` that is at or behind `start`.
  static func next(_ places: [Int], from start: Int) -> Int? {
    let index = places.partitioningIndex { $0 >= start }
    return index < places.count ? places[index] : nil
  }

  /// The end of the address or tag that begins at `place`.
  func addressEnd(_ place: Int) -> Int? {
    let index = addresses.partitioningIndex { $0.lowerBound >= place }
    return index < addresses.count && addresses[index].lowerBound == place ? addresses[index].upperBound : nil
  }

  /// Whether the address of a link or picture, with its brackets, ends before `place`.
  func endsAddress(_ place: Int) -> Bool {
    let index = addresses.partitioningIndex { $0.upperBound >= place }
    return index < addresses.count && addresses[index].upperBound == place && text[place - 1] == UInt8(ascii: ")")
  }

  /// The next run of exactly `length` backticks.
  func closingRun(_ length: Int, from start: Int) -> Int? { runs[length].flatMap { Self.next($0, from: start) } }

  func starts(_ prefix: StaticString, at place: Int) -> Bool {
    guard place >= 0, place + prefix.utf8CodeUnitCount <= text.count else { return false }
    return prefix.withUTF8Buffer { text[place..<place + $0.count].elementsEqual($0) }
  }

  /// How often `byte` stands in a row from `start` on.
  func run(of byte: UInt8, at start: Int) -> Int { text[start...].prefix { $0 == byte }.count }

  /// The first place at or behind `start` of exactly two dollars, not behind a backslash.
  func displayEnd(from start: Int) -> Int? {
    var place = start
    while let dollars = find("$$", from: place) {
      let run = run(of: UInt8(ascii: "$"), at: dollars)
      if run == 2 { return dollars }
      place = dollars + run
    }
    return nil
  }

  /// The first place at or behind `start` where `mark` stands, not behind a backslash.
  func find(_ mark: StaticString, from start: Int) -> Int? {
    var place = start
    while place < text.count {
      if starts(mark, at: place) { return place }
      place += text[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  // MARK: Addresses

  /// The end of `(address "title")`, as CommonMark has it behind a link's `]`.
  private func linkTargetEnd(_ start: Int) -> Int? {
    guard byte(start) == UInt8(ascii: "(") else { return nil }
    var place = skippingBlanks(start + 1)
    guard let end = destinationEnd(place) else { return nil }
    place = skippingBlanks(end)
    if place > end, let quote = byte(place), let closing = Self.closingQuote(quote) {
      guard let close = quoteEnd(place + 1, closing) else { return nil }
      place = skippingBlanks(close + 1)
    }
    return byte(place) == UInt8(ascii: ")") ? place + 1 : nil
  }

  private static func closingQuote(_ quote: UInt8) -> UInt8? {
    switch quote {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): quote
    case UInt8(ascii: "("): UInt8(ascii: ")")
    default: nil
    }
  }

  private func quoteEnd(_ start: Int, _ closing: UInt8) -> Int? {
    var place = start
    while let next = byte(place), place - start < 2000 {
      if next == closing { return place }
      place += next == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  private func destinationEnd(_ start: Int) -> Int? {
    var place = start
    if byte(place) == UInt8(ascii: "<") {
      place += 1
      while let next = byte(place), next != UInt8(ascii: "\n"), next != UInt8(ascii: "<") {
        if next == UInt8(ascii: ">") { return place + 1 }
        place += next == UInt8(ascii: "\\") ? 2 : 1
      }
      return nil
    }
    var depth = 0
    while let next = byte(place), next > 32, next != 127 {
      if next == UInt8(ascii: "(") { depth += 1 }
      if next == UInt8(ascii: ")") {
        if depth == 0 { return place }
        depth -= 1
      }
      if depth > 32 { return nil }
      place += next == UInt8(ascii: "\\") ? 2 : 1
    }
    return depth == 0 ? min(place, text.count) : nil
  }

  /// The end of an address in the middle of text, which becomes a link by itself.
  private func bareAddressEnd(_ start: Int) -> Int? {
    if start > 0, text[start - 1].isLetterOrDigit { return nil }
    var place: Int?
    for scheme: StaticString in ["https://", "http://", "ftp://", "www."] where starts(scheme, at: start) {
      place = start + scheme.utf8CodeUnitCount
    }
    guard var place, let host = byte(place), host.isLetterOrDigit || host >= 0x80 else { return nil }
    while let next = byte(place), !next.isSpace, next != UInt8(ascii: "<"), next != UInt8(ascii: "|") { place += 1 }
    return place
  }

  // MARK: Tags

  /// The end of `<tag …>`, `</tag>`, `<!-- … -->`, `<https://…>` and `<a@b.org>`.
  private func markupEnd(_ start: Int) -> Int? {
    if starts("<!--", at: start) { return find("-->", from: start + 4).map { $0 + 3 } ?? text.count }
    var place = start + 1
    let isClosing = byte(place) == UInt8(ascii: "/")
    if isClosing { place += 1 }
    guard let first = byte(place), first.isLetter else { return isClosing ? nil : angleAddressEnd(start + 1) }
    while let next = byte(place), next.isLetterOrDigit || next == UInt8(ascii: "-") { place += 1 }
    while !isClosing, let end = attributeEnd(place) { place = end }
    place = skippingBlanks(place)
    if !isClosing, byte(place) == UInt8(ascii: "/") { place += 1 }
    if byte(place) == UInt8(ascii: ">") { return place + 1 }
    return isClosing ? nil : angleAddressEnd(start + 1)
  }

  /// The end of blanks and an attribute, `name`, `name=value` or `name="value"`.
  private func attributeEnd(_ start: Int) -> Int? {
    var place = skippingBlanks(start)
    guard place > start, let first = byte(place), first.isLetter || "_:".utf8.contains(first) else { return nil }
    while let next = byte(place), next.isLetterOrDigit || "_.:-".utf8.contains(next) { place += 1 }
    let equals = skippingBlanks(place)
    guard byte(equals) == UInt8(ascii: "=") else { return place }
    place = skippingBlanks(equals + 1)
    guard let quote = byte(place) else { return nil }
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      return text[(place + 1)...].prefix(2000).firstIndex(of: quote).map { $0 + 1 }
    }
    let value = place
    while let next = byte(place), !next.isSpace, !"\"'=<>`".utf8.contains(next) { place += 1 }
    return place > value ? place : nil
  }

  /// The end of `scheme:address>` or `name@host>`.
  private func angleAddressEnd(_ start: Int) -> Int? {
    var place = start
    var isAddress = false
    while let next = byte(place), next > 32, next != UInt8(ascii: "<") {
      if next == UInt8(ascii: ">") { return isAddress && place > start ? place + 1 : nil }
      if next == UInt8(ascii: ":") || next == UInt8(ascii: "@"), place > start { isAddress = true }
      place += 1
    }
    return nil
  }

  private func skippingBlanks(_ start: Int) -> Int {
    var place = start
    while let next = byte(place), next.isSpace { place += 1 }
    return place
  }

  private func byte(_ place: Int) -> UInt8? { place >= 0 && place < text.count ? text[place] : nil }
}
