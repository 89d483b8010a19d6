// An attack as somebody from outside would bring it: written with what is public alone.

import Attacks
import Objectives
import Tensors

/// The momentum iterative method: Dong et al., CVPR 2018, arXiv:1710.06081, Algorithm 1.
///
///     g ← decay·g + ∇/‖∇‖₁;  x ← P(x + ε/steps·sign g)
struct MomentumFGSM: Attack {
  var threatModel: ThreatModel
  var steps: Int
  var decay: Float

  /// What a program registers to ask for it by name, and to read recipes that hold it.
  static let named = NamedAttack("mi-fgsm") { MomentumFGSM(threatModel: $0, steps: 10, decay: 1) }

  var name: String { "mi-fgsm" }
  func cost(classCount: Int) -> Double { Double(2 * steps + 1) }

  func perturb(
    _ images: Tensor, labels: [Int], raising loss: (any LogitLoss)?, from start: Tensor?,
    of classifier: some Classifier, key: RandomKey, indices: [Int]
  ) -> Tensor {
    var x = images
    var momentum = [Float](repeating: 0, count: images.count)
    let d = images.count / max(labels.count, 1)
    for _ in 0..<steps {
      let gradient = classifier.gradient(of: CrossEntropy(labels: labels), at: x).gradient.elements
      for image in labels.indices {
        let length = gradient[image * d..<(image + 1) * d].reduce(0) { $0 + abs($1) }
        for j in image * d..<(image + 1) * d {
          momentum[j] = decay * momentum[j] + gradient[j] / max(length, 1e-12)
          x.elements[j] += threatModel.epsilon / Float(steps) * (momentum[j] > 0 ? 1 : (momentum[j] < 0 ? -1 : 0))
        }
      }
      x = threatModel.projected(x, around: images)
    }
    return x
  }

  func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    var result = AttackResult(clean: images)
    result.images = perturb(images, labels: labels, of: classifier, key: key, indices: indices)
    result.broken = zip(classifier.classes(result.images), labels).map { $0 != $1 }
    return result
  }
}
