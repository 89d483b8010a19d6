// One step of training: attack, perhaps a perturbation of the weights, gradient, optimiser.
//
// With spectral normalisation u and v advance once a forward pass in training mode, for all shards together and before
// any of them: shards do not see u and v move at their own pace, so the bits hang neither on threads nor on shards.

internal import Attacks
internal import Datasets
internal import Networks
internal import Objectives
internal import Tensors

extension Trainer {
  /// One step on one batch: of the optimiser, or in the pass after averaging of the running statistics alone.
  func step(_ batch: ArraySlice<Int>, epochKey: RandomKey) {
    let isTraining = state.epoch < recipe.epochs
    let purpose: Shard.Purpose = isTraining ? .training : .statistics
    if recipe.model.spectralNormalization || recipe.perturbation != nil {
      attack(batch, epochKey: epochKey)
      if isTraining { perturb() }
      if recipe.model.spectralNormalization { state.iteratePower(weights, threads: threads) }
      pack()
      differentiate(purpose)
    } else {
      let (shards, data, recipe, statistics) = (shards, data, recipe, state.model.statistics.values)
      let forwards = forwards
      let first = block.lowerBound
      parallelFor(shards.count, threads: threads) { s, _ in
        shards[s].begin(
          on: batch.part(first + s, of: recipe.shards), of: data.train, epochKey: epochKey, running: statistics,
          forwards: forwards)
        shards[s].attack(epochKey: epochKey)
        shards[s].differentiate(purpose, batchSize: recipe.batchSize)
      }
    }
    found.take(shards, into: &state)
    if isTraining { descend() }
    pack()
  }

  /// Forward passes that the running statistics of averaged weights are the mean of; nil in training.
  private var forwards: Int? {
    if state.epoch < recipe.epochs { return nil }
    let passes = recipe.objectiveInUse.usesNaturalPass ? 2 : 1
    return state.step * ((recipe.attack?.passesInTrainingMode ?? 0) + passes)
  }

  /// Views and adversarial images of all shards. If the attack is in training mode, u and v advance before each step.
  private func attack(_ batch: ArraySlice<Int>, epochKey: RandomKey) {
    let (shards, data, recipe, statistics) = (shards, data, recipe, state.model.statistics.values)
    let forwards = forwards
    let advances = recipe.model.spectralNormalization && recipe.attack?.statistics == .batch
    let first = block.lowerBound
    parallelFor(shards.count, threads: threads) { s, _ in
      shards[s].begin(
        on: batch.part(first + s, of: recipe.shards), of: data.train, epochKey: epochKey, running: statistics,
        forwards: forwards)
      if !advances { shards[s].attack(epochKey: epochKey) }
    }
    guard let pgd = recipe.attack?.pgd, advances else { return }
    for _ in 0..<pgd.steps {
      state.iteratePower(weights, threads: threads)
      pack()
      parallelFor(shards.count, threads: threads) { s, _ in shards[s].attackStepInTrainingMode(pgd) }
    }
  }

  private func differentiate(_ purpose: Shard.Purpose) {
    let (shards, batchSize) = (shards, recipe.batchSize)
    parallelFor(shards.count, threads: threads) { s, _ in shards[s].differentiate(purpose, batchSize: batchSize) }
  }

  /// Takes the sum of the gradients of all shards, those of other ranks too.
  private func sumGradients() {
    gradients.sum(threads: threads)
    exchange?.run(gradients)
  }

  /// Adds δ of `Recipe.perturbation` to the weights, which are not packed afterwards. The proxy has its own u and v.
  private func perturb() {
    guard let perturbation = activePerturbation else { return }
    if recipe.model.spectralNormalization {
      for i in proxyPower.indices { proxyPower[i] = state.model.power.values[i] }
      weights.iteratePower(&proxyPower, parameters: state.model.parameters.values, threads: threads)
      weights.load(
        parameters: state.model.parameters.values, statistics: state.model.statistics.values, power: proxyPower,
        threads: threads)
    }
    differentiate(.proxy)
    sumGradients()
    weights.backwardNorms(
      gradients.total, parameters: state.model.parameters.values, power: proxyPower, threads: threads)
    perturbation.perturbation(
      &delta, parameters: state.model.parameters.values, gradient: gradients.total, layout: weights.layout.parameters,
      threads: threads)
    gradients.clear(0..<gradients.count)
    state.move(by: delta, sign: 1, threads: threads)
  }

  /// The optimiser's step, at the perturbed weights if there are such; then they move back.
  private func descend() {
    let needsSum = recipe.model.spectralNormalization || !parameterTerms.isEmpty || exchange != nil
    if needsSum { sumGradients() }
    if recipe.model.spectralNormalization || !parameterTerms.isEmpty {
      weights.backwardNorms(
        gradients.total, parameters: state.model.parameters.values, power: state.model.power.values, threads: threads)
      for term in parameterTerms {
        let value = term.differentiate(parameters: state.model.parameters, into: gradients.total)
        state.sums.loss += value * Double(recipe.batchSize * (recipe.views ?? 1))
      }
    }
    state.descend(
      recipe.optimizer, taking: gradients, isSummed: needsSum,
      learningRate: recipe.optimizer.learningRate * recipe.learningRateFactor(epoch: state.epoch), threads: threads)
    if activePerturbation != nil { state.move(by: delta, sign: -1, threads: threads) }
    for term in parameterTerms { term.project(&state.model.parameters) }
  }

  /// `Recipe.perturbation` from its first epoch on.
  private var activePerturbation: WeightPerturbation? {
    recipe.perturbation.flatMap { state.epoch >= $0.start ? $0 : nil }
  }
}

extension ArraySlice<Int> {
  /// The part `index` of `count` equal ones.
  fileprivate func part(_ index: Int, of count: Int) -> ArraySlice<Int> {
    let size = self.count / count
    return self[startIndex + index * size..<startIndex + (index + 1) * size]
  }
}
