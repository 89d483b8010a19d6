// A document of YAML as a tree whose nodes know where they stand.

/// A place in a text of YAML.
package struct YAMLMark: Hashable, Sendable {
  /// 1 for the first line.
  package var line: Int
  /// 1 for the first character of a line; counts Unicode scalars.
  package var column: Int

  package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }
}

/// A scalar, a sequence or a mapping of YAML 1.1 with the place where it begins.
package indirect enum YAMLNode: Sendable {
  case scalar(Scalar)
  case sequence([YAMLNode], YAMLMark)
  /// Keys and values in the order of the text; keys that are scalars differ from each other.
  case mapping([(key: YAMLNode, value: YAMLNode)], YAMLMark)

  /// One text value, as it was written.
  package struct Scalar: Sendable {
    package var string: String
    /// Written without quotes, and neither as a block nor under a tag: only then may it mean null, a number or a flag.
    package var isPlain: Bool
    package var mark: YAMLMark

    /// Whether it is nothing: empty, `~` or `null`.
    package var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(string) }

    /// true, yes, on or false, no, off, in whatever case; nil for any other text.
    package var bool: Bool? {
      guard isPlain else { return nil }
      switch string.lowercased() {
      case "true", "yes", "on": return true
      case "false", "no", "off": return false
      default: return nil
      }
    }
  }

  /// Where the node begins; for an alias, where what it stands for begins.
  package var mark: YAMLMark {
    switch self {
    case .scalar(let scalar): scalar.mark
    case .sequence(_, let mark), .mapping(_, let mark): mark
    }
  }

  /// The text of a scalar; nil for a sequence or a mapping.
  package var string: String? {
    guard case .scalar(let scalar) = self else { return nil }
    return scalar.string
  }
}

/// Why a text is not one document of YAML, and where.
package enum YAMLError: Error, Hashable, Sendable {
  /// libyaml's words for what it found.
  case syntax(String, YAMLMark)
  /// The key stands twice in one mapping; the place is that of the first.
  case duplicateKey(String, YAMLMark)
}
