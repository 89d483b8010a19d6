// Four pictures and a network of 1,154 numbers: what evaluates in a hundredth of a second.

internal import Datasets
internal import FileSystem
internal import Networks
internal import Tensors

/// Files in a sandbox that `workbench evaluate` and `certify` can be given.
struct SmallNetwork {
  let sandbox: Sandbox
  var model: Model

  /// A perceptron of two classes for pictures of 8×8 pixels, which stand in the sandbox's folder `pictures`.
  init(_ sandbox: Sandbox) throws {
    self.sandbox = sandbox
    model = Model(try MultilayerPerceptron(hidden: [4], classCount: 2, imageShape: [3, 8, 8]), key: RandomKey(seed: 0))
    for (i, name) in ["a/1", "a/2", "b/1", "b/2"].enumerated() {
      try Files.makeFolder("\(sandbox.root)/pictures/\(Files.folder(of: name))")
      let pixels = (0..<3 * 64).map { UInt8(truncatingIfNeeded: 37 * $0 + 90 * i) }
      try RGBImage(width: 8, height: 8, pixels: pixels).writePNG("\(sandbox.root)/pictures/\(name).png")
    }
  }

  /// Runs `workbench evaluate` with a quick attack, and with `more`.
  func evaluate(_ more: String..., attack: [String] = ["--attack", "fgsm"]) throws -> Sandbox.Result {
    try model.write(to: sandbox.root + "/w.safetensors")
    return try sandbox.run(
      ["evaluate", "--model", "mlp-4", "--weights", "w.safetensors", "--data", "pictures", "--threads", "1"] + attack
        + more)
  }
}
