// Terms of an objective in JSON: an object with the term's kind as its only member.

extension Objective.Term: Codable {
  /// A kind's word: one of the formulas', or that of a term in code.
  private struct Kind: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ word: String) { stringValue = word }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }

    static let crossEntropy = Kind("crossEntropy"), loss = Kind("loss"), pair = Kind("pair")
    static let consistency = Kind("consistency")
  }

  /// The words of all kinds that can be read.
  package static var kinds: [String] {
    [Kind.crossEntropy, .loss, .pair, .consistency].map(\.stringValue) + CustomTerm.words
  }

  /// The formula, where there is one.
  var tape: Tape? {
    switch self {
    case .crossEntropy, .custom: nil
    case .loss(let loss): loss.tape
    case .pair(let loss): loss.tape
    case .consistency(let loss): loss.divergence.tape
    }
  }

  /// Throws `DecodingError` unless there is exactly one member, of a kind that is known.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Kind.self)
    guard container.allKeys.count == 1, let kind = container.allKeys.first else {
      throw Self.unknown("an object with \(container.allKeys.count) members", decoder)
    }
    switch kind.stringValue {
    case Kind.crossEntropy.stringValue:
      guard try container.decode(Bool.self, forKey: kind) else {
        throw DecodingError.dataCorruptedError(
          forKey: kind, in: container, debugDescription: "it is true, or the term is left out")
      }
      self = .crossEntropy
    case Kind.loss.stringValue: self = .loss(try container.decode(TracedLoss.self, forKey: kind))
    case Kind.pair.stringValue: self = .pair(try container.decode(TracedPairLoss.self, forKey: kind))
    case Kind.consistency.stringValue: self = .consistency(try container.decode(ConsistencyLoss.self, forKey: kind))
    default:
      guard let type = CustomTerm.type(kind.stringValue) else { throw Self.unknown(kind.stringValue, decoder) }
      self = .custom(CustomTerm(try container.decode(type, forKey: kind)))
    }
  }

  private static func unknown(_ found: String, _ decoder: any Decoder) -> DecodingError {
    .dataCorrupted(
      .init(
        codingPath: decoder.codingPath,
        debugDescription:
          "\(found) is no term; there are \(kinds.joined(separator: ", ")), and what CustomTerm.register made known"))
  }

  /// An object with the term's kind as its only member.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Kind.self)
    switch self {
    case .crossEntropy: try container.encode(true, forKey: .crossEntropy)
    case .loss(let loss): try container.encode(loss, forKey: .loss)
    case .pair(let loss): try container.encode(loss, forKey: .pair)
    case .consistency(let loss): try container.encode(loss, forKey: .consistency)
    case .custom(let custom): try container.encode(custom.term, forKey: Kind(type(of: custom.term).kind))
    }
  }
}
