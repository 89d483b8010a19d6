// The saved states of an evaluation whose images several ranks attack: each keeps a part of its own beside the state of
// the whole, and whoever goes on joins them, with any number of ranks.

internal import Attacks
internal import Datasets
internal import FileSystem
internal import Ranks
internal import Tensors

/// Where the states of one evaluation are, and how its parts are named.
struct SavedParts {
  let request: EvaluationRequest
  let loaded: EvaluationSubject.Loaded

  init(_ request: EvaluationRequest, _ loaded: EvaluationSubject.Loaded) {
    (self.request, self.loaded) = (request, loaded)
  }

  /// What is evaluated on `images`, as a state's identity has it.
  func subject(_ images: LabeledImages) -> String {
    let normalization = request.subject.normalization.map { "\($0)" } ?? ""
    return "\(loaded.architectures) \(loaded.weightsSHA256) \(normalization) \(images.contentHash)"
  }

  /// The state of an evaluation that has not begun.
  var beginning: EvaluationState {
    request.suite.beginning(
      first: loaded.range.lowerBound, labels: loaded.images.labels, seed: request.seed,
      subject: subject(loaded.images))
  }

  /// The part of `state` that is of the images `own` of those loaded, without the time before: that is the whole's.
  func part(_ state: EvaluationState, _ own: Range<Int>) -> EvaluationState {
    let first = loaded.range.lowerBound
    let images = loaded.images.subset(own)
    return state.part(
      first + own.lowerBound..<first + own.upperBound, labels: images.labels, subject: subject(images))
  }

  /// The file of the images `own` of those loaded; nil if no state is kept.
  func path(of own: Range<Int>) -> String? {
    guard let file = request.statePath.flatMap(WriteTarget.regularFile) else { return nil }
    let first = loaded.range.lowerBound
    return "\(file)\(Self.mark)\(first + own.lowerBound)-\(first + own.upperBound)"
  }

  /// The saved state, with what its parts know; those are then one file. Nil if there is none.
  ///
  /// Throws `EvaluationMismatch` if a file is of another evaluation, and `FileError`.
  func state(notice: (String) -> Void) throws -> EvaluationState? {
    guard let path = request.statePath, let file = WriteTarget.regularFile(path) else { return nil }
    let whole = try EvaluationState.saved(at: path, notice: notice)
    let (suite, images) = (request.suite, loaded.images)
    let shape = Shape([images.count, 3, images.height, images.width])
    try whole?.check(wanted: beginning.identity, stages: suite.attacks.count, imagesOf: shape)
    let files = try Self.files(beside: file)
    var parts: [EvaluationState] = []
    for part in files {
      guard let state = try EvaluationState.saved(at: part.path, notice: notice) else { continue }
      try check(state, part.range)
      parts.append(state)
    }
    if whole == nil && parts.isEmpty { return nil }
    notice("going on from \(path)")
    if parts.isEmpty { return whole }
    let joined = (whole ?? beginning).joined(with: parts)
    try joined.write(to: path)
    for part in files { try Files.remove(part.path) }
    return joined
  }

  private func check(_ state: EvaluationState, _ range: Range<Int>) throws {
    let first = loaded.range.lowerBound
    guard loaded.range.clamped(to: range) == range else {
      throw EvaluationMismatch(field: "range", saved: "\(range)", wanted: "\(loaded.range)")
    }
    let images = loaded.images.subset(range.lowerBound - first..<range.upperBound - first)
    let wanted = request.suite.beginning(
      first: range.lowerBound, labels: images.labels, seed: request.seed, subject: subject(images))
    try state.check(
      wanted: wanted.identity, stages: request.suite.attacks.count,
      imagesOf: Shape([images.count, 3, images.height, images.width]))
  }

  /// The state that rank 0 has found, on all ranks.
  func share(_ state: EvaluationState?, _ ranks: any Communicator) throws -> EvaluationState {
    let told = ranks.broadcast(ranks.size > 1 ? state?.encoded ?? [] : [])
    return try ranks.together { try state ?? EvaluationState(encoded: told, name: "the state of rank 0") }
  }

  private static let mark = ".part-"

  /// The files of parts beside the state `file`, by their images.
  static func files(beside file: String) throws -> [(path: String, range: Range<Int>)] {
    let (folder, name) = (Files.folder(of: file), Files.name(of: file) + mark)
    guard Files.isFolder(folder) else { return [] }
    return try Files.entries(of: folder).filter { $0.hasPrefix(name) }.sorted().compactMap { entry in
      let ends = entry.dropFirst(name.count).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count == 2, let low = ends[0], let high = ends[1], low < high else { return nil }
      return (folder + "/" + entry, low..<high)
    }
  }
}
