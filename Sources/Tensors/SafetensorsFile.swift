// Reading safetensors: an 8-byte little-endian header length, a JSON header, raw little-endian arrays without gaps.
// https://huggingface.co/docs/safetensors, "Format"

internal import FileSystem

/// Type of the elements of a stored array, by its name in the format.
public enum SafetensorsDtype: String, Hashable, Sendable, CaseIterable {
  case f64 = "F64"
  case f32 = "F32"
  case f16 = "F16"
  case bf16 = "BF16"
  case i64 = "I64"
  case i32 = "I32"
  case u8 = "U8"
  case bool = "BOOL"

  /// Bytes an element.
  public var size: Int {
    switch self {
    case .f64, .i64: 8
    case .f32, .i32: 4
    case .f16, .bf16: 2
    case .u8, .bool: 1
    }
  }
}

/// A safetensors file in memory, its header checked: every array lies within the data, none overlap, no byte is left over.
public struct SafetensorsFile: Sendable {
  /// The file's path, or the name that was given with the bytes.
  public let name: String
  /// The `__metadata__` of the header.
  public let metadata: [String: String]
  /// Names of all arrays, sorted.
  public let names: [String]

  private let bytes: [UInt8]
  private let entries: [String: SafetensorsHeader.Entry]

  /// Reads `path` whole. Throws `FileError` if it cannot be read, `SafetensorsError` if it is not valid.
  public init(contentsOf path: String) throws {
    try self.init(bytes: try Files.read(path), name: path)
  }

  /// The file whose content is `bytes`; `name` stands for it in errors.
  public init(bytes: [UInt8], name: String) throws(SafetensorsError) {
    let header = try SafetensorsHeader(bytes: bytes, file: name)
    self.name = name
    self.bytes = bytes
    metadata = header.metadata
    entries = header.entries
    names = header.entries.keys.sorted()
  }

  /// Bytes of the header with its length: where the data begin.
  package static func headerCount(of bytes: [UInt8]) -> Int? {
    guard bytes.count >= 8, let n = Int(exactly: SafetensorsHeader.length(bytes)), n <= bytes.count - 8 else {
      return nil
    }
    return n + 8
  }

  /// Whether the file holds a tensor of this name.
  public func contains(_ name: String) -> Bool { entries[name] != nil }

  /// The extents of the tensor `name`. Throws `SafetensorsError.Problem.missing` if there is none.
  public func shape(of name: String) throws(SafetensorsError) -> Shape { try entry(name).shape }

  /// The type of the elements of the tensor `name`. Throws `SafetensorsError.Problem.missing` if there is none.
  public func dtype(of name: String) throws(SafetensorsError) -> SafetensorsDtype { try entry(name).dtype }

  /// The array `name` of any type as Float32: exact from F32, F16, BF16, U8 and BOOL (0 or 1), else rounded to nearest.
  public func tensor(_ name: String) throws(SafetensorsError) -> Tensor {
    let entry = try entry(name)
    let elements: [Float] =
      switch entry.dtype {
      case .f32: load(entry) { Float(bitPattern: UInt32(littleEndian: $0)) }
      case .f64: load(entry) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
      case .f16: load(entry) { Self.half(UInt16(littleEndian: $0)) }
      case .bf16: load(entry) { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
      case .i64: load(entry) { Float(Int64(littleEndian: $0)) }
      case .i32: load(entry) { Float(Int32(littleEndian: $0)) }
      case .u8: load(entry) { (byte: UInt8) in Float(byte) }
      case .bool: load(entry) { (byte: UInt8) in byte == 0 ? 0 : 1 }
      }
    return Tensor(elements, shape: entry.shape)
  }

  /// As `tensor(name)`, for an array that must have `shape`.
  public func tensor(_ name: String, shape: Shape) throws(SafetensorsError) -> Tensor {
    let found = try entry(name).shape
    if found != shape { throw SafetensorsError(file: self.name, tensor: name, .shape(found: found, needed: shape)) }
    return try tensor(name)
  }

  /// The elements of an F64 array, or of an F32 one widened.
  public func float64s(_ name: String) throws(SafetensorsError) -> [Double] {
    let entry = try entry(name)
    switch entry.dtype {
    case .f64: return load(entry) { Double(bitPattern: UInt64(littleEndian: $0)) }
    case .f32: return load(entry) { Double(Float(bitPattern: UInt32(littleEndian: $0))) }
    default: throw SafetensorsError(file: self.name, tensor: name, .dtype(found: entry.dtype, needed: "F64 or F32"))
    }
  }

  /// The elements of an I64 array, or of an I32, U8 or BOOL one widened.
  public func int64s(_ name: String) throws(SafetensorsError) -> [Int64] {
    let entry = try entry(name)
    switch entry.dtype {
    case .i64: return load(entry) { Int64(littleEndian: $0) }
    case .i32: return load(entry) { Int64(Int32(littleEndian: $0)) }
    case .u8: return load(entry) { (byte: UInt8) in Int64(byte) }
    case .bool: return load(entry) { (byte: UInt8) in byte == 0 ? 0 : 1 }
    default:
      throw SafetensorsError(file: self.name, tensor: name, .dtype(found: entry.dtype, needed: "an integer dtype"))
    }
  }

  /// The 64-bit words that `SafetensorsArray.words` wrote: bit patterns of an I64 array.
  public func words(_ name: String) throws(SafetensorsError) -> [UInt64] {
    let entry = try entry(name)
    guard entry.dtype == .i64 else {
      throw SafetensorsError(file: self.name, tensor: name, .dtype(found: entry.dtype, needed: "I64"))
    }
    return load(entry) { UInt64(littleEndian: $0) }
  }

  /// The elements of a U8 or BOOL array.
  public func bytes(_ name: String) throws(SafetensorsError) -> [UInt8] {
    let entry = try entry(name)
    guard entry.dtype.size == 1 else {
      throw SafetensorsError(file: self.name, tensor: name, .dtype(found: entry.dtype, needed: "U8 or BOOL"))
    }
    return Array(bytes[entry.range])
  }

  private func entry(_ name: String) throws(SafetensorsError) -> SafetensorsHeader.Entry {
    guard let entry = entries[name] else {
      throw SafetensorsError(file: self.name, tensor: name, .missing(present: names))
    }
    return entry
  }

  private func load<Raw, Element>(_ entry: SafetensorsHeader.Entry, _ convert: (Raw) -> Element) -> [Element] {
    bytes.withUnsafeBytes { buffer in
      let data = UnsafeRawBufferPointer(rebasing: buffer[entry.range])
      let size = MemoryLayout<Raw>.size
      return [Element](unsafeUninitializedCapacity: entry.shape.count) { out, count in
        for i in 0..<entry.shape.count {
          out.initializeElement(at: i, to: convert(data.loadUnaligned(fromByteOffset: i * size, as: Raw.self)))
        }
        count = entry.shape.count
      }
    }
  }

  /// IEEE binary16 to binary32, exact: Float16 itself is not there on every platform.
  private static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = UInt32(bits >> 10 & 0x1F)
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0: return sign * Float(fraction) * 0x1p-24
    case 31: return Float(bitPattern: UInt32(bits & 0x8000) << 16 | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: UInt32(bits & 0x8000) << 16 | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
