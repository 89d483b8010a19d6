internal import Channel
import Foundation
internal import Synchronization
import Testing
internal import Workbench
import _TestSupport

/// What cells ask of networks: trained once, evaluated once, and gone on with after a kill.
struct StudyTests {
  private func session(_ root: String) -> NotebookSession {
    NotebookSession(
      configuration: SessionConfiguration(name: "x", threads: 2, rootDirectory: root, outputDirectory: root))
  }

  /// A network as it is made, without a step of training.
  private func recipe(seed: UInt64 = 0, name: String = "tiny") throws -> Recipe {
    Recipe(
      name: name, model: try WideResNet(depth: 10, widenFactor: 1, imageShape: [3, 16, 16]),
      data: DataRecipe(source: .synthetic, imageSize: 16, trainCount: 60, heldOut: 20, testCount: 12),
      augmentation: .cropAndFlip(size: 16), epochs: 0, batchSize: 40, schedule: .constant, attack: nil, seed: seed)
  }

  /// Test images under the labels that the network gives them: all are right.
  private func images(_ data: DataSplits, rightBy network: TrainedModel) -> LabeledImages {
    LabeledImages(
      pixels: data.test.pixels, labels: ModelClassifier(network.model).classes(data.test.tensor),
      height: data.test.height, width: data.test.width, classNames: data.test.classNames,
      provenance: data.test.provenance)
  }

  @Test func `a published network is loaded and not trained again`() throws {
    try withTemporaryFolder { root in
      let recipe = try recipe()
      let data = try DataSplits(recipe.data, directory: nil, threads: 1)
      let elsewhere = RunStore(root: root + "/elsewhere/runs")
      let trained = try TrainingStore(elsewhere).train(recipe, data: data, threads: 1, command: "test")
      try elsewhere.publish(elsewhere.find("tiny"), into: root + "/report/records", name: "a-name")
      let found = try session(root).train(recipe, on: data)
      #expect(found.folder == root + "/report/records/a-name" && found.key == trained.key)
      #expect(found.model.parameters == trained.model.parameters)
      #expect(!Files.exists(root + "/.workbench/runs"))
      // Another recipe is not there: it is trained.
      let other = try session(root).train(try self.recipe(seed: 1), on: data)
      #expect(other.folder == root + "/.workbench/runs/" + other.key.hex && !other.wasStored)
    }
  }

  @Test func `a run published without weights has its numbers, and asks for its training where more is wanted`() throws
  {
    try withTemporaryFolder { root in
      var recipe = try recipe(name: "light")
      (recipe.epochs, recipe.averaging) = (2, WeightAveraging(start: 1))
      let data = try DataSplits(recipe.data, directory: nil, threads: 1)
      let session = session(root)
      let trained = try session.train(recipe, on: data)
      let found = try session.outcomes(of: trained.beforeAveraging(), on: data.test)
      let records = root + "/clone/report/records"
      try session.runs.publish(session.runs.find("light"), into: records, withWeights: false)
      let file = try #require(try Files.entries(of: root + "/.workbench/data/outcomes").first { $0.hasSuffix(".json") })
      try session.runs.memos.publish("outcomes/" + file, into: records + "/computed")
      #expect(try Files.entries(of: records).filter { $0 != "computed" }.count == 1)
      let folder = records + "/light-" + trained.key.short
      #expect(try Files.entries(of: folder) == ["metrics.jsonl", "recipe.json", "record.json"])

      let clone = self.session(root + "/clone")
      let light = try clone.train(recipe, on: data)
      #expect(!light.hasWeights && light.key == trained.key && light.metrics == trained.metrics)
      #expect(try clone.outcomes(of: light.beforeAveraging(), on: data.test) == found)
      let error = #expect(throws: RunError.self) { try clone.outcomes(of: light, on: data.test) }
      #expect(error?.description.contains("light: the weights of run \(trained.key) were not published") == true)
      #expect(throws: RunError.self) { try clone.certify(light, on: data.test) }
      // A store of its own trains it.
      let again = try TrainingStore(root: root + "/other").train(recipe, data: data, threads: 1, command: "test")
      #expect(again.model.parameters == trained.model.parameters && again.hasWeights)
      // With weights it may be published later, and is as any other then.
      try session.runs.publish(session.runs.find("light"), into: records)
      #expect(try clone.train(recipe, on: data).hasWeights)
    }
  }

