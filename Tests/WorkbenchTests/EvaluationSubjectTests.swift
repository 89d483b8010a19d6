import Testing
internal import Workbench
import _TestSupport

/// Networks as a command line names them, and what is refused instead of being passed over.
struct EvaluationSubjectTests {
  /// A network as it is made, without a step of training.
  private func recipe(_ name: String, seed: UInt64 = 0, size: Int = 16, isSpectral: Bool = false) throws -> Recipe {
    Recipe(
      name: name,
      model: try WideResNet(
        depth: 10, widenFactor: 1, imageShape: [3, size, size], spectralNormalization: isSpectral),
      data: DataRecipe(source: .synthetic, imageSize: size, trainCount: 60, heldOut: 20, testCount: 12),
      augmentation: .cropAndFlip(size: size), epochs: 0, batchSize: 40, schedule: .constant, attack: nil, seed: seed)
  }

  private func train(_ recipe: Recipe, in root: String) throws -> TrainedModel {
    try TrainingStore(root: root + "/runs").train(
      recipe, data: DataSplits(recipe.data, directory: nil, threads: 1), threads: 1, command: "test")
  }

  private func subject(_ root: String, _ weights: String..., models: [String] = []) -> EvaluationSubject {
    var subject = EvaluationSubject(models: models, weights: weights)
    subject.runFolders = [root + "/runs", root + "/published"]
    return subject
  }

  private func refusal(_ subject: EvaluationSubject) -> String {
    do {
      _ = try subject.load()
      return "nothing was refused"
    } catch { return "\(error)" }
  }

  @Test func `a normalised network is the same from its run and from its file`() throws {
    try withTemporaryFolder { root in
      let trained = try train(recipe("sn", isSpectral: true), in: root)
      let file = trained.folder + "/final.safetensors"
      var subject = subject(root, "sn", file, models: ["wrn-10-1"])
      subject.spectralNorm = true
      let loaded = try subject.load()
      let networks = loaded.networks.map(\.model)
      #expect(networks.allSatisfy { $0.architecture.spectralNormalization })
      #expect(networks[0].parameters == networks[1].parameters && networks[0].power == networks[1].power)
      let hashes = loaded.weightsSHA256.split(separator: "+")
      #expect(hashes.count == 2 && hashes[0] == hashes[1])
      let logits = networks.map { ModelClassifier($0).logits(loaded.images.tensor) }
      #expect(logits[0] == logits[1])
    }
  }

  @Test func `a name with raw is the network before averaging, from its run and from its file`() throws {
    try withTemporaryFolder { root in
      var averaged = try recipe("averaged", isSpectral: true)
      (averaged.epochs, averaged.averaging) = (2, WeightAveraging(start: 1))
      let trained = try train(averaged, in: root)
      let raw = try #require(trained.raw)
      let file = trained.folder + "/artifacts/raw.safetensors"
      let loaded = try subject(root, "averaged:raw", file, "averaged", models: ["wrn-10-1"]).load()
      #expect(loaded.networks.map(\.model.parameters) == [raw.parameters, raw.parameters, trained.model.parameters])
      let hashes = loaded.weightsSHA256.split(separator: "+")
      #expect(hashes[0] == hashes[1] && hashes[0] != hashes[2])
      _ = try train(recipe("plain"), in: root)
      #expect(refusal(subject(root, "plain:raw")).contains("its recipe averages nothing; leave out :raw"))
      try Files.remove(trained.folder + "/artifacts")
      #expect(refusal(subject(root, "averaged:raw")).contains("artifacts/raw.safetensors is missing"))
      #expect(refusal(subject(root, "nobody:raw")).contains("nobody:raw: neither a weight file nor a run; there are "))
    }
  }

  @Test func `a name with last is the network after the last step`() throws {
    try withTemporaryFolder { root in
      var chosen = try recipe("chosen")
      (chosen.epochs, chosen.selection) = (2, CheckpointSelection(.heldOut, images: 4))
      let trained = try train(chosen, in: root)
      let last = try #require(trained.last)
      let loaded = try subject(root, "chosen:last", "chosen").load()
      #expect(loaded.networks.map(\.model.parameters) == [last.parameters, trained.model.parameters])
      // Where nothing is chosen and nothing averaged the last network is the result.
      let plain = try train(recipe("plain"), in: root)
      #expect(try subject(root, "plain:last").load().networks[0].model.parameters == plain.model.parameters)
      try Files.remove(trained.folder + "/artifacts")
      #expect(refusal(subject(root, "chosen:last")).contains("artifacts/last.safetensors is missing"))
    }
  }

