// Any attack as the inner maximisation of training: keys, files, refusals, and that it is what is trained on. That threads
// and interruptions leave no trace is among the variants of `TrainerTests`.

import Attacks
import Basics
import Datasets
import Foundation
import Networks
import Objectives
import Runs
import Tensors
import Testing
import Training
import _TestSupport

struct AnyAttackTests {
  private static let apgd = APGD(threatModel: .linf8, loss: .crossEntropy, iterations: 3)

  private func recipe(_ attack: TrainingAttack?) throws -> Recipe { try TrainerTests.recipe(epochs: 1, attack: attack) }

  /// The parameters after an epoch of two steps.
  private func trained(_ attack: TrainingAttack?) throws -> [Float] {
    let recipe = try recipe(attack)
    let trainer = try Trainer(recipe, data: DataSplits(recipe.data, directory: nil, threads: 1), threads: 2)
    try trainer.run(probe: 0)
    return trainer.state.model.parameters.values
  }

  private func json(_ attack: TrainingAttack) throws -> String {
    try JSON(parsing: JSONEncoder().encode(attack)).canonical
  }

  @Test func `each attack trains another network`() throws {
    let step = PGD(threatModel: .linf8, stepSize: ThreatModel.linf8.epsilon, steps: 1, randomStart: false)
    let fgsm = try trained(TrainingAttack(FGSM(threatModel: .linf8)))
    #expect(try fgsm == trained(TrainingAttack(step)), "FGSM is a step of PGD")
    let attacks: [any Attack] = [
      Self.apgd, MomentumFGSM(threatModel: .linf8, steps: 2, decay: 0.5), Square(threatModel: .linf8, queries: 3),
      FAB(threatModel: .linf8, targets: 2, iterations: 2, halvings: 1), RestartedPGD(TrainerTests.short, restarts: 2),
      APGD(threatModel: .linf8, loss: .targetedDLR, iterations: 2, targets: 2),
    ]
    let networks = try [trained(nil), fgsm] + attacks.map { try trained(TrainingAttack($0)) }
    #expect(Set(networks).count == 8)
  }

