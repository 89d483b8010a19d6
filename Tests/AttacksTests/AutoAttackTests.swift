import Attacks
import Networks
import Objectives
import Tensors
import Testing
import _TestSupport

struct AutoAttackTests {
  static let threat = ThreatModel(norm: .linf, epsilon: 0.03)
  static let short: [any Attack] = [
    APGD(threatModel: threat, loss: .crossEntropy, iterations: 10),
    APGD(threatModel: threat, loss: .targetedDLR, iterations: 10),
    FAB(threatModel: threat, iterations: 10), Square(threatModel: threat, queries: 100),
  ]
  /// A classifier, and images of which some are wrong without attack, some broken and some robust.
  static func problem(classes: Int, count: Int = 30) -> (LinearClassifier, Tensor, [Int]) {
    var stream = RandomKey(seed: 31).stream
    let classifier = LinearClassifier(
      weights: (0..<classes).map { _ in (0..<75).map { _ in stream.normal() } }, imageShape: [3, 5, 5])
    let images = Tensor((0..<count * 75).map { _ in stream.uniform() }, shape: [count, 3, 5, 5])
    var labels = classifier.classes(images)
    for i in stride(from: 0, to: count, by: 10) { labels[i] = (labels[i] + 1) % classes }
    return (classifier, images, labels)
  }

  private func evaluate(
    _ problem: (LinearClassifier, Tensor, [Int]), _ attacks: [any Attack] = short, batchSize: Int = 32,
    mode: AutoAttack.Mode = .cumulative
  ) throws -> Evaluation {
    try AutoAttack(threatModel: Self.threat, attacks: attacks, mode: mode, batchSize: batchSize)
      .evaluate(problem.0, images: problem.1, labels: problem.2, seed: 0)
  }

