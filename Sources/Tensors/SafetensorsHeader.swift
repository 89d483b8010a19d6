// The header of a safetensors file, with every check that a hostile or damaged file calls for.

internal import Basics

/// Names, types, shapes and places of the arrays of a file.
struct SafetensorsHeader {
  struct Entry {
    let dtype: SafetensorsDtype
    let shape: Shape
    /// Bytes of the file.
    let range: Range<Int>
  }

  /// Longest header the format allows, bytes.
  static let limit: UInt64 = 100_000_000
  static let metadataName = "__metadata__"

  private(set) var entries: [String: Entry] = [:]
  private(set) var metadata: [String: String] = [:]

  /// The header's length as the first 8 of `bytes` say it.
  static func length(_ bytes: [UInt8]) -> UInt64 { bytes[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) } }

  init(bytes: [UInt8], file: String) throws(SafetensorsError) {
    if bytes.count < 8 { throw SafetensorsError(file: file, .truncatedHeader(bytes: bytes.count, needed: 8)) }
    let length = Self.length(bytes)
    if length > Self.limit { throw SafetensorsError(file: file, .headerTooLong(bytes: length, limit: Self.limit)) }
    if length > bytes.count - 8 {
      throw SafetensorsError(file: file, .truncatedHeader(bytes: bytes.count, needed: length + 8))
    }
    let start = 8 + Int(length)
    if length == 0 || bytes[8] != UInt8(ascii: "{") {
      throw SafetensorsError(file: file, .header("it does not begin with {", offset: 8))
    }
    let json: JSON
    do throws(JSON.Failure) {
      json = try JSON(parsing: bytes[8..<start])
    } catch {
      if let name = error.repeatedName { throw SafetensorsError(file: file, tensor: name, .duplicateName) }
      throw SafetensorsError(file: file, .header(error.message, offset: 8 + error.offset))
    }
    guard case .object(let members) = json else {
      throw SafetensorsError(file: file, .header("it is not an object", offset: 8))
    }
    var ranges: [(range: Range<Int>, name: String)] = []
    for member in members {
      if member.name == Self.metadataName {
        metadata = try Self.metadata(member.value, file: file)
        continue
      }
      let entry = try Self.entry(member, file: file, start: start, available: bytes.count - start)
      entries[member.name] = entry
      ranges.append((entry.range, member.name))
    }
    try Self.checkCover(ranges, file: file, start: start, end: bytes.count)
  }

  private static func metadata(_ json: JSON, file: String) throws(SafetensorsError) -> [String: String] {
    guard case .object(let members) = json else {
      throw SafetensorsError(file: file, tensor: metadataName, .field("is not an object of strings"))
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard let text = member.value.string else {
        throw SafetensorsError(
          file: file, tensor: metadataName, .field("the value of \(JSON.quoted(member.name)) is not a string"))
      }
      metadata[member.name] = text
    }
    return metadata
  }

  private static func entry(_ member: JSON.Member, file: String, start: Int, available: Int) throws(SafetensorsError)
    -> Entry
  {
    func bad(_ problem: SafetensorsError.Problem) -> SafetensorsError {
      SafetensorsError(file: file, tensor: member.name, problem)
    }
    guard case .object(let fields) = member.value else { throw bad(.field("is not an object")) }
    if let unknown = fields.first(where: { !["dtype", "shape", "data_offsets"].contains($0.name) }) {
      throw bad(.field("unknown field \(JSON.quoted(unknown.name))"))
    }
    guard let dtypeName = member.value["dtype"]?.string else { throw bad(.field("dtype is missing or not a string")) }
    guard let dtype = SafetensorsDtype(rawValue: dtypeName) else { throw bad(.unknownDtype(dtypeName)) }
    guard let dimensions = counts(member.value["shape"]) else {
      throw bad(.field("shape is missing or not a list of counts"))
    }
    guard let offsets = counts(member.value["data_offsets"]), offsets.count == 2, offsets[0] <= offsets[1] else {
      throw bad(.field("data_offsets is missing or not [begin, end] with begin ≤ end"))
    }
    // The product without zeros, so that no partial product of a Shape can overflow later.
    var needed = dtype.size
    for extent in dimensions where extent > 0 {
      let (product, overflow) = needed.multipliedReportingOverflow(by: extent)
      if overflow { throw bad(.sizeOverflow(dimensions)) }
      needed = product
    }
    if dimensions.contains(0) { needed = 0 }
    if offsets[1] > available {
      throw bad(.outOfBounds(begin: offsets[0], end: offsets[1], available: available))
    }
    if offsets[1] - offsets[0] != needed { throw bad(.sizeMismatch(range: offsets[1] - offsets[0], needed: needed)) }
    return Entry(dtype: dtype, shape: Shape(dimensions), range: start + offsets[0]..<start + offsets[1])
  }

  /// A list of numbers that are at least 0; nil for anything else.
  private static func counts(_ json: JSON?) -> [Int]? {
    guard case .array(let values)? = json else { return nil }
    var counts: [Int] = []
    for value in values {
      guard let count = value.int, count >= 0 else { return nil }
      counts.append(count)
    }
    return counts
  }

  /// Every byte of `start..<end` belongs to exactly one range.
  private static func checkCover(_ ranges: [(range: Range<Int>, name: String)], file: String, start: Int, end: Int)
    throws(SafetensorsError)
  {
    let sorted = ranges.sorted {
      ($0.range.lowerBound, $0.range.upperBound, $0.name) < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
    var covered = start
    var last = ""
    for (range, name) in sorted {
      if range.lowerBound < covered { throw SafetensorsError(file: file, tensor: name, .overlap(with: last)) }
      if range.lowerBound > covered {
        throw SafetensorsError(file: file, .gap(begin: covered - start, end: range.lowerBound - start))
      }
      covered = range.upperBound
      last = name
    }
    if covered < end { throw SafetensorsError(file: file, .gap(begin: covered - start, end: end - start)) }
  }
}
