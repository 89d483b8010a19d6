// One report from those of the parts of an evaluation.

public import Attacks
internal import Basics

extension RobustnessReport {
  /// The report of the whole evaluation from those of its parts, in any order: the one that an evaluation of all images
  /// at once would have written, but for the time, which is that of all parts together.
  ///
  /// What was looked at without an attack, such as whether the outputs are probabilities, is that of the first part's
  /// first batch, as it is in the whole; what only later parts warn of is added.
  ///
  /// Throws `EvaluationRequestError` naming the files and the member with both values if the parts are not of one
  /// evaluation, or if images are missing between them or in two of them.
  public init(merging parts: [(name: String, report: RobustnessReport)]) throws {
    guard let first = parts.first else { throw EvaluationRequestError("no reports to merge: give their files") }
    for part in parts {
      try Self.requireWhole(part)
      try Self.require(part, fits: first)
    }
    let parts = parts.sorted { ($0.report.range[0], $0.name) < ($1.report.range[0], $1.name) }
    try Self.checkRanges(parts)
    let reports = parts.map(\.report)
    self = reports[0]
    range = [reports[0].range[0], reports.last!.range[1]]
    let images = range[1] - range[0]
    // Shares are quotients of whole numbers, so that these come back.
    let right = reports.map { Int(($0.clean * Double($0.range[1] - $0.range[0])).rounded()) }.reduce(0, +)
    clean = Double(right) / Double(images)
    cleanInterval95 = WilsonInterval(successes: right, trials: images).bounds
    for s in stages.indices {
      let own = reports.map { $0.stages[s] }
      let flags = own.map(\.flags).joined()
      let robust = flags.utf8.count { $0 == UInt8(ascii: "1") }
      stages[s].robust = Double(robust) / Double(images)
      stages[s].interval95 = WilsonInterval(successes: robust, trials: images).bounds
      stages[s].broken = own.map(\.broken).reduce(0, +)
      stages[s].seconds = own.map(\.seconds).reduce(0, +)
      stages[s].flags = flags
      stages[s].zeroGradients = own.map { $0.zeroGradients ?? 0 }.reduce(0, +)
    }
    let left = flags.count { $0 }
    robust = Double(left) / Double(images)
    interval95 = WilsonInterval(successes: left, trials: images).bounds
    imagesSHA256 = reports.map { $0.imagesSHA256 ?? "" }.joined()
    invalidLogits = reports.map { $0.invalidLogits ?? 0 }.reduce(0, +)
    warnings = try Self.warnings(reports, whole: self)
  }

  private typealias Part = (name: String, report: RobustnessReport)

  /// Throws unless the report says everything that parts must agree in.
  private static func requireWhole(_ part: Part) throws {
    let report = part.report
    let members: [(name: String, isMissing: Bool)] = [
      ("attacks", report.attacks == nil), ("numerics", report.numerics == nil), ("kernels", report.kernels == nil),
      ("mode", report.mode == nil), ("images_sha256", report.imagesSHA256 == nil), ("warnings", report.warnings == nil),
      ("invalid_logits", report.invalidLogits == nil),
      ("zero_gradients", report.stages.contains { $0.zeroGradients == nil }),
    ]
    if let missing = members.first(where: \.isMissing) {
      throw EvaluationRequestError(
        "\(part.name): it has no \(missing.name), without which it cannot be merged; evaluate this part again with this "
          + "version")
    }
  }

  /// What all parts of one evaluation have in common, by the members' names.
  private var common: [(name: String, value: String)] {
    [
      ("weights_sha256", weightsSHA256), ("model", model ?? "none"), ("normalization", normalization ?? "none"),
      ("norm", norm.rawValue), ("eps", "\(eps)"), ("stages", stages.map(\.attack).joined(separator: ", ")),
      ("attacks", attacks ?? "none"), ("mode", mode?.rawValue ?? "none"), ("seed", "\(seed)"),
      ("split", split ?? "none"), ("version", version), ("numerics", numerics.map(String.init) ?? "none"),
      ("kernels", kernels ?? "none"),
    ]
  }

  /// Throws unless the part is of the same evaluation as the first one, of whatever images.
  private static func require(_ part: Part, fits first: Part) throws {
    for (own, wanted) in zip(part.report.common, first.report.common) where own.value != wanted.value {
      throw EvaluationRequestError(
        "\(part.name): other \(own.name) than \(first.name): \(own.value), not \(wanted.value); parts are one "
          + "evaluation with one --range each")
    }
  }

  /// Throws unless the parts, by their first images, follow one another.
  private static func checkRanges(_ parts: [Part]) throws {
    for (part, next) in zip(parts, parts.dropFirst()) {
      let (end, start) = (part.report.range[1], next.report.range[0])
      if start < end {
        let last = min(end, next.report.range[1])
        throw EvaluationRequestError(
          "images \(start)..<\(last) are in both \(part.name) and \(next.name); leave one out")
      }
      if start > end {
        throw EvaluationRequestError(
          "images \(end)..<\(start) are missing between \(part.name) and \(next.name); evaluate them with --range "
            + "'\(end)..<\(start)'")
      }
    }
  }

  /// What the parts warn of together: what hangs on how many images an attack broke is found again from all of them.
  private static func warnings(_ parts: [RobustnessReport], whole: RobustnessReport) throws -> [String] {
    func after(_ report: RobustnessReport) throws -> [String] {
      let suite = try AutoAttack(
        ThreatModel(norm: report.norm, epsilon: report.eps), named: report.stages.map(\.attack),
        mode: report.mode ?? .cumulative)
      let counts = EvaluationCounts(
        images: report.range[1] - report.range[0], broken: report.stages.map(\.broken),
        zeroGradients: report.stages.map { $0.zeroGradients ?? 0 }, invalidLogits: report.invalidLogits ?? 0)
      return suite.warnings(after: counts).map(\.description)
    }
    var before: [String] = []
    for part in parts {
      let own = Set(try after(part))
      for warning in part.warnings ?? [] where !own.contains(warning) && !before.contains(warning) {
        before.append(warning)
      }
    }
    return before + (try after(whole))
  }
}
