// libyaml's events put together to a tree.

internal import CYAML

extension YAMLNode {
  /// The one document that `text` is, or nil for a text without any.
  ///
  /// Aliases are replaced by what they stand for. Throws `YAMLError` for what is no YAML, for a second document, for a
  /// key given twice in a mapping, and for more than 100 levels.
  package init?(yaml text: String) throws(YAMLError) {
    let events = EventStream(text)
    _ = try events.next()  // the stream's start
    if try events.next().type == YAML_STREAM_END_EVENT { return nil }
    var composer = Composer(events: events)
    self = try composer.node(from: try events.next())
    _ = try events.next()  // the document's end
    let rest = try events.next()
    guard rest.type == YAML_STREAM_END_EVENT else { throw .syntax("but found another document", rest.mark) }
  }
}

/// Builds nodes in the order of the events.
private struct Composer {
  private static let deepest = 100

  let events: EventStream
  private var anchors: [String: YAMLNode] = [:]
  private var depth = 0

  init(events: EventStream) { self.events = events }

  mutating func node(from event: Event) throws(YAMLError) -> YAMLNode {
    if event.type == YAML_ALIAS_EVENT {
      guard let known = anchors[event.anchor ?? ""] else { throw .syntax("found undefined alias", event.mark) }
      return known
    }
    let node: YAMLNode
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw .syntax("more than \(Self.deepest) levels", event.mark) }
    switch event.type {
    case YAML_SEQUENCE_START_EVENT: node = .sequence(try sequence(), event.mark)
    case YAML_MAPPING_START_EVENT: node = .mapping(try mapping(), event.mark)
    default: node = .scalar(event.scalar)
    }
    if let anchor = event.anchor { anchors[anchor] = node }
    return node
  }

  private mutating func sequence() throws(YAMLError) -> [YAMLNode] {
    var nodes: [YAMLNode] = []
    var event = try events.next()
    while event.type != YAML_SEQUENCE_END_EVENT {
      nodes.append(try node(from: event))
      event = try events.next()
    }
    return nodes
  }

  private mutating func mapping() throws(YAMLError) -> [(key: YAMLNode, value: YAMLNode)] {
    var pairs: [(key: YAMLNode, value: YAMLNode)] = []
    var first: [String: YAMLMark] = [:]
    var event = try events.next()
    while event.type != YAML_MAPPING_END_EVENT {
      let key = try node(from: event)
      pairs.append((key, try node(from: try events.next())))
      if let name = key.string {
        if let mark = first[name] { throw .duplicateKey(name, mark) }
        first[name] = key.mark
      }
      event = try events.next()
    }
    return pairs
  }
}

/// The parts of a libyaml event that a tree is made of.
private struct Event {
  let type: yaml_event_type_t
  let mark: YAMLMark
  var anchor: String?
  private var text = ""
  private var isPlain = false

  init(_ event: yaml_event_t) {
    type = event.type
    mark = YAMLMark(event.start_mark)
    switch type {
    case YAML_ALIAS_EVENT: anchor = Self.string(event.data.alias.anchor)
    case YAML_SEQUENCE_START_EVENT: anchor = Self.string(event.data.sequence_start.anchor)
    case YAML_MAPPING_START_EVENT: anchor = Self.string(event.data.mapping_start.anchor)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      anchor = Self.string(scalar.anchor)
      // A scalar may hold NUL, hence its length.
      text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
    default: break
    }
  }

  var scalar: YAMLNode.Scalar { YAMLNode.Scalar(string: text, isPlain: isPlain, mark: mark) }

  private static func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    text.map { String(cString: $0) }
  }
}

/// The events of one text.
private final class EventStream {
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let bytes: UnsafeMutableBufferPointer<UInt8>

  init(_ text: String) {
    bytes = .allocate(capacity: text.utf8.count)
    _ = bytes.initialize(from: text.utf8)
    parser.initialize(to: yaml_parser_t())
    precondition(yaml_parser_initialize(parser) == 1, "no memory for a YAML parser")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    bytes.deallocate()
  }

  func next() throws(YAMLError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
    defer { yaml_event_delete(&event) }
    return Event(event)
  }

  private var problem: YAMLError {
    let words = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be read"
    guard parser.pointee.error == YAML_READER_ERROR else {
      return .syntax(words, YAMLMark(parser.pointee.problem_mark))
    }
    // The reader knows only how many bytes it had read.
    let before = String(decoding: bytes.prefix(parser.pointee.problem_offset), as: UTF8.self)
    let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
    return .syntax(words, YAMLMark(line: lines.count, column: lines.last!.unicodeScalars.count + 1))
  }
}

extension YAMLMark {
  fileprivate init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
}
