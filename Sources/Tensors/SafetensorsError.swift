// What can be wrong with a safetensors file, naming the file and the tensor.

internal import Basics

/// A file that is not valid safetensors, or that does not hold what was asked for.
public struct SafetensorsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as it was named when it was opened.
  public let file: String
  /// The tensor concerned; nil when the file as a whole is wrong.
  public let tensor: String?
  /// What is wrong.
  public let problem: Problem

  /// The ways in which a file can be wrong, each with the numbers that show it.
  public enum Problem: Hashable, Sendable {
    /// Fewer bytes than the header's length and the header need.
    case truncatedHeader(bytes: Int, needed: UInt64)
    /// A header longer than the format allows.
    case headerTooLong(bytes: UInt64, limit: UInt64)
    /// A header that is not the JSON that the format asks for; the offset counts from the start of the file.
    case header(String, offset: Int)
    /// Two tensors, or two metadata entries, of one name.
    case duplicateName
    /// An entry without, with a wrong or with an unknown field.
    case field(String)
    /// A type of element that this reader does not know.
    case unknownDtype(String)
    /// More elements or bytes than a 64-bit number holds.
    case sizeOverflow([Int])
    /// A byte range whose length is not what shape and type need.
    case sizeMismatch(range: Int, needed: Int)
    /// A byte range outside the data.
    case outOfBounds(begin: Int, end: Int, available: Int)
    /// A byte range that shares bytes with that of another tensor.
    case overlap(with: String)
    /// Bytes of the data that belong to no tensor.
    case gap(begin: Int, end: Int)
    /// No tensor of this name; the names that there are.
    case missing(present: [String])
    /// A tensor of another type than the one asked for.
    case dtype(found: SafetensorsDtype, needed: String)
    /// A tensor of another shape than the one asked for.
    case shape(found: Shape, needed: Shape)
  }

  /// A problem of `file`, at `tensor` where it is that of one tensor alone.
  public init(file: String, tensor: String? = nil, _ problem: Problem) {
    self.file = file
    self.tensor = tensor
    self.problem = problem
  }

  /// One line that names the file, the tensor, and the numbers that do not fit.
  public var description: String {
    let place = tensor.map { "\(file): tensor \(JSON.quoted($0))" } ?? file
    switch problem {
    case .truncatedHeader(let bytes, let needed):
      return "\(place): not a safetensors file: \(bytes) bytes, but the header alone needs \(needed)"
    case .headerTooLong(let bytes, let limit):
      return "\(place): not a safetensors file: a header of \(bytes) bytes, at most \(limit) are allowed"
    case .header(let message, let offset): return "\(place): bad safetensors header: \(message) at byte \(offset)"
    case .duplicateName: return "\(place) appears twice in the header"
    case .field(let message): return "\(place): \(message)"
    case .unknownDtype(let name):
      let known = SafetensorsDtype.allCases.map(\.rawValue).joined(separator: ", ")
      return "\(place) has the unknown dtype \(JSON.quoted(name)); known are \(known)"
    case .sizeOverflow(let dimensions): return "\(place): the shape \(dimensions) has more bytes than can be counted"
    case .sizeMismatch(let range, let needed):
      return "\(place) has \(range) bytes, but its shape and dtype need \(needed)"
    case .outOfBounds(let begin, let end, let available):
      return "\(place) is at bytes \(begin)..<\(end) of the data, but there are only \(available); is the file cut off?"
    case .overlap(let other): return "\(place) shares bytes with tensor \(JSON.quoted(other))"
    case .gap(let begin, let end): return "\(place): bytes \(begin)..<\(end) of the data belong to no tensor"
    case .missing(let present):
      let shown = present.prefix(8).joined(separator: ", ") + (present.count > 8 ? ", …" : "")
      return "\(place) is missing; the file has \(present.isEmpty ? "no tensors" : shown)"
    case .dtype(let found, let needed): return "\(place) is \(found.rawValue), but \(needed) is needed"
    case .shape(let found, let needed): return "\(place) has shape \(found), but \(needed) is needed"
    }
  }
}
