// y = W·x + b on all numbers of an image.

public import Tensors

/// A linear layer on an image's numbers in their order, whatever their shape: `name.weight` `[outputs, inputs]` and
/// `name.bias` `[outputs]`.
public struct LinearLayer: SharedGraphLayer {
  private let name: String
  private let outputs: Int
  private var inputs = 0
  private var weight = 0..<0, bias = 0..<0

  /// - Parameters:
  ///   - name: of the tensors, and of the line in a summary.
  ///   - outputs: numbers of an image's result.
  public init(_ name: String, _ outputs: Int) { (self.name, self.outputs) = (name, outputs) }

  /// Adds weight `[outputs, inputs]` and bias `[outputs]` and returns `[outputs]`.
  public mutating func prepare(_ inputs: [Shape], in layout: inout NetworkLayout) -> Shape {
    self.inputs = inputs[0].count
    (weight, bias) = layout.linear(name, input: self.inputs, output: outputs)
    layout.describe(name, "linear, \(self.inputs) → \(outputs)", output: [outputs])
    return [outputs]
  }

  /// Writes W·x + b for `pass.n` images.
  public func forward(_ pass: LayerPass) {
    Kernels.linear(
      pass.output, pass.inputs[0], weight: pass.parameters + weight.lowerBound, bias: pass.parameters + bias.lowerBound,
      n: pass.n, classes: outputs, channels: inputs)
  }

  /// As many as there are outputs.
  public func parameterParts(wanted: Int) -> Int { min(wanted, outputs) }

  /// Adds dy·xᵀ and dy to the gradients by weight and bias, for some of the outputs.
  public func backwardParameters(_ pass: LayerPass, _ gradients: LayerGradients, part: Int, of parts: Int) {
    guard let parameters = gradients.parameters else { return }
    Kernels.linearBackwardWeight(
      parameters + weight.lowerBound, parameters + bias.lowerBound, gradients.output, pass.inputs[0], n: pass.n,
      classes: outputs, channels: inputs, part: outputs * part / parts..<outputs * (part + 1) / parts)
  }

  /// Adds Wᵀ·dy to the gradient by the input.
  public func backwardInputs(_ pass: LayerPass, _ gradients: LayerGradients) {
    guard let dInput = gradients.inputs[0] else { return }
    // dx += Wᵀ·dy
    let w = pass.parameters + weight.lowerBound
    for image in 0..<pass.n {
      let target = dInput + image * inputs
      for o in 0..<outputs {
        let factor = gradients.output[image * outputs + o]
        let row = w + o * inputs
        for i in 0..<inputs { target[i] += factor * row[i] }
      }
    }
  }
}
