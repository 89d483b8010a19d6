// A wide ResNet in Double with plain loops: slow, short, and written apart from the library, so that the two can be
// compared.

public import Tensors

/// An image stack `[n][c][h][w]` in Double.
public struct Volume {
  public let n: Int, c: Int, h: Int, w: Int
  public var v: [Double]

  public init(_ n: Int, _ c: Int, _ h: Int, _ w: Int) {
    (self.n, self.c, self.h, self.w) = (n, c, h, w)
    v = [Double](repeating: 0, count: n * c * h * w)
  }

  public init(_ t: Tensor) {
    self.init(t.shape[0], t.shape[1], t.shape[2], t.shape[3])
    v = t.elements.map(Double.init)
  }

  /// The first `count` images.
  public func prefix(_ count: Int) -> Volume {
    var part = Volume(count, c, h, w)
    part.v = Array(v[..<part.v.count])
    return part
  }

  func at(_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Int { ((n * self.c + c) * h + y) * w + x }

  /// Every image with each of `out` channels of a result and, innermost, each channel of this.
  func triples(_ out: Int) -> [(n: Int, o: Int, c: Int)] {
    (0..<n * out * c).map { ($0 / (out * c), $0 / c % out, $0 % c) }
  }
}

/// The oracle: parameters by name in Double, logits in evaluation or training mode.
public struct PlainNetwork {
  public var parameters: [String: [Double]]
  public var statistics: [String: [Double]]
  /// u and v of normalised layers, taken as constants: `conv1.weight_u`; none without spectral normalisation.
  public var power: [String: [Double]] = [:]
  /// SiLU for ReLU.
  public var isSmooth = false
  let depth: Int, widenFactor: Int, classCount: Int
  /// Called in training mode with each normalisation's name, and mean and unbiased variance of its input.
  public var observe: (_ name: String, _ mean: [Double], _ variance: [Double]) -> Void = { _, _, _ in }

