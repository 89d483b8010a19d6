// Writing safetensors: the same arrays give the same bytes, and the file is there wholly or not at all.

internal import Basics
public import FileSystem

/// An array to store, row-major.
public enum SafetensorsArray: Hashable, Sendable {
  /// F32.
  case float32(Tensor)
  /// F64.
  case float64([Double], Shape)
  /// I64.
  case int64([Int64], Shape)
  /// U8.
  case uint8([UInt8], Shape)

  /// 64-bit words such as random keys and counters, kept bit by bit as I64; read them with `SafetensorsFile.words`.
  public static func words(_ words: [UInt64]) -> SafetensorsArray {
    .int64(words.map { Int64(bitPattern: $0) }, [words.count])
  }

  /// A list of numbers as F64 of shape `[count]`.
  public static func list(_ numbers: [Double]) -> SafetensorsArray { .float64(numbers, [numbers.count]) }

  /// The extents of the tensor, outermost first.
  public var shape: Shape {
    switch self {
    case .float32(let tensor): tensor.shape
    case .float64(_, let shape), .int64(_, let shape), .uint8(_, let shape): shape
    }
  }

  /// The type of the tensor's elements as the file has it.
  public var dtype: SafetensorsDtype {
    switch self {
    case .float32: .f32
    case .float64: .f64
    case .int64: .i64
    case .uint8: .u8
    }
  }

  fileprivate func append(to bytes: inout [UInt8]) {
    func add<Raw>(_ values: [Raw]) {
      precondition(values.count == shape.count, "Safetensors: \(values.count) elements do not fill \(shape)")
      values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    switch self {
    case .float32(let tensor): add(tensor.elements.map { $0.bitPattern.littleEndian })
    case .float64(let values, _): add(values.map { $0.bitPattern.littleEndian })
    case .int64(let values, _): add(values.map { $0.littleEndian })
    case .uint8(let values, _): add(values)
    }
  }
}

/// Writing named arrays in the safetensors format.
public enum Safetensors {
  /// Writes `arrays` to `path` in one step, see `AtomicFile`. Throws `FileError` and leaves the old file if it cannot.
  public static func write(
    _ arrays: [String: SafetensorsArray], metadata: [String: String] = [:], to path: String
  ) throws(FileError) {
    try AtomicFile.write(encode(arrays, metadata: metadata), to: path)
  }

  /// Writes Float32 `tensors`, each name once, to `path` in one step.
  public static func write(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to path: String
  ) throws(FileError) {
    var arrays: [String: SafetensorsArray] = [:]
    for (name, tensor) in tensors {
      precondition(arrays.updateValue(.float32(tensor), forKey: name) == nil, "Safetensors: two tensors named \(name)")
    }
    try write(arrays, metadata: metadata, to: path)
  }

  /// The bytes of the file. Arrays lie by element size, largest first, then by name, so that each is aligned to its
  /// elements; the header is padded with spaces to a multiple of 8 bytes.
  public static func encode(_ arrays: [String: SafetensorsArray], metadata: [String: String] = [:]) -> [UInt8] {
    let order = arrays.sorted { a, b in
      a.value.dtype.size != b.value.dtype.size ? a.value.dtype.size > b.value.dtype.size : a.key < b.key
    }
    var fields: [String] = []
    if !metadata.isEmpty {
      let entries = metadata.sorted { $0.key < $1.key }.map { JSON.quoted($0.key) + ":" + JSON.quoted($0.value) }
      fields.append(JSON.quoted(SafetensorsHeader.metadataName) + ":{" + entries.joined(separator: ",") + "}")
    }
    var offset = 0
    for (name, array) in order {
      precondition(name != SafetensorsHeader.metadataName, "Safetensors: \(name) is reserved")
      let end = offset + array.shape.count * array.dtype.size
      let shape = array.shape.dimensions.map(String.init).joined(separator: ",")
      fields.append(
        JSON.quoted(name)
          + ":{\"dtype\":\"\(array.dtype.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array(("{" + fields.joined(separator: ",") + "}").utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    precondition(header.count <= SafetensorsHeader.limit, "Safetensors: a header of \(header.count) bytes is too long")

    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + offset)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes += header
    for (_, array) in order { array.append(to: &bytes) }
    return bytes
  }
}
