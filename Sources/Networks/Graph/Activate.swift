// An activation function of each number.

public import Tensors

/// y = act(x), number by number: ReLU, or SiLU x·σ(x).
public struct Activate: SharedGraphLayer {
  private let function: ActivationFunction

  /// A layer of this function.
  public init(_ function: ActivationFunction) { self.function = function }

  /// Notes nothing: the output has the input's shape.
  public mutating func prepare(_ inputs: [Shape], in layout: inout NetworkLayout) -> Shape { inputs[0] }

  /// Writes act(x) for each number of `pass.n` images.
  public func forward(_ pass: LayerPass) {
    let (x, y) = (pass.inputs[0], pass.output)
    let count = pass.n * pass.outputShape.count
    switch function {
    case .relu: for i in 0..<count { y[i] = max(x[i], 0) }
    case .silu: for i in 0..<count { y[i] = x[i] * SiLU.sigmoid(x[i]) }
    }
  }

  /// None: there are no parameters.
  public func parameterParts(wanted: Int) -> Int { 0 }

  /// Nothing.
  public func backwardParameters(_ pass: LayerPass, _ gradients: LayerGradients, part: Int, of parts: Int) {}

  /// Adds dy·act′(x) to the gradient by the input.
  public func backwardInputs(_ pass: LayerPass, _ gradients: LayerGradients) {
    guard let dx = gradients.inputs[0] else { return }
    let (x, dy) = (pass.inputs[0], gradients.output)
    let count = pass.n * pass.outputShape.count
    switch function {
    case .relu: for i in 0..<count where x[i] > 0 { dx[i] += dy[i] }
    case .silu: for i in 0..<count { dx[i] += dy[i] * SiLU.slope(x[i]) }
    }
  }
}
