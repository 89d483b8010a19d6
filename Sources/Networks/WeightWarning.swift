// Signs that weights are not those of a trained network, whatever their names and shapes.

public import Tensors

/// A tensor of a network that makes its answers doubtful, and what to do.
public struct WeightWarning: Hashable, Sendable, CustomStringConvertible {
  /// What is doubtful, with the numbers that show it.
  public enum Problem: Hashable, Sendable {
    /// The file declares whole numbers where weights are fractions.
    case integers(SafetensorsDtype)
    /// Values that are infinite or not numbers, also those that Float32 cannot hold.
    case notFinite(count: Int, of: Int)
    /// Running variances of 0 or less.
    case variances(count: Int, of: Int)
    /// A weight of a layer that is 0 everywhere.
    case allZero
  }

  /// The file or run, as it was asked for.
  public let source: String
  /// The tensor, by the network's own name.
  public let tensor: String
  /// What is doubtful.
  public let problem: Problem

  /// What was seen, what it means and what to do, in one line.
  public var description: String {
    let words =
      switch problem {
      case .integers(let dtype):
        "is declared as \(dtype.rawValue), whole numbers, and weights are fractions: they may have been rounded, or be "
          + "quantised without their scales; write the file anew as F32"
      case .notFinite(let count, let total):
        "\(count) of \(total) values \(count == 1 ? "is" : "are") infinite or not a number: logits mean nothing, and "
          + "images count as wrong or robust for that alone; look for a training that diverged or an overflow in float16"
      case .variances(let count, let total):
        "\(count) of \(total) running variances \(count == 1 ? "is" : "are") 0 or less: normalisation divides by next to "
          + "nothing; look for statistics that were never collected, or channels that are dead"
      case .allZero: "is 0 everywhere: what comes before it has no effect; look for weights that were never loaded"
      }
    return "warning: \(source): \(tensor) \(words)."
  }
}

extension Model {
  /// What is doubtful about the network's tensors, in their order; empty for a network as training leaves it.
  ///
  /// - Parameters:
  ///   - source: the file or run, for the messages.
  ///   - file: where the weights were read from, for the types that it declares; nil where they were not.
  public func warnings(source: String, file: SafetensorsFile? = nil) -> [WeightWarning] {
    var found: [WeightWarning] = []
    if let file {
      for name in file.names where !name.hasSuffix(".num_batches_tracked") {
        if let dtype = try? file.dtype(of: name), [.i64, .i32, .u8, .bool].contains(dtype) {
          found.append(WeightWarning(source: source, tensor: name, problem: .integers(dtype)))
        }
      }
    }
    for vector in [parameters, statistics, power] {
      for entry in vector.layout.entries {
        let problem = vector.values.withUnsafeBufferPointer { values in
          Self.problem(UnsafeBufferPointer(rebasing: values[entry.range]), entry)
        }
        if let problem { found.append(WeightWarning(source: source, tensor: entry.name, problem: problem)) }
      }
    }
    return found
  }

  private static func problem(_ values: UnsafeBufferPointer<Float>, _ entry: NamedLayout.Entry) -> WeightWarning
    .Problem?
  {
    let infinite = values.count { !$0.isFinite }
    if infinite > 0 { return .notFinite(count: infinite, of: values.count) }
    if entry.name.hasSuffix(".running_var") {
      let low = values.count { $0 <= 0 }
      return low > 0 ? .variances(count: low, of: values.count) : nil
    }
    let isWeight = entry.name.hasSuffix(".weight") && entry.shape.rank > 1
    return isWeight && values.allSatisfy({ $0 == 0 }) ? .allZero : nil
  }
}