  public init(
    depth: Int, widenFactor: Int, classCount: Int, parameters: [(name: String, tensor: Tensor)],
    statistics: [(name: String, tensor: Tensor)]
  ) {
    (self.depth, self.widenFactor, self.classCount) = (depth, widenFactor, classCount)
    self.parameters = Dictionary(
      uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor.elements.map(Double.init)) })
    self.statistics = Dictionary(
      uniqueKeysWithValues: statistics.map { ($0.name, $0.tensor.elements.map(Double.init)) })
  }

  /// Logits, row by row.
  public func logits(_ images: Volume, training: Bool) -> [[Double]] {
    var x = convolution("conv1", images, 16, kernel: 3, stride: 1)
    for (group, width) in [16, 32, 64].map({ $0 * widenFactor }).enumerated() {
      for i in 0..<(depth - 4) / 6 {
        let p = "block\(group + 1).layer.\(i)"
        let stride = group > 0 && i == 0 ? 2 : 1
        let a = normRelu(p + ".bn1", x, training)
        var h = convolution(p + ".conv1", a, width, kernel: 3, stride: stride)
        h = convolution(p + ".conv2", normRelu(p + ".bn2", h, training), width, kernel: 3, stride: 1)
        let skip = x.c == width ? x : convolution(p + ".convShortcut", a, width, kernel: 1, stride: stride)
        x = h
        for j in x.v.indices { x.v[j] += skip.v[j] }
      }
    }
    x = normRelu("bn1", x, training)
    let weight = weight("linear")
    let bias = parameters["linear.bias"]!
    return (0..<x.n).map { n in
      let features = (0..<x.c).map { c in
        let start = x.at(n, c, 0, 0)
        return x.v[start..<start + x.h * x.w].reduce(0, +) / Double(x.h * x.w)
      }
      return (0..<classCount).map { k -> Double in
        var logit = 0.0
        for c in 0..<x.c { logit += weight[k * x.c + c] * features[c] }
        return bias[k] + logit
      }
    }
  }

  /// Mean cross-entropy.
  public func crossEntropy(_ images: Volume, labels: [Int], training: Bool) -> Double {
    let rows = logits(images, training: training)
    var total = 0.0
    for (z, y) in zip(rows, labels) {
      let top = z.max()!
      total += Maths.log(z.reduce(0) { $0 + Maths.exp($1 - top) }) + top - z[y]
    }
    return total / Double(labels.count)
  }

  /// One power iteration of every normalised layer: v = normalize(Wᵀu), then u = normalize(Wv).
  public mutating func iteratePower() {
    func normalized(_ x: [Double]) -> [Double] {
      let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return x.map { $0 / length }
    }
    for name in Array(power.keys) where name.hasSuffix("_u") {
      let weight = String(name.dropLast(2))
      let w = parameters[weight]!
      let rows = power[name]!.count
      let columns = power[weight + "_v"]!.count
      var v = [Double](repeating: 0, count: columns)
      for i in 0..<rows { for j in 0..<columns { v[j] += w[i * columns + j] * power[name]![i] } }
      v = normalized(v)
      var u = [Double](repeating: 0, count: rows)
      for i in 0..<rows { for j in 0..<columns { u[i] += w[i * columns + j] * v[j] } }
      power[weight + "_v"] = v
      power[name] = normalized(u)
    }
  }

  /// W, or W/(uᵀWv).
  private func weight(_ name: String) -> [Double] {
    let w = parameters[name + ".weight"]!
    guard let u = power[name + ".weight_u"], let v = power[name + ".weight_v"] else { return w }
    var sigma = 0.0
    for i in u.indices { for j in v.indices { sigma += u[i] * w[i * v.count + j] * v[j] } }
    return w.map { $0 / sigma }
  }

  private func convolution(_ name: String, _ x: Volume, _ out: Int, kernel k: Int, stride: Int) -> Volume {
    let weight = weight(name)
    let p = k / 2
    var y = Volume(x.n, out, (x.h + 2 * p - k) / stride + 1, (x.w + 2 * p - k) / stride + 1)
    let (height, width) = (y.h, y.w)
    // A row of outputs at a time for each weight: every output is summed by channel, row and column of the weights.
    y.v.withUnsafeMutableBufferPointer { y in
      x.v.withUnsafeBufferPointer { input in
        for (n, o, c) in x.triples(out) {
          for (a, b) in (0..<k * k).map({ ($0 / k, $0 % k) }) where x.w - 1 + p - b >= 0 {
            let w = weight[((o * x.c + c) * k + a) * k + b]
            let columns = max(0, (p - b + stride - 1) / stride)..<min(width, (x.w - 1 + p - b) / stride + 1)
            for i in 0..<height where (0..<x.h).contains(i * stride + a - p) {
              let from = x.at(n, c, i * stride + a - p, b - p)
              let to = ((n * out + o) * height + i) * width
              for j in columns { y[to + j] += w * input[from + j * stride] }
            }
          }
        }
      }
    }
    return y
  }

  private func normRelu(_ name: String, _ x: Volume, _ training: Bool) -> Volume {
    var y = x
    let area = x.h * x.w
    var means: [Double] = []
    var variances: [Double] = []
    for c in 0..<x.c {
      var mean = statistics[name + ".running_mean"]![c]
      var variance = statistics[name + ".running_var"]![c]
      if training {
        let values = (0..<x.n).flatMap { n in x.v[x.at(n, c, 0, 0)..<x.at(n, c, 0, 0) + area] }
        mean = values.reduce(0, +) / Double(values.count)
        variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        means.append(mean)
        variances.append(variance * Double(values.count) / Double(max(values.count - 1, 1)))
      }
      let scale = parameters[name + ".weight"]![c] / (variance + 1e-5).squareRoot()
      let shift = parameters[name + ".bias"]![c] - mean * scale
      for n in 0..<x.n {
        for i in x.at(n, c, 0, 0)..<x.at(n, c, 0, 0) + area {
          let z = scale * x.v[i] + shift
          y.v[i] = isSmooth ? z / (1 + Maths.exp(-z)) : max(z, 0)
        }
      }
    }
    if training { observe(name, means, variances) }
    return y
  }
}
