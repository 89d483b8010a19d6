// Lipschitz bounds and certificates: what a notebook and `workbench certify` ask for.

public import Analysis
internal import Basics
public import Datasets
internal import FileSystem
internal import Foundation
internal import Networks
internal import Tensors
public import Training

extension NotebookSession {
  /// Lipschitz bounds of a network from both sides, and the L2 radii that they certify on `images`; computed once for
  /// each network and images.
  ///
  /// Throws `LipschitzError` if there are no images or the network's weights are not finite numbers.
  public func certify(_ trained: TrainedModel, on images: LabeledImages) throws -> Certification {
    struct Inputs: Encodable {
      let run: String, images: String
    }
    return try computed("certification", from: Inputs(run: trained.identity, images: images.contentHash)) {
      try Certification(of: trained.loadedModel(), images: images.tensor, labels: images.labels, threads: threads)
    }
  }
}

extension NotebookSession {
  /// How steep a network is between the steepest pairs of images that a search finds from each of `images`; computed once
  /// for each network, images and search.
  ///
  /// Throws `RunError.withoutWeights` if the network was published without weights.
  public func steepestPairs(
    of trained: TrainedModel, from images: LabeledImages, search: LipschitzPairSearch = LipschitzPairSearch()
  ) throws -> LipschitzPairs {
    struct Inputs: Encodable {
      let run: String, images: String, search: LipschitzPairSearch
    }
    let inputs = Inputs(run: trained.identity, images: images.contentHash, search: search)
    return try computed("steepest", from: inputs) {
      let classifier = ModelClassifier(try trained.loadedModel(), threads: threads)
      let meter = progress("steepest pairs of \(trained.name)", total: search.steps, unit: "steps")
      defer { meter.finish() }
      return search.run(on: classifier, from: images.tensor, key: RandomKey(seed: 4)) { meter.advance(to: $0) }
    }
  }
}

/// What `workbench certify --json` writes.
public struct CertificationReport: Hashable, Sendable, Codable {
  /// Certified accuracy at one radius.
  public struct Share: Hashable, Sendable, Codable {
    /// L2, pixel values in [0, 1].
    public let radius: Double
    /// Share of all images, 0…1.
    public let certified: Double
    /// Wilson interval at 95 %: low, high.
    public let interval95: [Double]
  }

  /// `wrn-10-1`.
  public let model: String
  /// The network's bound, and the certified radius of each image.
  public let certification: Certification
  /// Accuracy without attack, 0…1.
  public let clean: Double
  /// Share of the images that are certified at each radius.
  public let shares: [Share]
  /// First image of the split, and the one after the last.
  public let range: [Int]
  /// SHA-256 of the weight file in hexadecimal.
  public let weightsSHA256: String
  /// Of this library.
  public let version: String

  enum CodingKeys: String, CodingKey {
    case model, certification, clean, shares, range, version
    case weightsSHA256 = "weights_sha256"
  }

  /// Certifies the one network of `subject` on its images.
  ///
  /// Throws `EvaluationRequestError` if there are several, `LipschitzError`, and what `EvaluationSubject.load` throws.
  ///
  /// - Parameter notice: told what is good to know before the work begins.
  public init(
    _ subject: EvaluationSubject, radii: [Double] = Certification.usualRadii, notice: (String) -> Void = { _ in }
  ) throws {
    guard subject.weights.count == 1 else {
      throw EvaluationRequestError("\(subject.weights.count) networks: give one; bounds are of single networks")
    }
    let loaded = try subject.load()
    loaded.warnings.forEach { notice($0.description) }
    let network = loaded.networks[0]
    let found = try Certification(
      of: network.model, images: loaded.images.tensor, labels: loaded.images.labels,
      normalization: network.normalization, threads: subject.threads)
    model = network.model.architecture.name
    certification = found
    clean = found.certifiedAccuracy(at: 0)
    shares = radii.map {
      Share(radius: $0, certified: found.certifiedAccuracy(at: $0), interval95: found.interval(at: $0).bounds)
    }
    range = [loaded.range.lowerBound, loaded.range.upperBound]
    weightsSHA256 = loaded.weightsSHA256
    version = libraryVersion
  }

  /// The report as JSON, one member a line, in the order of their names.
  public func json() throws -> String { try jsonText(self) }

  /// Writes the report as JSON in one step. Throws `FileError`.
  public func write(to path: String) throws { try AtomicFile.write(json(), to: path) }

  /// The layers, the bounds and the certificates, for people.
  public var text: String {
    let bound = certification.bound
    // What is proven from above is rounded up.
    func up(_ value: Double, _ digits: Int) -> String {
      let unit = (0..<digits).reduce(1.0) { factor, _ in factor / 10 }
      return fixed((value / unit).rounded(.up) * unit, digits)
    }
    let layers = Table(
      header: ["layer", "reshaped", "estimate", "proven", "BN scale", "proven with BN"],
      rows: bound.layers.map {
        [
          $0.name, fixed($0.reshapedNorm, 3), fixed($0.estimate, 3), up($0.bound, 3),
          $0.normScale.map { fixed($0, 3) } ?? "-", up($0.folded, 3),
        ]
      })
    let blocks = bound.blocks.map { "  \($0.name): \(up($0.skip, 3)) + \(up($0.branch, 3))" }
    let certified = shares.map { share in
      "certified at \(fixed(share.radius * 255, 0))/255  \(percent(share.certified))"
        + "  95 % [\(percent(share.interval95[0])), \(percent(share.interval95[1]))]"
    }
    let median = certification.medianRadius.map { "\(fixed($0 * 255, 4))/255" } ?? "none"
    let lines =
      [
        layers.text, "", "blocks, skip + branch:",
      ] + blocks + [
        "",
        "proven   ‖z(x) − z(x′)‖ ≤ \(up(bound.logits, 1))·‖x − x′‖; two logits' difference: \(up(bound.largestPair, 1))",
        "found    a Jacobian of norm \(fixed(certification.lower.norm, 3)); two logits' difference: \(fixed(certification.lower.pair, 3))",
        "1-Lipschitz: \(certification.verdict)",
        "",
        "clean \(percent(clean)) of \(range[1] - range[0]) images; median certified radius \(median)",
      ] + certified
    return lines.joined(separator: "\n")
  }
}

extension Certification {
  /// Whether the network is 1-Lipschitz, in words.
  public var verdict: String {
    switch isOneLipschitz {
    case .no: "no, a Jacobian longer than 1 was found"
    case .yes: "yes, by the proven bound"
    case .open: "undecided, 1 lies between the bounds"
    }
  }
}
