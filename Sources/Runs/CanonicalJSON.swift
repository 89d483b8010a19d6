// Values as JSON with one text for equal values, and back without losing a bit.
//
// Doubles and Floats are written with the fewest digits that read back as the same number. JSON has no NaN and no
// infinities: they are the strings "NaN", "Infinity" and "-Infinity". All NaNs are one; −0 stays −0. An optional that
// is nil is left out, so a new optional field of a recipe leaves the keys of old runs as they are.

package import Basics

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

enum CanonicalJSON {
  /// `value` as a tree; `canonical` of it is its one text.
  static func tree(of value: some Encodable) throws -> JSON {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try JSON(parsing: encoder.encode(value))
  }

  /// The value that `tree` holds.
  static func value<T: Decodable>(_ type: T.Type, from tree: JSON) throws -> T {
    try value(type, from: Array(tree.canonical.utf8))
  }

  /// The value that the JSON text `bytes` holds.
  static func value<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try decoder.decode(type, from: Data(bytes))
  }

  /// Where and why `error` says that a value could not be decoded, in one line.
  static func explain(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
      return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
    }
    switch error {
    case .keyNotFound(let key, _): return "the field \(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      return place(context)
    @unknown default: return "\(error)"
    }
  }
}

extension Digest {
  /// SHA-256 of the canonical JSON of `value`: equal values, equal digest.
  package static func sha256(of value: some Encodable) throws -> String {
    sha256(try CanonicalJSON.tree(of: value).canonical)
  }
}
