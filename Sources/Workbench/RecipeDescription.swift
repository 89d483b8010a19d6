// A recipe in words and numbers, field by field.

internal import Attacks
internal import Datasets
internal import Networks
internal import Objectives
internal import Runs
internal import Tensors
public import Training

extension Recipe {
  /// Every number of the recipe with what it is, for people.
  public var details: [(field: String, value: String)] {
    var lines: [(field: String, value: String)] = []
    func add(_ field: String, _ value: String) { lines.append((field, value)) }
    let parameters = Model(model, key: RandomKey(seed: 0)).parameterCount
    let activation = (model as? any ResidualNetwork).map { ", " + $0.activation.rawValue } ?? ""
    add(
      "network",
      "\(model.name), \(parameters) parameters, images \(model.imageShape), \(model.classCount) classes" + activation)
    add("initialisation", initialization.rawValue)
    add("spectral normalisation", model.spectralNormalization ? "every convolution and the linear layer" : "none")
    add(
      "data",
      "\(data.source.rawValue), \(data.imageSize)×\(data.imageSize), at most \(data.trainCount) to train on, of them \(data.heldOut) held out, \(data.testCount) to test, seed \(data.seed)"
    )
    add(
      "views",
      "\(views ?? 1) an image: "
        + (augmentation.steps.isEmpty ? "as it is" : augmentation.steps.map(Self.describe).joined(separator: ", ")))
    if let viewAttacks {
      for (i, attack) in viewAttacks.enumerated() { add("attack of view \(i + 1)", describe(attack)) }
    } else {
      add("attack", describe(attack))
    }
    if let objective {
      add("objective", "\(objective.name): \(objective.summary)")
    } else if let consistency {
      add(
        "consistency",
        "\(consistency.divergence.name), temperature \(consistency.temperature), weight \(consistency.weight)")
    } else {
      add("consistency", "none")
    }
    add("epochs", "\(epochs)" + (averaging == nil ? "" : ", and one for the statistics of the averaged weights"))
    add("batch", "\(batchSize) images in \(shards) shards, \(rowsPerStep) rows a step")
    add(
      "optimiser",
      "SGD, learning rate \(optimizer.learningRate), momentum \(optimizer.momentum), weight decay \(optimizer.weightDecay)"
        + (optimizer.nesterov ? ", Nesterov" : ""))
    switch schedule {
    case .constant: add("schedule", "constant")
    case .multiStep(let milestones, let factor):
      add("schedule", "times \(factor) at the start of epochs \(milestones.map(String.init).joined(separator: ", "))")
    case .cosine(let epochs): add("schedule", "cosine over \(epochs) epochs")
    }
    if let averaging {
      add("averaging", "weights at the start of each epoch from \(averaging.start) on; the rate is held from there")
    } else {
      add("averaging", "none")
    }
    if let perturbation {
      add(
        "perturbation",
        "\(perturbation.size) of each tensor's norm, proxy's rate \(perturbation.proxyLearningRate), from epoch \(perturbation.start) on"
      )
    } else {
      add("perturbation", "none")
    }
    if let selection {
      let judges = selection.judges == .heldOut ? "held-out training images" : "test images, as published"
      let chosen = "the network with the lowest loss under PGD-10 on \(selection.images) \(judges)"
      add("kept", averaging == nil ? chosen : "the averaged network, and beside it \(chosen)")
    } else {
      add("kept", averaging == nil ? "the last network" : "the averaged network, and beside it the last one")
    }
    add("seed", "\(seed)")
    return lines
  }

  private func pixels(_ value: Float) -> String {
    let level = value * 255
    return abs(level) < 1e6 && abs(level - level.rounded()) < 1e-4 ? "\(Int(level.rounded()))/255" : "\(value)"
  }

  private func describe(_ attack: TrainingAttack?) -> String {
    guard let attack else { return "none" }
    return "\(describe(attack.attack)), network in \(attack.statistics == .running ? "evaluation" : "training") mode"
  }

  private func describe(_ attack: any Attack) -> String {
    let ball = "\(attack.threatModel.norm.rawValue) \(pixels(attack.threatModel.epsilon))"
    if let pgd = attack as? PGD {
      return "PGD-\(pgd.steps), \(ball), step \(pixels(pgd.stepSize)), "
        + (pgd.randomStart ? "random start" : "from the image")
    }
    // Every number of it, by the names of its JSON.
    let numbers = ((try? FlatFields.of(attack)) ?? [:]).filter { !$0.key.hasPrefix("threatModel.") }
    return ([attack.name, ball] + numbers.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
      .joined(separator: ", ")
  }

  private static func describe(_ step: Augmentation.Step) -> String {
    switch step {
    case .crop(let padding): "crop (padding \(padding))"
    case .flip: "flip"
    case .autoAugment: "AutoAugment"
    case .cutout(let side): "Cutout \(side)×\(side)"
    }
  }
}
