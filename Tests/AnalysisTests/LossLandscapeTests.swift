import Analysis
import Attacks
import Datasets
import Networks
import Tensors
import Testing
import _TestSupport

/// `landscape` of the outside numbers: a WRN-10-1 on the first 64 images, 21 values of γ.
@Suite(.requiresReference, .requiresData) struct LossLandscapeTests {
  @Test func agreesWithTheReference() throws {
    let folder = try OutsideFiles.referenceDirectory()
    let reference = try SafetensorsFile(contentsOf: folder + "/landscape.safetensors")
    let model = try Model(WideResNet(depth: 10, widenFactor: 1), contentsOf: folder + "/wrn-10-1-cifar10.safetensors")
    let data = try CIFAR10.load(directory: OutsideFiles.dataDirectory(), split: .test).prefix(64)
    let images = data.tensor
    let gammas = try reference.float64s("gamma")
    let clean = LossLandscape(gammas: gammas, attack: nil)
      .losses(of: model, images: images, labels: data.labels, key: RandomKey(seed: 0), threads: 2)
    expectClose(clean, try reference.float64s("clean_ce"), rtol: 1e-4, atol: 1e-5, "clean")
    var pgd = PGD.pgd10
    pgd.randomStart = false
    let attacked = LossLandscape(gammas: gammas, attack: pgd)
      .losses(of: model, images: images, labels: data.labels, key: RandomKey(seed: 0), threads: 2)
    // Sign gradients amplify rounding: single pixels leave the reference path.
    expectClose(attacked, try reference.float64s("pgd10_ce"), rtol: 3e-3, "PGD-10")
  }
}
