// The consistency term of the training objective, eq. 6: λ·D between the predictions for two views of an image.

public import Basics
public import Tensors

/// How strongly, and in which sense, the predictions for two views of an image are pulled together. A value that a
/// recipe keeps; `validate` says whether it can be trained with.
public struct ConsistencyLoss: Hashable, Sendable, Codable {
  /// D, between the predictions for two views of an image.
  public var divergence: Divergence
  /// τ: predictions are compared as softmax(logits / τ). Above 0.
  public var temperature: Double
  /// λ: the weight of the term. 0 or more.
  public var weight: Double

  /// The released code's numbers by default: τ = 0.5, λ = 1.
  public init(_ divergence: Divergence, temperature: Double = 0.5, weight: Double = 1) {
    self.divergence = divergence
    self.temperature = temperature
    self.weight = weight
  }

  /// Throws `FieldError` naming the first field that cannot work.
  public func validate() throws(FieldError) {
    if !(temperature > 0 && temperature.isFinite) {
      throw FieldError(field: "temperature", value: "\(temperature)", allowed: "a finite number above 0")
    }
    if !(weight >= 0 && weight.isFinite) {
      throw FieldError(field: "weight", value: "\(weight)", allowed: "a finite number, 0 or more")
    }
  }

  /// λ·D of each pair of views, and its gradient added to that of the other terms of the loss.
  ///
  /// The mean over a batch of B pairs, of which a shard holds some, is the sum of `losses` over all shards over B, with
  /// `scale` 1/B.
  ///
  /// - Parameters:
  ///   - losses: `[≥ pairs]`; the first `pairs` are overwritten with λ·D of each pair, without `scale`.
  ///   - gradient: `[≥ 2·pairs, K]`; `scale`·λ·∂D is added to its first 2·pairs rows.
  ///   - logits: `[≥ 2·pairs, K]`; row i is the first view of image i and row pairs + i its second view.
  ///   - workspace: scratch memory. Nothing is allocated once it has served this formula and K.
  public func add(
    losses: inout [Double], gradient: inout Tensor, logits: Tensor, pairs: Int, scale: Double = 1,
    workspace: inout LossWorkspace
  ) {
    let k = logits.shape[1]
    precondition(
      logits.shape[0] >= 2 * pairs && gradient.shape == logits.shape,
      "ConsistencyLoss: logits \(logits.shape) and gradient \(gradient.shape) for \(pairs) pairs")
    precondition(
      temperature > 0 && weight >= 0, "ConsistencyLoss: temperature \(temperature), weight \(weight); see validate()")
    let factor = scale * weight
    workspace.prepare(divergence.tape, classCount: k)
    for i in 0..<pairs {
      let value = divergence.compare(logits, i, logits, pairs + i, temperature: temperature, in: &workspace)
      losses[i] = weight * value
      for view in 0..<2 {
        workspace.addLogits(
          view, temperature: temperature, times: factor, to: &gradient.elements, row: view * pairs + i)
      }
    }
  }

  /// λ·D of each pair of rows of two views' logits `[B, K]`, and the gradients `[B, K]` of each.
  public func evaluate(_ first: Tensor, _ second: Tensor) -> (losses: [Double], dFirst: Tensor, dSecond: Tensor) {
    precondition(first.shape == second.shape, "ConsistencyLoss: logits \(first.shape) and \(second.shape)")
    let pairs = first.shape[0]
    let logits = Tensor(first.elements + second.elements, shape: [2 * pairs, first.shape[1]])
    var losses = [Double](repeating: 0, count: pairs)
    var gradient = Tensor(shape: logits.shape)
    var workspace = LossWorkspace()
    add(losses: &losses, gradient: &gradient, logits: logits, pairs: pairs, workspace: &workspace)
    return (losses, gradient[rows: 0..<pairs], gradient[rows: pairs..<2 * pairs])
  }
}
