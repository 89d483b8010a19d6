// A layer of a plain graph: what it computes, forward beside backward.

public import Tensors

/// What a layer is given for one pass over some images: where its inputs are, and where its results go. The images may be
/// some of a batch, whose others are on other threads.
public struct LayerPass {
  /// Images.
  public internal(set) var n: Int
  /// Shapes of an image's inputs and output.
  public let inputShapes: [Shape], outputShape: Shape
  /// `[n] + inputShapes[i]` each.
  public internal(set) var inputs: [UnsafePointer<Float>]
  /// `[n] + outputShape`; in the backward pass it still holds what the forward pass wrote.
  public internal(set) var output: UnsafeMutablePointer<Float>
  /// Memory of the layer's own, kept from forward to backward pass: `GraphLayer.scratchCount` an image.
  public internal(set) var scratch: UnsafeMutablePointer<Float>
  /// All parameters of the network, as the layer computes with them.
  public let parameters: UnsafePointer<Float>
}

/// What the backward pass of a layer is given beside its `LayerPass`.
public struct LayerGradients {
  /// By the output, `[n] + outputShape`.
  public internal(set) var output: UnsafePointer<Float>
  /// By the inputs, `[n] + inputShapes[i]` each: to be added to. nil where nobody asks.
  public internal(set) var inputs: [UnsafeMutablePointer<Float>?]
  /// By all parameters of the network: to be added to, image after image. nil where nobody asks.
  public internal(set) var parameters: UnsafeMutablePointer<Float>?
}

/// A layer of a `LayerGraph`. Each image's output depends on that image alone, to the last bit: not on how many images a
/// call has, since threads share them.
public protocol GraphLayer: Sendable {
  /// Shape of an image's output; the layer notes there what it needs of its inputs' shapes, and adds its tensors to the
  /// network's layout. Called once, before any pass.
  mutating func prepare(_ inputs: [Shape], in layout: inout NetworkLayout) -> Shape
  /// Numbers an image that the layer keeps for its backward pass beside inputs and output.
  var scratchCount: Int { get }
  /// Writes `pass.output`.
  func forward(_ pass: LayerPass)
  /// Adds to the gradients by inputs and parameters.
  func backward(_ pass: LayerPass, _ gradients: LayerGradients)
}

extension GraphLayer {
  /// Nothing.
  public var scratchCount: Int { 0 }
}

/// A layer whose backward pass several threads share; that of another layer is on one thread. Its two halves read what
/// the forward pass left and write nothing but what they are named for.
public protocol SharedGraphLayer: GraphLayer {
  /// Into how many parts the gradient by the parameters can be cut, at most `wanted`; 0 without parameters.
  func parameterParts(wanted: Int) -> Int
  /// Adds to the gradient by the parameters of the part `part` of `parts`: each of its sums over all images, in their
  /// order, so that any number of parts gives the same bits.
  func backwardParameters(_ pass: LayerPass, _ gradients: LayerGradients, part: Int, of parts: Int)
  /// Adds to the gradients by the inputs.
  func backwardInputs(_ pass: LayerPass, _ gradients: LayerGradients)
}

extension SharedGraphLayer {
  /// Both halves, one after the other.
  public func backward(_ pass: LayerPass, _ gradients: LayerGradients) {
    if gradients.parameters != nil { backwardParameters(pass, gradients, part: 0, of: 1) }
    backwardInputs(pass, gradients)
  }
}