  @Test func theStandardListIsThePublishedOne() {
    let standard = AutoAttack.standard(.linf8)
    #expect(standard.attacks.map(\.name) == ["apgd-ce", "apgd-t", "fab-t", "square"])
    #expect(
      standard.attacks[0] as? APGD == APGD(threatModel: .linf8, loss: .crossEntropy, iterations: 100, restarts: 1))
    #expect(standard.attacks[1] as? APGD == APGD(threatModel: .linf8, loss: .targetedDLR, iterations: 100, targets: 9))
    #expect((standard.attacks[2] as? FAB)?.iterations == 100 && (standard.attacks[2] as? FAB)?.targets == 9)
    #expect((standard.attacks[3] as? Square)?.queries == 5000)
  }

  @Test func listsAreMadeByName() throws {
    #expect(try AutoAttack(.linf8, named: AutoAttack.attackNames).attacks.map(\.name) == AutoAttack.attackNames)
    #expect(throws: UnknownAttack(name: "apdg")) { try AutoAttack(.linf8, named: ["apdg"]) }
  }

  @Test func stagesAreCumulativeAndEveryImageIsAccountedFor() throws {
    let evaluation = try evaluate(Self.problem(classes: 10))
    #expect(evaluation.clean.count { !$0 } == 3)
    var robust = evaluation.clean.count { $0 }
    for stage in evaluation.stages {
      robust -= stage.broken
      #expect(stage.flags.count { $0 } == robust)
    }
    #expect(evaluation.robust == evaluation.stages.last!.flags)
    #expect(robust > 0 && robust < 27)
  }

  @Test func individualStagesAttackEveryRightImage() throws {
    let problem = Self.problem(classes: 10)
    let evaluation = try evaluate(problem, mode: .individual)
    let right = evaluation.clean.count { $0 }
    for stage in evaluation.stages { #expect(stage.flags.count { $0 } == right - stage.broken) }
    for i in evaluation.robust.indices {
      #expect(evaluation.robust[i] == evaluation.stages.allSatisfy { $0.flags[i] })
    }
    // An attack draws the same wherever it stands in a list.
    let alone = try evaluate(problem, [Self.short[3]])
    #expect(alone.stages[0].flags == evaluation.stages[3].flags)
  }

  @Test func flagsDependNeitherOnTheBatchNorOnTheOtherImages() throws {
    let problem = Self.problem(classes: 10)
    let all = try evaluate(problem)
    for batchSize in [1, 7] {
      let other = try evaluate(problem, batchSize: batchSize)
      #expect(other.stages.map(\.flags) == all.stages.map(\.flags), "batch \(batchSize)")
    }
    let suite = AutoAttack(threatModel: Self.threat, attacks: Self.short)
    let part = try suite.evaluate(
      problem.0, images: problem.1[rows: 12..<20], labels: Array(problem.2[12..<20]), first: 12, seed: 0)
    #expect(part.stages.map(\.flags) == all.stages.map { Array($0.flags[12..<20]) })
  }

  @Test func anInterruptedEvaluationGoesOnToTheSameFlags() throws {
    struct Killed: Error {}
    let problem = Self.problem(classes: 10)
    var suite = AutoAttack(threatModel: Self.threat, attacks: Self.short, batchSize: 6, keepsImages: true)
    let whole = try suite.evaluate(problem.0, images: problem.1, labels: problem.2, seed: 4, subject: "w")
    try withTemporaryFolder { folder in
      let path = folder + "/state"
      var state: EvaluationState?
      var sessions = 0
      while true {
        var saves = 0
        sessions += 1
        do {
          let resumed = try suite.evaluate(
            problem.0, images: problem.1, labels: problem.2, seed: 4, subject: "w", resuming: state,
            save: {
              try $0.write(to: path)
              saves += 1
              if saves == 2 { throw Killed() }
            })
          #expect(resumed.stages.map(\.flags) == whole.stages.map(\.flags))
          #expect(resumed.images == whole.images)
          break
        } catch is Killed {}
        state = try EvaluationState(contentsOf: path)
        suite.batchSize = 5  // even with another batch
      }
      #expect(sessions > 4)
    }
  }

  @Test(arguments: AutoAttack.Mode.allCases)
  func imagesMayBeAskedForOnlyWhenAnEvaluationGoesOn(_ mode: AutoAttack.Mode) throws {
    let (classifier, images, labels) = Self.problem(classes: 10)
    var suite = AutoAttack(threatModel: Self.threat, attacks: Self.short, mode: mode, batchSize: 6)
    func evaluate(from state: EvaluationState? = nil) throws -> (evaluation: Evaluation, states: [EvaluationState]) {
      var states: [EvaluationState] = []
      let evaluation = try suite.evaluate(
        classifier, images: images, labels: labels, seed: 4, resuming: state, save: { states.append($0) })
      return (evaluation, states)
    }
    let without = try evaluate()
    suite.keepsImages = true
    let with = try evaluate()
    #expect(with.evaluation.images != images && without.evaluation.images == nil)
    for state in [without.states[0], without.states[without.states.count / 2], without.states.last!] {
      let resumed = try evaluate(from: state).evaluation
      #expect(resumed.stages.map(\.flags) == with.evaluation.stages.map(\.flags))
      #expect(resumed.images == with.evaluation.images && resumed.warnings == with.evaluation.warnings)
    }
    suite.keepsImages = false
    let resumed = try evaluate(from: with.states[with.states.count / 2]).evaluation
    #expect(resumed.images == nil && resumed.stages.map(\.flags) == with.evaluation.stages.map(\.flags))
  }

  @Test func aStateOfAnotherEvaluationIsRefused() throws {
    let problem = Self.problem(classes: 10, count: 4)
    let suite = AutoAttack(threatModel: Self.threat, attacks: Self.short)
    var saved: EvaluationState?
    _ = try suite.evaluate(problem.0, images: problem.1, labels: problem.2, seed: 4, save: { saved = $0 })
    #expect(throws: EvaluationMismatch(field: "seed", saved: "4", wanted: "5")) {
      try suite.evaluate(problem.0, images: problem.1, labels: problem.2, seed: 5, resuming: saved)
    }
  }

  @Test func progressCountsDownToNothing() throws {
    let problem = Self.problem(classes: 10)
    var seen: [EvaluationProgress] = []
    let suite = AutoAttack(threatModel: Self.threat, attacks: Self.short, batchSize: 8)
    let evaluation = try suite.evaluate(
      problem.0, images: problem.1, labels: problem.2, seed: 0, onProgress: { seen.append($0) })
    #expect(Set(seen.map(\.attack)) == ["apgd-ce", "apgd-t", "fab-t", "square"])
    #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.0.robustAccuracy >= $0.1.robustAccuracy })
    #expect(seen.last!.robustAccuracy == evaluation.robustAccuracy)
    #expect(seen.last!.secondsLeft! < 1 && seen.allSatisfy { $0.left <= 27 })
  }

  @Test(arguments: [2, 3, 4, 9]) func fewerClassesAreAttackedAndRemarkedOn(_ classes: Int) throws {
    let problem = Self.problem(classes: classes)
    let evaluation = try evaluate(problem)
    #expect(evaluation.robustAccuracy < evaluation.cleanAccuracy)
    #expect(evaluation.warnings.contains(.fewTargets(attack: "apgd-t", used: classes - 1, standard: 9)))
    #expect(evaluation.warnings.contains(.simplifiedLoss(attack: "apgd-t", classCount: classes)) == (classes < 4))
  }

  @Test func nothingIsLeftToAttack() throws {
    // All labels wrong: no image is right to begin with.
    var problem = Self.problem(classes: 4, count: 5)
    problem.2 = problem.0.classes(problem.1).map { ($0 + 1) % 4 }
    let evaluation = try evaluate(problem)
    #expect(evaluation.cleanAccuracy == 0 && evaluation.robustAccuracy == 0)
    #expect(evaluation.stages.allSatisfy { $0.broken == 0 })
    // All broken by the first attack; the later ones have nothing to do.
    let strong = ThreatModel(norm: .linf, epsilon: 0.5)
    let suite = AutoAttack.standard(strong)
    let labels = problem.0.classes(problem.1)
    let broken = try suite.evaluate(problem.0, images: problem.1, labels: labels, seed: 0)
    #expect(broken.stages.map(\.broken) == [5, 0, 0, 0])
    for attack in suite.attacks {
      let result = attack.run(on: problem.1, labels: problem.2, of: problem.0, key: RandomKey(seed: 0))
      #expect(result.broken == [true, true, true, true, true] && result.images == problem.1, "\(attack.name)")
    }
  }

  @Test func aSingleImageAndNoneAreEvaluated() throws {
    let (classifier, images, labels) = Self.problem(classes: 10)
    let one = try evaluate((classifier, images[rows: 3..<4], [labels[3]]))
    #expect(one.clean == [true] && one.stages.count == 4)
    let none = try evaluate((classifier, images[rows: 0..<0], []))
    #expect(none.robustAccuracy == 0 && none.report(weightsSHA256: "").interval95 == [0, 1])
  }

  @Test func theReportHasTheDocumentedForm() throws {
    let evaluation = try evaluate(Self.problem(classes: 10))
    let report = evaluation.report(weightsSHA256: "abc")
    for stage in report.stages {
      #expect(stage.flags.count == 30)
      #expect(Set(stage.flags).isSubset(of: ["0", "1"]))
    }
    #expect(report.flags == evaluation.robust)
    #expect(report.range == [0, 30] && report.seed == 0 && report.eps == 0.03 && report.norm == .linf)
    #expect(report.interval95[0] < report.robust && report.robust < report.interval95[1])
    #expect(report.cleanInterval95 == WilsonInterval(successes: 27, trials: 30).bounds)
    for stage in report.stages {
      #expect(stage.interval95 == report.interval(of: stage.robust).bounds)
      #expect(stage.interval95 == WilsonInterval(successes: stage.flags.count { $0 == "1" }, trials: 30).bounds)
    }
    #expect(report.mode == .cumulative && report.warnings == [] && report.split == nil)
  }
}
