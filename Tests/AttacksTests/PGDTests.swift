import Attacks
import Networks
import Objectives
import Tensors
import Testing
import _TestSupport

struct PGDTests {
  /// `attacks_deterministic` of the outside numbers: no random start, 48 images.
  @Test(.requiresReference, arguments: [Norm.linf, .l2])
  func trajectoriesFollowTheReference(_ norm: Norm) throws {
    let folder = try OutsideFiles.referenceDirectory()
    let file = try SafetensorsFile(contentsOf: folder + "/attacks_deterministic.safetensors")
    let model = try Model(WideResNet(depth: 10, widenFactor: 1), contentsOf: folder + "/wrn-10-1-cifar10.safetensors")
    let images = try file.tensor("images")
    let labels = try file.int64s("labels").map(Int.init)
    let prefix = norm == .linf ? "pgd10_linf" : "pgd10_l2_eps0.5"
    let pgd = PGD(
      threatModel: ThreatModel(norm: norm, epsilon: norm == .linf ? 8 / 255 : 0.5),
      stepSize: norm == .linf ? 2 / 255 : 15 / 255, steps: 10, randomStart: false)
    var state = PGDState(images.shape, classCount: 10)
    state.begin(images)
    var steps: [[Float]] = []
    var target = PGDTarget(clean: images, loss: CrossEntropy(labels: labels))
    pgd.climb(&state, &target, of: ModelClassifier(model, threads: 2)) { _, state, _ in
      steps.append(state.losses)
      return true
    }
    let expected = try file.tensor(prefix + ".losses")
    expectClose(steps[0], Array(expected.elements[0..<48]), rtol: 1e-4, atol: 1e-5, "losses at the clean images")
    var near = 0
    for i in 0..<48 {
      let last = Double(expected.elements[9 * 48 + i])
      if abs(Double(steps[9][i]) - last) <= 0.01 * last + 1e-4 { near += 1 }
    }
    #expect(near >= 46, "last losses agree within 1 % on \(near) of 48 images")
    let adversarial = try file.tensor(prefix + ".adversarial")
    let far = zip(state.images.elements, adversarial.elements).count { abs($0 - $1) > 1e-3 }
    #expect(Double(far) < 0.02 * Double(adversarial.count), "\(far) pixels differ")
  }

  @Test(arguments: [Norm.linf, .l2])
  func projectionIsIdempotentAndStaysInside(_ norm: Norm) {
    let threat = ThreatModel(norm: norm, epsilon: 0.25)
    var stream = RandomKey(seed: 5).stream
    let clean = (0..<75).map { _ in stream.uniform() }
    var x = clean.map { $0 + stream.uniform(-0.5, 0.5) }
    threat.project(&x, clean: clean, count: 75)
    let once = x
    threat.project(&x, clean: clean, count: 75)
    expectClose(x, once, atol: 1e-6)
    #expect(x.allSatisfy { $0 >= 0 && $0 <= 1 })
    let delta = zip(x, clean).map { Double($0 - $1) }
    let length = norm == .linf ? delta.map(abs).max()! : delta.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(length <= 0.25 + 1e-6)
  }

  /// On a linear classifier one class apart, the worst Linf perturbation is ε·sign(w), known in closed form.
  @Test func findsTheOptimumOnALinearClassifier() {
    let classifier = LinearClassifier(weights: [[1, -2, 0.5, 0], [-1, 1, 0.5, 0]], imageShape: [1, 2, 2])
    let images = Tensor([0.5, 0.5, 0.5, 0.5], shape: [1, 1, 2, 2])
    let pgd = PGD(threatModel: ThreatModel(norm: .linf, epsilon: 0.1), stepSize: 0.03, steps: 10, randomStart: true)
    let found = pgd.perturb(images, labels: [0], of: classifier, key: RandomKey(seed: 1)).elements
    expectClose(Array(found[0..<2]), [0.4, 0.6], atol: 1e-6)
    #expect(abs(found[2] - 0.5) <= 0.100001 && abs(found[3] - 0.5) <= 0.100001)  // no gradient there: the random start stays
  }

  @Test func imagesThatResistComeBackAsTheyWere() {
    let (classifier, images, labels) = AutoAttackTests.problem(classes: 10)
    let pgd = PGD(threatModel: AutoAttackTests.threat, stepSize: 0.01, steps: 5, randomStart: true)
    let attacks: [any Attack] = [FGSM(threatModel: AutoAttackTests.threat), RestartedPGD(pgd, restarts: 2)]
    for attack in attacks {
      let result = attack.run(on: images, labels: labels, of: classifier, key: RandomKey(seed: 0))
      #expect(result.broken.contains(false) && result.broken.contains(true), "\(attack.name)")
      for i in labels.indices where !result.broken[i] {
        #expect(result.images[rows: i..<i + 1] == images[rows: i..<i + 1], "\(attack.name), image \(i)")
      }
    }
  }

  @Test func randomStartBelongsToTheImageIndex() {
    let classifier = LinearClassifier(weights: [[1, -2, 0.5, 1], [-1, 1, 0.5, 2]], imageShape: [1, 2, 2])
    let images = Tensor((0..<12).map { Float($0) / 12 }, shape: [3, 1, 2, 2])
    let pgd = PGD(threatModel: .linf8, stepSize: 0, steps: 1, randomStart: true)
    let key = RandomKey(seed: 2)
    let all = pgd.perturb(images, labels: [0, 1, 0], of: classifier, key: key)
    let last = pgd.perturb(images[rows: 2..<3], labels: [0], of: classifier, key: key, indices: [2])
    #expect(all[rows: 2..<3] == last)
    #expect(all != images)
  }
}