  @Test func `accuracies count images and are computed once`() throws {
    try withTemporaryFolder { root in
      let session = session(root)
      let data = try DataSplits(recipe().data, directory: nil, threads: 1)
      let networks = try [0, 1].map { try session.train(recipe(seed: $0), on: data) }
      let images = images(data, rightBy: networks[0])
      let found = try session.accuracies(of: networks[0], on: images)
      #expect(found.images == 12 && found.cleanCount == 12 && found.clean == 1)
      #expect(found.robustCount < 12 && found.robustLoss > 0)
      #expect(found.robustInterval == WilsonInterval(successes: found.robustCount, trials: 12))
      #expect(try session.accuracies(of: networks[0], on: images) == found)
      #expect(try session.accuracies(of: networks, on: images) != found)
    }
  }

  @Test func `a network below its floor is refused with its numbers`() throws {
    let found = Accuracies(images: 200, cleanCount: 150, robustCount: 61, robustLoss: 1)
    try found.require(clean: 0.75, robust: 0.305, of: "con")
    #expect(throws: BelowFloor(network: "con", what: "clean accuracy", found: 0.75, floor: 0.8)) {
      try found.require(clean: 0.8, robust: 0, of: "con")
    }
    let error = #expect(throws: BelowFloor.self) { try found.require(clean: 0, robust: 0.4, of: "con") }
    #expect(
      error?.description.contains("con: the accuracy under attack on test images is 30.5 %, below its floor of 40.0 %")
        == true)
  }

  @Test func `an evaluation is computed once, and found where it is published`() throws {
    try withTemporaryFolder { root in
      let session = session(root)
      let data = try DataSplits(recipe().data, directory: nil, threads: 1)
      let networks = try [0, 1].map { try session.train(recipe(seed: $0, name: "net-\($0)"), on: data) }
      let images = images(data, rightBy: networks[0])
      let attack = Recorder(id: 1)
      let suite = AutoAttack(threatModel: .linf8, attacks: [attack], batchSize: 5)
      let report = try session.evaluate(networks[0], on: images, suite: suite)
      #expect(report.clean == 1 && report.robust == 1 && report.range == [0, 12])
      // What it warns of and what its images are stay with it.
      #expect(report.warnings?.count == 1 && report.warnings?[0].contains("recorder: 1 target classes") == true)
      #expect(report.imagesSHA256?.count == 8 * 12 && report.mode == .cumulative)
      #expect(Recorder.batches(of: 1) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11]])
      #expect(try session.evaluate(networks[0], on: images, suite: suite) == report)
      #expect(Recorder.batches(of: 1).count == 3)
      // Other members, other images, another seed: evaluated anew.
      _ = try session.evaluate(networks, on: images, suite: suite)
      _ = try session.evaluate(networks[0], on: images.prefix(7), suite: suite)
      _ = try session.evaluate(networks[0], on: images, suite: suite, seed: 1)
      let stored = root + "/.workbench/data/robustness"
      let numbers = try Files.entries(of: stored).filter { $0.hasSuffix(".json") }
      #expect(numbers.count == 4)
      #expect(try Files.entries(of: root + "/.workbench/evaluations").isEmpty)

      try session.runs.publish(session.runs.find("net-0"), into: root + "/clone/report/records")
      let clone = self.session(root + "/clone")
      for file in numbers {
        try session.runs.memos.publish("robustness/" + file, into: root + "/clone/report/records/computed")
      }
      let published = try clone.train(recipe(seed: 0), on: data)
      let before = Recorder.batches(of: 1).count
      #expect(try clone.evaluate(published, on: images, suite: suite) == report)
      #expect(Recorder.batches(of: 1).count == before)
      // What is not published is kept beside the store, not among the records.
      _ = try clone.evaluate(published, on: images, suite: suite, seed: 2)
      let after = Recorder.batches(of: 1).count
      #expect(after > before)
      _ = try clone.evaluate(published, on: images, suite: suite, seed: 2)
      #expect(Recorder.batches(of: 1).count == after)
      #expect(try Files.entries(of: root + "/clone/report/records/computed/robustness").count == 4)
    }
  }

  @Test func `a killed evaluation goes on where it was, and a damaged state is begun anew`() throws {
    try withTemporaryFolder { root in
      let session = session(root)
      let data = try DataSplits(recipe().data, directory: nil, threads: 1)
      let network = try session.train(recipe(), on: data)
      let images = images(data, rightBy: network)
      let folder = root + "/.workbench/evaluations"
      let suite = AutoAttack(threatModel: .linf8, attacks: [Recorder(id: 2, watched: folder)], batchSize: 5)
      let report = try session.evaluate(network, on: images, suite: suite)

      // As it was when the third batch began.
      let (name, state) = try #require(Recorder.lastState(of: 2))
      func forget() throws {
        let stored = root + "/.workbench/data/robustness"
        for file in try Files.entries(of: stored) where file.hasSuffix(".json") {
          try Files.remove(stored + "/" + file)
        }
      }
      try forget()
      try AtomicFile.write(state, to: folder + "/" + name)
      let again = try session.evaluate(network, on: images, suite: suite)
      #expect(again.flags == report.flags)
      #expect(Array(Recorder.batches(of: 2).dropFirst(3)) == [[10, 11]])

      try forget()
      try AtomicFile.write(Array(state.prefix(100)), to: folder + "/" + name)
      #expect(try session.evaluate(network, on: images, suite: suite).flags == report.flags)
      #expect(Recorder.batches(of: 2).count == 7)
      #expect(try Files.read(folder + "/" + name + ".corrupt-1") == Array(state.prefix(100)))
    }
  }

  @Test func `the network before averaging is a network of its own`() throws {
    try withTemporaryFolder { root in
      let session = session(root)
      var recipe = try recipe(name: "averaged")
      (recipe.epochs, recipe.averaging) = (2, WeightAveraging(start: 1))
      let data = try DataSplits(recipe.data, directory: nil, threads: 1)
      let network = try session.train(recipe, on: data)
      let raw = try network.beforeAveraging()
      #expect(raw.model.parameters == network.raw?.parameters && raw.model.parameters != network.model.parameters)
      #expect(raw.name == "averaged:raw" && raw.key == network.key && network.name == "averaged")
      let suite = AutoAttack(threatModel: .linf8, attacks: [Recorder(id: 3)])
      let reports = try [network, raw].map { try session.evaluate($0, on: data.test, suite: suite) }
      #expect(reports[0].weightsSHA256 != reports[1].weightsSHA256)
      for member in [network, raw] { _ = try session.accuracies(of: member, on: data.test) }
      for kind in ["robustness", "accuracies"] {
        let numbers = try Files.entries(of: root + "/.workbench/data/" + kind).filter { $0.hasSuffix(".json") }
        #expect(numbers.count == 2, "\(kind)")
      }
      let again = try session.train(recipe, on: data)
      #expect(try session.evaluate(again.beforeAveraging(), on: data.test, suite: suite) == reports[1])
      // Where nothing is averaged it is the network itself.
      let plain = try session.train(self.recipe(), on: data)
      #expect(try plain.beforeAveraging().identity == plain.identity)
      try Files.remove(network.folder + "/artifacts")
      let bare = try session.train(recipe, on: data)
      let error = #expect(throws: NoNetworkKept.self) { try bare.beforeAveraging() }
      #expect(error?.description.contains("artifacts/raw.safetensors is missing") == true)
    }
  }

  @Test(arguments: [false, true]) func `the network after the last step is kept beside the chosen one`(
    averages: Bool
  ) throws {
    try withTemporaryFolder { root in
      let session = session(root)
      var recipe = try recipe(name: "chosen")
      recipe.epochs = 4
      recipe.optimizer.learningRate = 2  // too high: a later network is worse
      if averages { recipe.averaging = WeightAveraging(start: 1) }
      let data = try DataSplits(recipe.data, directory: nil, threads: 1)
      let unchosen = recipe
      recipe.selection = CheckpointSelection(.heldOut, images: 20)
      let (network, plain) = (try session.train(recipe, on: data), try session.train(unchosen, on: data))
      let last = try network.afterLastStep()
      #expect(last.name == "chosen:last" && last.key == network.key && last.identity == network.key.hex + ":last")
      #expect(last.weightsFile.hasSuffix("/artifacts/last.safetensors") && Files.exists(last.weightsFile))
      // What the same steps without a choice end with, before any averaging.
      let expected = averages ? try plain.beforeAveraging() : plain
      #expect(last.model.tensors.map(\.tensor) == expected.model.tensors.map(\.tensor))
      let chosen = try network.beforeAveraging()
      let losses = network.metrics.compactMap { $0.isAverage == true ? nil : $0.judgedLoss }
      try #require(losses.last != losses.min(), "the last network is the best: this recipe shows nothing")
      #expect(chosen.model.parameters != last.model.parameters)
      // Without a choice no second file is written.
      #expect(try plain.afterLastStep().model.parameters == expected.model.parameters)
      #expect(!Files.exists(plain.folder + "/artifacts/last.safetensors"))
      #expect(try plain.afterLastStep().identity == (averages ? plain.key.hex + ":last" : plain.key.hex))
      #expect(try session.train(recipe, on: data).afterLastStep().model.parameters == last.model.parameters)
      try Files.remove(network.folder + "/artifacts")
      let bare = try session.train(recipe, on: data)
      let error = #expect(throws: NoNetworkKept.self) { try bare.afterLastStep() }
      #expect(error?.description.contains("artifacts/last.safetensors is missing") == true)
    }
  }

  @Test func `outcomes keep a flag an image, and count what accuracies count`() throws {
    try withTemporaryFolder { root in
      let session = session(root)
      let data = try DataSplits(recipe().data, directory: nil, threads: 1)
      let network = try session.train(recipe(), on: data)
      let images = images(data, rightBy: network)
      let found = try session.outcomes(of: network, on: images)
      #expect(found.accuracies == (try session.accuracies(of: network, on: images)))
      #expect(found.clean.values == [Bool](repeating: true, count: 12) && found.outcomes.count == 12)
      #expect(try session.outcomes(of: network, on: images) == found)
      let parts = try [0..<5, 5..<12].map { try session.outcomes(of: network, on: images.subset($0)) }
      let joined = parts[0].joined(with: parts[1])
      #expect(joined.clean == found.clean && joined.outcomes.count == 12)
      #expect(abs(joined.robustLoss - (5 * parts[0].robustLoss + 7 * parts[1].robustLoss) / 12) < 1e-12)
    }
  }

  @Test func `flags are read as they were written, four an hexadecimal digit`() throws {
    func text(_ flags: ImageFlags) throws -> String {
      String(decoding: try JSONEncoder().encode(flags), as: UTF8.self)
    }
    #expect(try text(ImageFlags([true, false, false, false, true, true])) == #""6:8c""#)
    #expect(try text(ImageFlags([])) == #""0:""#)
    for count in 0..<20 {
      let flags = ImageFlags((0..<count).map { ($0 * 7 + count) % 3 == 0 })
      #expect(try JSONDecoder().decode(ImageFlags.self, from: JSONEncoder().encode(flags)) == flags)
    }
    for wrong in ["6:8", "6:8cc", "x:8c", "6-8c", "6:8g", "", "-1:"] {
      #expect(throws: DecodingError.self, "\(wrong)") {
        try JSONDecoder().decode(ImageFlags.self, from: Data("\"\(wrong)\"".utf8))
      }
    }
  }

  @Test func `landscapes are computed once, and effective weights are raw ones without normalisation`() throws {
    try withTemporaryFolder { root in
      let session = session(root)
      let data = try DataSplits(recipe().data, directory: nil, threads: 1)
      let network = try session.train(recipe(), on: data)
      let batch = LandscapeBatch(
        viewsOf: data.train.prefix(4), augmentation: .cropAndFlip(size: 16), key: RandomKey(seed: 0))
      var landscape = LossLandscape(gammas: [0, 0.1], attack: nil, consistency: ConsistencyLoss(.jensenShannon))
      let found = try session.losses(of: network, along: landscape, on: batch)
      landscape.direction = .effectiveScaling
      #expect(try session.losses(of: network, along: landscape, on: batch) == found)
      #expect(try Files.entries(of: root + "/.workbench/data/landscape").count == 1)
      landscape.direction = .filterNormalized(seed: 0)
      let random = try session.losses(of: network, along: landscape, on: batch)
      #expect(random[0] == found[0] && random[1] != found[1])
    }
  }
}

/// Breaks nothing and notes what it was given, and the state that lies in the folder watched.
private struct Recorder: Attack {
  /// Apart for each test, since tests run at the same time.
  var id: Int
  var watched = ""

  private struct Notes: Sendable {
    var batches: [[Int]] = []
    var state: (name: String, bytes: [UInt8])?
  }

  private static let notes = Mutex<[Int: Notes]>([:])

  static func batches(of id: Int) -> [[Int]] { notes.withLock { $0[id]?.batches ?? [] } }
  static func lastState(of id: Int) -> (name: String, bytes: [UInt8])? { notes.withLock { $0[id]?.state } }

  var name: String { "recorder" }
  var threatModel: ThreatModel { .linf8 }
  func cost(classCount: Int) -> Double { 1 }
  func remarks(classCount: Int) -> [EvaluationWarning] { [.fewTargets(attack: name, used: 1, standard: 9)] }

  func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    let name = watched.isEmpty ? nil : try? Files.entries(of: watched).first
    let bytes = name.flatMap { try? Files.read(watched + "/" + $0) }
    Self.notes.withLock {
      $0[id, default: Notes()].batches.append(indices)
      if let name, let bytes { $0[id]!.state = (name, bytes) }
    }
    return AttackResult(clean: images)
  }
}