  @Test func `each file of an ensemble may have an architecture of its own`() throws {
    try withTemporaryFolder { root in
      _ = try train(recipe("run"), in: root)
      let wide = try WideResNet(named: "wrn-10-2", imageShape: [3, 16, 16])
      let file = root + "/wide.safetensors"
      try Model(wide, key: RandomKey(seed: 1)).write(to: file)
      let loaded = try subject(root, "run", file, models: ["wrn-10-1", "wrn-10-2"]).load()
      #expect(loaded.networks.map(\.model.architecture.name) == ["wrn-10-1", "wrn-10-2"])
      #expect(refusal(subject(root, "run", file, models: ["wrn-10-2"])).contains("is a run of wrn-10-1, not wrn-10-2"))
      #expect(refusal(subject(root, "run", file)).contains("give the architecture of this file with --model"))
      let three = subject(root, "run", file, models: ["wrn-10-1", "wrn-10-2", "wrn-10-1"])
      #expect(refusal(three).contains("3 architectures and 2 networks: give one --model for all"))
    }
  }

  @Test func `what has no effect on runs is refused`() throws {
    try withTemporaryFolder { root in
      _ = try train(recipe("run"), in: root)
      var subject = subject(root, "run")
      subject.usualDataDirectory = root
      #expect(try subject.load().images.count == 12, "the usual folder is for images that are not generated")
      subject.dataDirectory = root
      #expect(
        refusal(subject).contains("run was trained on generated images and is evaluated on such; leave --data out"))
      subject.dataDirectory = nil
      subject.spectralNorm = true
      #expect(refusal(subject).contains("--spectral-norm is for weight files, and here are runs only (run)"))
      subject.normalization = InputNormalization(mean: [0, 0, 0], deviation: [1, 1, 1])
      #expect(refusal(subject).contains("--mean and --std are for weight files"))
    }
  }

  @Test func `a name that fits several runs is not looked for elsewhere`() throws {
    try withTemporaryFolder { root in
      for seed in 0..<2 as Range<UInt64> { _ = try train(recipe("twin", seed: seed), in: root) }
      let store = RunStore(root: root + "/runs")
      try store.publish(store.all()[0], into: root + "/published")
      #expect(refusal(subject(root, "twin")).contains("\"twin\" fits 2 runs, give more of the key"))
      let key = try store.all()[1].key
      #expect(try subject(root, String(key.hex.prefix(12))).load().networks.count == 1)
    }
  }

  @Test func `networks of another image size are refused by name`() throws {
    try withTemporaryFolder { root in
      _ = try train(recipe("small"), in: root)
      _ = try train(recipe("large", size: 32), in: root)
      let text = refusal(subject(root, "small", "large"))
      #expect(text.hasPrefix("large: this network takes images of 32×32 pixels in 10 classes"))
      #expect(text.contains("have 16×16 in 10; give images of its kind"))
    }
  }

  @Test func `networks of other generated images are evaluated apart`() throws {
    try withTemporaryFolder { root in
      _ = try train(recipe("first"), in: root)
      var other = try recipe("other")
      other.data.trainCount = 80
      _ = try train(other, in: root)
      other.name = "reseeded"
      other.data.seed = 1
      _ = try train(other, in: root)
      #expect(try subject(root, "first", "other").load().networks.count == 2, "the test images are the same")
      var training = subject(root, "first", "other")
      training.split = .train
      #expect(refusal(training).contains("first and other were trained on different generated images"))
      #expect(refusal(subject(root, "first", "reseeded")).contains("first and reseeded were trained on different"))
    }
  }

  @Test func `a run may have more classes than its images, a weight file may not`() throws {
    try withTemporaryFolder { root in
      var recipe = try recipe("twelve")
      recipe.model = try WideResNet(depth: 10, widenFactor: 1, classCount: 12, imageShape: [3, 16, 16])
      let trained = try train(recipe, in: root)
      #expect(try subject(root, "twelve").load().networks[0].model.architecture.classCount == 12)
      let text = refusal(subject(root, "twelve", trained.folder + "/final.safetensors", models: ["wrn-10-1"]))
      #expect(text.contains("final.safetensors"), "\(text)")
    }
  }

  @Test func `only data sets with parts have a split`() throws {
    try withTemporaryFolder { root in
      let trained = try train(recipe("run"), in: root)
      #expect(try subject(root, "run").load().split == .test)
      let grey = PNGImage(width: 16, height: 16, rgb: [UInt8](repeating: 128, count: 3 * 16 * 16))
      for label in 0..<10 {
        let folder = "\(root)/pictures/class\(label)"
        try Files.makeFolder(folder)
        try grey.write(to: folder + "/1.png")
      }
      var subject = subject(root, trained.folder + "/final.safetensors", models: ["wrn-10-1"])
      subject.dataDirectory = root + "/pictures"
      let loaded = try subject.load()
      #expect(loaded.split == nil && loaded.images.count == 10)
    }
  }
}