  @Test func `today's recipes keep their JSON, and each attack has a key of its own`() throws {
    #expect(
      try json(TrainingAttack(.pgd10, statistics: .batch))
        == #"{"pgd":{"randomStart":true,"stepSize":0.007843138,"steps":10,"threatModel":{"epsilon":0.03137255,"norm":"linf"}},"statistics":"batch"}"#
    )
    let attacks: [TrainingAttack] = [
      TrainingAttack(), TrainingAttack(statistics: .batch), TrainingAttack(FGSM(threatModel: .linf8)),
      TrainingAttack(Self.apgd), TrainingAttack(APGD(threatModel: .linf8, loss: .crossEntropy)),
      TrainingAttack(RestartedPGD(.pgd10)), TrainingAttack(Square(threatModel: .linf8)),
      TrainingAttack(FAB(threatModel: .linf8)), TrainingAttack(MomentumFGSM(threatModel: .linf8, steps: 2, decay: 1)),
    ]
    let keys = try attacks.map { try RunIdentity(recipe: recipe($0), data: "data", numericsVersion: 1).key }
    #expect(Set(keys).count == attacks.count && Set(attacks).count == attacks.count)
    for attack in attacks.dropLast() {
      #expect(try JSONDecoder().decode(TrainingAttack.self, from: JSONEncoder().encode(attack)) == attack)
    }
    #expect(try json(attacks[3]).hasPrefix(#"{"apgd":{"iterations":3,"loss":"ce""#))
  }

  @Test func `a recipe file holds any attack that is known`() throws {
    try withTemporaryFolder { folder in
      func read(_ text: String) throws -> Recipe {
        try text.write(toFile: folder + "/r.json", atomically: true, encoding: .utf8)
        return try Recipe(contentsOf: folder + "/r.json")
      }
      func refusal(_ text: String) throws -> RecipeError { try #require(throws: RecipeError.self) { try read(text) } }
      func text(_ attack: some Attack) throws -> String {
        String(decoding: try JSONEncoder().encode(recipe(TrainingAttack(attack))), as: UTF8.self)
      }
      #expect(try read(text(Self.apgd)) == recipe(TrainingAttack(Self.apgd)))
      let unknown = try refusal(text(Self.apgd).replacing("\"apgd\"", with: "\"apdg\""))
      #expect(unknown.field == "attack" && unknown.value.contains("no attack is of kind apdg; there are pgd, fgsm,"))
      #expect(
        try refusal(text(Self.apgd).replacing("\"apgd\":", with: "\"fgsm\":{},\"apgd\":")).value
          .contains("more than one attack"))
      let number = try refusal(text(Self.apgd).replacing("\"iterations\":3", with: "\"iterations\":0"))
      #expect(number.field == "attack.apgd.iterations" && number.allowed == "1 … 1000000")
      let extra = try refusal(text(FGSM(threatModel: .linf8)).replacing("\"fgsm\":{", with: "\"fgsm\":{\"steps\":2,"))
      #expect(extra.field == "attack.fgsm.steps" && extra.value == "not a field")
      // One's own, once it is registered.
      #expect(try refusal(text(Stray())).value.contains("no attack is of kind stray"))
      try AttackRegistry.register(MomentumFGSM.named)
      let own = MomentumFGSM(threatModel: .linf8, steps: 2, decay: 1)
      #expect(try read(text(own)) == recipe(TrainingAttack(own)))
    }
  }

  /// An attack that nobody registers.
  private struct Stray: Attack {
    var threatModel = ThreatModel.linf8
    var name: String { "stray" }
    func cost(classCount: Int) -> Double { 1 }
    func run(
      on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
      onProgress: (AttackProgress) -> Void
    ) -> AttackResult { AttackResult(clean: images) }
  }

  /// Another attack under the kind of a built-in one.
  private struct False: Attack {
    static let kind = "fgsm"
    var threatModel = ThreatModel.linf8
    var name: String { "false" }
    func cost(classCount: Int) -> Double { 1 }
    func run(
      on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
      onProgress: (AttackProgress) -> Void
    ) -> AttackResult { AttackResult(clean: images) }
  }

  @Test func `an attack that cannot train is refused by its field`() throws {
    func error(_ attack: TrainingAttack, _ change: (inout Recipe) -> Void = { _ in }) throws -> RecipeError? {
      var recipe = try recipe(attack)
      change(&recipe)
      do { try recipe.validate() } catch let error as RecipeError { return error }
      return nil
    }
    #expect(try error(TrainingAttack(Self.apgd)) == nil)
    #expect(try error(TrainingAttack(FGSM(threatModel: .linf8), statistics: .batch)) == nil)
    #expect(try error(TrainingAttack(Self.apgd, statistics: .batch))?.field == "attack.statistics")
    #expect(try error(TrainingAttack(Self.apgd)) { $0.objective = .trades() } == nil)
    let square = TrainingAttack(Square(threatModel: .linf8))
    #expect(try error(square) == nil)
    #expect(try error(square) { $0.objective = .mart() } == nil, "MART leaves the goal to its attack")
    let goal = try error(square) { $0.objective = .trades() }
    #expect(goal?.field == "attack.square" && goal?.allowed.contains("such as pgd") == true)
    #expect(try error(TrainingAttack(False()))?.field == "attack.fgsm.kind")
    var fab = FAB(threatModel: .linf8)
    fab.halvings = -1
    #expect(try error(TrainingAttack(fab))?.field == "attack.fab.halvings")
    var wide = FGSM(threatModel: ThreatModel(norm: .linf, epsilon: 1.5))
    #expect(try error(TrainingAttack(wide))?.field == "attack.fgsm.threatModel.epsilon")
    wide.threatModel = ThreatModel(norm: .l2, epsilon: 27)
    #expect(try error(TrainingAttack(wide)) == nil)
    #expect(
      try error(
        TrainingAttack(RestartedPGD(PGD(threatModel: .linf8, stepSize: 2, steps: 1, randomStart: true), restarts: 3)))?
        .field == "attack.restartedpgd.pgd.stepSize")
  }
}
