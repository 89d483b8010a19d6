// What adversarial training minimises, as a value that a recipe keeps.

public import Basics

/// The loss of a training step: a sum of terms on the logits, and what the attack raises meanwhile.
///
///     recipe.objective = .trades(beta: 6)
///     recipe.objective = .labelSmoothing(0.1)
///     recipe.objective = .formula("margin") { z, y in largest(z, except: y) - z[y] }
///     recipe.objective = .formula("pairing") { adversarial, natural, y in
///       -logSoftmax(adversarial)[y] + 0.5 * mean(square(adversarial - natural))
///     }
///     recipe.objective = .trades() + .consistency(ConsistencyLoss(.jensenShannon))
///
/// Terms are formulas, so two objectives are equal if their formulas are, and a changed formula is a changed run. The
/// loss of a step is the mean over the images and views of the batch.
public struct Objective: Hashable, Sendable, Codable {
  /// One addend of the loss.
  public enum Term: Hashable, Sendable {
    /// −log softmax(z)[y] of each image trained on, computed in Float32.
    case crossEntropy
    /// A formula of the logits of each image trained on, and its label.
    case loss(TracedLoss)
    /// A formula of the logits of each adversarial image, those of its natural image and the label; see
    /// `naturalImages`.
    case pair(TracedPairLoss)
    /// λ·D between the predictions for two views of an image.
    case consistency(ConsistencyLoss)
    /// A term in code: of features, of gradients by the images, of the parameters.
    case custom(CustomTerm)
  }

  /// A short name for people; not compared.
  public var name: String
  /// What is added up.
  public var terms: [Term]
  /// What the attack raises; of no meaning without an attack.
  public var attack: AttackGoal
  /// How natural images go through the network beside adversarial ones; of no meaning where they do not.
  public var naturalImages: NaturalImages

  /// How natural images go through the network beside the adversarial ones of a shard.
  public enum NaturalImages: String, Hashable, Sendable, Codable, CaseIterable {
    /// In one pass: batch statistics are those of both.
    case together
    /// In a pass of their own before the adversarial ones: each has its own batch statistics, and the running ones move
    /// twice.
    case apart
  }

  /// An objective of these terms.
  public init(
    _ name: String, _ terms: [Term], attack: AttackGoal = .crossEntropy, naturalImages: NaturalImages = .together
  ) {
    self.name = name
    self.terms = terms
    self.attack = attack
    self.naturalImages = naturalImages
  }

  /// The mean of a formula of logits z and label y over the images trained on.
  public static func formula(
    _ name: String, attack: AttackGoal = .crossEntropy, _ formula: (_ z: Traced, _ y: TracedLabel) -> Traced
  ) -> Objective {
    Objective(name, [.loss(TracedLoss(name, formula))], attack: attack)
  }

  /// The mean of a formula of the logits for an adversarial image, those for its natural image and the label.
  public static func formula(
    _ name: String, attack: AttackGoal = .crossEntropy,
    _ formula: (_ adversarial: Traced, _ natural: Traced, _ y: TracedLabel) -> Traced
  ) -> Objective {
    Objective(name, [.pair(TracedPairLoss(name, formula))], attack: attack)
  }

  /// The paper's: cross-entropy, and λ·D between two views if there is such (eq. 6).
  public static func standard(_ consistency: ConsistencyLoss? = nil) -> Objective {
    Objective("standard", [.crossEntropy] + (consistency.map { [.consistency($0)] } ?? []))
  }

  /// λ·D between two views alone, to be added to another objective.
  public static func consistency(_ loss: ConsistencyLoss) -> Objective {
    Objective(loss.divergence.name, [.consistency(loss)])
  }

  /// A term in code, to be added to another objective: `.standard() + .term(FeatureCovariance())`.
  public static func term(_ term: some ObjectiveTerm) -> Objective {
    Objective(term.summary, [.custom(CustomTerm(term))])
  }

  /// TRADES: −log q_y + β·KL(q ‖ p), attacked by KL(q ‖ p) from noise. Zhang et al., ICML 2019, arXiv:1901.08573. Natural
  /// and adversarial images go through the network apart, as in the released code.
  public static func trades(beta: Double = 6) -> Objective {
    Objective("trades", [.pair(.trades(beta: beta))], attack: .trades, naturalImages: .apart)
  }

  /// MART: boosted cross-entropy and a KL term weighted by 1 − q_y, attacked by the cross-entropy. Wang et al., ICLR 2020.
  /// Natural and adversarial images go through the network apart, as in the released code.
  public static func mart(beta: Double = 6) -> Objective {
    Objective("mart", [.pair(.mart(beta: beta))], naturalImages: .apart)
  }

  /// Cross-entropy with targets 1 − ε at the label and ε/K spread over all K classes. Szegedy et al., CVPR 2016,
  /// arXiv:1512.00567, §7. ε in 0…1.
  public static func labelSmoothing(_ epsilon: Double) -> Objective {
    precondition((0...1).contains(epsilon), "Objective: label smoothing of \(epsilon), not in 0 … 1")
    return formula("label smoothing") { z, y in
      let logP = logSoftmax(z)
      return -((1 - epsilon) * logP[y] + epsilon * mean(logP))
    }
  }

