// A network on its engine: what training and classifiers hold.

internal import Basics
internal import Tensors

/// An engine with the spectral norms of what it has loaded.
///
/// Spectral normalisation is done here, once for every network and every engine: an engine only gets a factor 1/σ a
/// weight, and its gradients by W/σ are turned into those by W.
package final class LoadedNetwork: @unchecked Sendable {
  /// The architecture.
  package let network: any Network
  /// What computes its passes.
  package let engine: any NetworkEngine
  /// What it is made of.
  package let layout: NetworkLayout
  /// σ of each normalised layer as loaded last, and 1/σ.
  private var sigma: [Double], scales: [Float]
  private let scratch: UnsafeMutableBufferPointer<Double>

  /// - Parameter engine: what computes the passes; nil is the network's own, with this machine's kernels.
  package init(_ network: any Network, engine: (any NetworkEngine)? = nil) {
    self.network = network
    self.engine = engine ?? network.makeEngine()
    layout = self.engine.layout
    sigma = [Double](repeating: 0, count: layout.spectral.count)
    scales = [Float](repeating: 0, count: layout.spectral.count)
    scratch = .allocate(capacity: max(layout.power.count, 1))
    scratch.initialize(repeating: 0)
  }

  deinit { scratch.deallocate() }

  /// Loads the weights. Normalised ones are divided by σ = uᵀWv with u and v as they are in `power`.
  package func load(parameters: [Float], statistics: [Float], power: [Float] = [], threads: Int) {
    precondition(
      parameters.count == layout.parameters.count && statistics.count == layout.statistics.count
        && power.count == layout.power.count,
      "\(parameters.count) parameters, \(statistics.count) statistics and \(power.count) power vectors for \(network.name)"
    )
    estimateNorms(parameters: parameters, power: power, threads: threads)
    engine.load(parameters: parameters, statistics: statistics, scales: scales, threads: threads)
  }

  /// Loads a model's weights.
  package func load(_ model: Model, threads: Int) {
    load(
      parameters: model.parameters.values, statistics: model.statistics.values, power: model.power.values,
      threads: threads)
  }

  /// One power iteration of every normalised layer. The weights must be loaded again before they are used.
  package func iteratePower(_ power: inout [Float], parameters: [Float], threads: Int) {
    let spectral = layout.spectral
    if spectral.isEmpty { return }
    parameters.withUnsafeBufferPointer { w in
      power.withUnsafeMutableBufferPointer { power in
        nonisolated(unsafe) let (w, power, scratch) = (w.baseAddress!, power.baseAddress!, scratch.baseAddress!)
        parallelFor(spectral.count, threads: threads) { task, _ in
          spectral[task].iterate(power, parameters: w, scratch: scratch)
        }
      }
    }
  }

  /// Turns the gradient by the effective weights, as the passes leave it, into that by the raw ones. `parameters` and
  /// `power` are those that were loaded last.
  package func backwardNorms(
    _ gradient: UnsafeMutablePointer<Float>, parameters: [Float], power: [Float], threads: Int
  ) {
    let spectral = layout.spectral
    if spectral.isEmpty { return }
    parameters.withUnsafeBufferPointer { w in
      power.withUnsafeBufferPointer { power in
        sigma.withUnsafeBufferPointer { sigma in
          nonisolated(unsafe) let (g, w, power) = (gradient, w.baseAddress!, power.baseAddress!)
          nonisolated(unsafe) let sigma = sigma.baseAddress!
          parallelFor(spectral.count, threads: threads) { task, _ in
            spectral[task].backward(g, power: power, parameters: w, sigma: sigma[task])
          }
        }
      }
    }
  }

  private func estimateNorms(parameters: [Float], power: [Float], threads: Int) {
    let spectral = layout.spectral
    if spectral.isEmpty { return }
    parameters.withUnsafeBufferPointer { w in
      power.withUnsafeBufferPointer { power in
        sigma.withUnsafeMutableBufferPointer { sigma in
          nonisolated(unsafe) let (w, power, sigma) = (w.baseAddress!, power.baseAddress!, sigma.baseAddress!)
          parallelFor(spectral.count, threads: threads) { task, _ in
            sigma[task] = spectral[task].sigma(power, parameters: w)
          }
        }
      }
    }
    for i in sigma.indices { scales[i] = Float(1 / sigma[i]) }
  }
}
