// The engine seam: what runs the passes of one network. Training, attacks and landscapes know nothing else of how a
// network is computed, so that another engine (other kernels, a GPU, plain loops) fits below them.

/// Which statistics a batch normalisation uses.
public enum NormStatistics: String, Sendable, Codable, CaseIterable {
  /// Those of the shard (training mode).
  case batch
  /// The running ones (evaluation mode).
  case running
}

/// What a pass is planned for, so that it keeps no more than it needs.
public enum PassUse: Hashable, Sendable {
  /// Logits with running statistics.
  case prediction
  /// Logits with running statistics, and gradients by the images.
  case imageGradients
  /// Either statistics, and gradients by images and parameters.
  case training
}

/// The weights of one network in the form in which its passes read them, and the maker of those passes.
///
/// `load` is called between passes only. Passes of one engine run on different threads at the same time and share the
/// loaded weights, which they only read.
public protocol NetworkEngine: AnyObject, Sendable {
  /// What the network is made of.
  var layout: NetworkLayout { get }

  /// Takes the weights that the passes compute with from now on.
  ///
  /// - Parameters:
  ///   - parameters: laid out as `layout.parameters`.
  ///   - statistics: running means and variances, laid out as `layout.statistics`.
  ///   - scales: a factor on each weight of `layout.spectral`, in its order: 1/σ. Empty without spectral normalisation.
  ///   - threads: at least 1; what is loaded does not depend on it.
  func load(parameters: [Float], statistics: [Float], scales: [Float], threads: Int)

  /// A pass over at most `capacity` images, with memory of its own.
  func makePass(capacity: Int, for use: PassUse) -> any NetworkPass

  /// The same of a pass that may use so many threads, at least 1; its bits do not depend on them. An engine without this
  /// function has passes on one thread.
  func makePass(capacity: Int, threads: Int, for use: PassUse) -> any NetworkPass
}

extension NetworkEngine {
  /// A pass on one thread.
  public func makePass(capacity: Int, threads: Int, for use: PassUse) -> any NetworkPass {
    makePass(capacity: capacity, for: use)
  }
}

/// One planned pass of a network: memory is allocated once, for any number of images up to its capacity. It is called by
/// one thread at a time.
public protocol NetworkPass: AnyObject {
  /// Writes the logits `[n, K]` of images `[n, C, H, W]`, of which each pixel is taken as x·scale + shift of its channel.
  ///
  /// - Parameters:
  ///   - inputScale: one factor a channel, or nil for 1.
  ///   - inputShift: one addend a channel, or nil for 0.
  ///   - n: images, at most the capacity. With running statistics the logits of an image do not depend on the others.
  ///   - statistics: `batch` only in passes for training.
  func forward(
    _ logits: UnsafeMutablePointer<Float>, images: UnsafePointer<Float>, inputScale: UnsafePointer<Float>?,
    inputShift: UnsafePointer<Float>?, n: Int, statistics: NormStatistics)

  /// Gradients of the last forward pass from those by its logits `[n, K]` and, where given, by its features `[n, F]`.
  ///
  /// - Parameters:
  ///   - dImages: overwritten with the gradient by the images `[n, C, H, W]`, or nil if it is not wanted.
  ///   - gradient: the gradient by the parameters that the passes compute with (W·scale where there is a scale) is added
  ///     to it, in the order of images; nil if it is not wanted, and in passes for image gradients.
  ///   - inputScale: that of the forward pass.
  func backward(
    dImages: UnsafeMutablePointer<Float>?, gradient: UnsafeMutablePointer<Float>?, dLogits: UnsafePointer<Float>,
    dFeatures: UnsafePointer<Float>?, inputScale: UnsafePointer<Float>?, n: Int)

  /// Inputs of the last linear layer in the last forward pass, `[n, F]`.
  var features: UnsafePointer<Float> { get }

  /// Moves the running statistics towards those of the last forward pass with batch statistics, by a share of
  /// `momentum` in 0…1. A network without such statistics leaves them alone.
  func updateRunning(_ running: inout [Float], n: Int, momentum: Float)

  /// From now on takes the time of each layer; nil takes none. An engine that cannot tell leaves the profile empty.
  func measure(_ profile: LayerProfile?)
}

extension NetworkPass {
  /// Takes no time of layers.
  public func measure(_ profile: LayerProfile?) {}
  /// There are no running statistics to move.
  public func updateRunning(_ running: inout [Float], n: Int, momentum: Float) {}

  /// As above, of images as they are.
  public func forward(
    _ logits: UnsafeMutablePointer<Float>, images: UnsafePointer<Float>, n: Int, statistics: NormStatistics
  ) {
    forward(logits, images: images, inputScale: nil, inputShift: nil, n: n, statistics: statistics)
  }

  /// As above, from the gradient by the logits of images as they are.
  public func backward(
    dImages: UnsafeMutablePointer<Float>?, gradient: UnsafeMutablePointer<Float>?, dLogits: UnsafePointer<Float>,
    n: Int
  ) {
    backward(dImages: dImages, gradient: gradient, dLogits: dLogits, dFeatures: nil, inputScale: nil, n: n)
  }
}
