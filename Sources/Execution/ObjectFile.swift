// What a compiled Swift file asks the linker for: the section that swift-autolink-extract reads, in ELF files of 64 bits.

/// An object file that the Swift compiler wrote.
struct ObjectFile {
  private let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The linker's options in the file, such as `-lFoundation`, each once; nil for what is no such file.
  var linkerOptions: [String]? {
    guard bytes.count >= 64, bytes[0..<6].elementsEqual([0x7F, 0x45, 0x4C, 0x46, 2, 1]),  // "\u{7F}ELF", 64 bits, little
      let table = number(40, 8), let entry = number(58, 2), let count = number(60, 2), let names = number(62, 2),
      let text = section(table + names * entry)
    else { return nil }
    var options: [String] = []
    for index in 0..<count {
      guard let header = number(table + index * entry, 4), let found = section(table + index * entry) else {
        return nil
      }
      guard name(text, header) == ".swift1_autolink_entries" else { continue }
      for option in bytes[found].split(separator: 0) {
        let option = String(decoding: option, as: UTF8.self)
        if !options.contains(option) { options.append(option) }
      }
    }
    return options
  }

  /// The names that the file uses and does not define; nil for what is no such file.
  var undefinedSymbols: [String]? {
    guard let table = number(40, 8), let entry = number(58, 2), let count = number(60, 2) else { return nil }
    let headers = (0..<count).map { table + $0 * entry }
    guard let symbols = headers.first(where: { number($0 + 4, 4) == 2 }),  // SHT_SYMTAB
      let content = section(symbols), let link = number(symbols + 40, 4), headers.indices.contains(link),
      let text = section(headers[link])
    else { return nil }
    return stride(from: content.lowerBound + 24, to: content.upperBound - 23, by: 24).compactMap { place in
      guard number(place + 6, 2) == 0, let offset = number(place, 4) else { return nil }
      return name(text, offset)
    }
  }

  /// Where the content of the section lies whose header is at `header`.
  private func section(_ header: Int) -> Range<Int>? {
    guard let start = number(header + 24, 8), let size = number(header + 32, 8), start <= bytes.count else {
      return nil
    }
    // A section without bytes in the file (.bss) has a size all the same.
    return start..<min(start + min(size, bytes.count), bytes.count)
  }

  private func name(_ text: Range<Int>, _ offset: Int) -> String? {
    guard offset < text.count else { return nil }
    return String(decoding: bytes[text].dropFirst(offset).prefix { $0 != 0 }, as: UTF8.self)
  }

  /// A number of `size` bytes, the lowest first; nil beyond the end or beyond what a file can hold.
  private func number(_ place: Int, _ size: Int) -> Int? {
    guard place >= 0, place <= bytes.count - size else { return nil }
    let value = bytes[place..<place + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return value < 1 << 40 ? Int(value) : nil
  }
}
