// A value as lines of "path: text", to show and to compare field by field.

internal import Basics

package enum FlatFields {
  /// Longer texts are cut, and end in a digest of the whole.
  private static let limit = 160

  /// The fields of `value`'s JSON by their path: `["attack.pgd.steps": "10"]`. A list of plain values is one field.
  package static func of(_ value: some Encodable) throws -> [String: String] {
    var fields: [String: String] = [:]
    add(try CanonicalJSON.tree(of: value), "", &fields)
    return fields
  }

  private static func add(_ tree: JSON, _ path: String, _ fields: inout [String: String]) {
    func under(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
    switch tree {
    case .object(let members) where !members.isEmpty:
      for member in members { add(member.value, under(member.name), &fields) }
    case .array(let items) where items.contains(where: \.isContainer):
      for (index, item) in items.enumerated() { add(item, under("\(index + 1)"), &fields) }
    case .string(let text): fields[path] = short(text)
    default: fields[path] = short(tree.canonical)
    }
  }

  private static func short(_ text: String) -> String {
    text.utf8.count <= limit ? text : "\(text.prefix(limit - 24))… (\(Digest.sha256(text).prefix(10)))"
  }
}

extension JSON {
  fileprivate var isContainer: Bool {
    switch self {
    case .object, .array: true
    default: false
    }
  }
}