  /// The terms of both; the attack is that of the first, and natural images go apart where one of both lets them.
  public static func + (a: Objective, b: Objective) -> Objective {
    Objective(
      "\(a.name) + \(b.name)", a.terms + b.terms, attack: a.attack,
      naturalImages: a.naturalImages == .apart ? .apart : b.naturalImages)
  }

  /// The terms and the attack in words: "cross-entropy + consistency h-js, attacked by the cross-entropy".
  package var summary: String {
    let words = terms.map { term in
      switch term {
      case .crossEntropy: "cross-entropy"
      case .loss: "a formula of each image"
      case .pair: "a formula of adversarial and natural image"
      case .consistency(let loss):
        "consistency \(loss.divergence.name), temperature \(loss.temperature), weight \(loss.weight)"
      case .custom(let custom): custom.term.summary
      }
    }
    let start = attack.noise.map { ", from noise of \($0)" } ?? ""
    return words.joined(separator: " + ")
      + ", attacked by \(attack.loss == nil ? "the cross-entropy" : "a formula")\(start)"
      + (usesNaturalRows ? ", natural images \(naturalImages.rawValue)" : "")
  }

  /// Whether natural images go through the network beside the adversarial ones.
  package var usesNaturalRows: Bool {
    terms.contains { if case .pair(let loss) = $0 { loss.tape.usesSecondRow } else { false } }
  }

  /// Whether natural images have a pass of their own.
  package var usesNaturalPass: Bool { usesNaturalRows && naturalImages == .apart }

  /// The terms in code.
  package var customTerms: [any ObjectiveTerm] {
    terms.compactMap { if case .custom(let custom) = $0 { custom.term } else { nil } }
  }

  /// Views of an image that the terms ask for at least: 1 or 2.
  package var fewestViews: Int {
    terms.contains { if case .consistency = $0 { true } else { false } } ? 2 : 1
  }

  /// Throws `FieldError` naming the first field that cannot be trained with on `classCount` classes.
  public func validate(classCount: Int) throws(FieldError) {
    if terms.isEmpty { throw FieldError(field: "terms", value: "none", allowed: "one or more") }
    for (i, term) in terms.enumerated() {
      if let fewest = term.tape?.fewestClasses, fewest > classCount {
        throw FieldError(
          field: "terms[\(i)]", value: "a formula that ranks \(fewest) classes",
          allowed: "at most \(classCount), the network's")
      }
      if case .consistency(let loss) = term {
        do { try loss.validate() } catch {
          throw FieldError(
            field: "terms[\(i)].consistency.\(error.field)", value: error.value, allowed: error.allowed)
        }
      }
      if case .custom(let custom) = term {
        do { try custom.term.validate() } catch {
          throw FieldError(
            field: "terms[\(i)].\(type(of: custom.term).kind).\(error.field)", value: error.value,
            allowed: error.allowed)
        }
      }
    }
    if let fewest = attack.loss?.tape.fewestClasses, fewest > classCount {
      throw FieldError(
        field: "attack.loss", value: "a formula that ranks \(fewest) classes",
        allowed: "at most \(classCount), the network's")
    }
    if let noise = attack.noise, !(noise >= 0 && noise <= 1) {
      throw FieldError(field: "attack.noise", value: "\(noise)", allowed: "0 … 1, in units of a pixel's range")
    }
  }
}

extension Objective {
  /// Whether terms, attack and the way of natural images are the same; names are not compared.
  public static func == (a: Objective, b: Objective) -> Bool {
    a.terms == b.terms && a.attack == b.attack && a.naturalImages == b.naturalImages
  }

  /// Hashes what equality compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(terms)
    hasher.combine(attack)
    hasher.combine(naturalImages)
  }

  private enum Key: String, CodingKey { case name, terms, attack, naturalImages }

  /// Throws `DecodingError` naming the step if a term is no formula.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    terms = try container.decode([Term].self, forKey: .terms)
    attack = try container.decodeIfPresent(AttackGoal.self, forKey: .attack) ?? .crossEntropy
    naturalImages = try container.decodeIfPresent(NaturalImages.self, forKey: .naturalImages) ?? .together
    name = try container.decodeIfPresent(String.self, forKey: .name) ?? "custom"
  }

  /// The name is written only for people, see `Divergence.encodesNames`; the attack and how natural images go
  /// only if they are not the usual ones.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(terms, forKey: .terms)
    if attack != .crossEntropy { try container.encode(attack, forKey: .attack) }
    if naturalImages != .together { try container.encode(naturalImages, forKey: .naturalImages) }
    if encoder.userInfo[Divergence.encodesNames] as? Bool == true { try container.encode(name, forKey: .name) }
  }
}
