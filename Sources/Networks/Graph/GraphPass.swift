// A pass through a plain graph, layer by layer.
//
// Images do not see each other, so each thread takes some of them through all layers forward, and layer by layer
// backward. Gradients by parameters are sums over images: a `SharedGraphLayer` cuts them by its outputs, and they are
// taken beside those by its inputs; the backward pass of another layer is on one thread, with all images.

internal import Basics
internal import Tensors

/// Memory of a pass: every value, its gradient, and what layers keep.
final class GraphPass: NetworkPass, @unchecked Sendable {
  private let engine: GraphEngine
  private let capacity: Int, threads: Int
  private let values: [FloatBuffer], gradients: [FloatBuffer], scratch: [FloatBuffer]
  /// What the layers are given, planned once so that passes allocate nothing: one plan a thread, and one of all images.
  private var plans: UnsafeMutableBufferPointer<Plan>
  private let featureValue: Int

  /// What each layer is given; the gradients with and without those by the images.
  private struct Plan {
    var passes: [LayerPass] = []
    var gradients: [LayerGradients] = [], withoutImages: [LayerGradients] = []
  }

  init(_ engine: GraphEngine, capacity: Int, threads: Int, wantsGradient: Bool) {
    self.engine = engine
    (self.capacity, self.threads) = (capacity, threads)
    let graph = engine.graph
    values = graph.shapes.map { FloatBuffer(count: capacity * $0.count) }
    gradients = wantsGradient ? graph.shapes.map { FloatBuffer(count: capacity * $0.count) } : []
    scratch = graph.nodes.map { FloatBuffer(count: capacity * $0.layer.scratchCount) }
    featureValue = graph.featureValue
    plans = .allocate(capacity: threads + 1)
    // Each with arrays of its own, since threads write them.
    for t in 0...threads { plans.initializeElement(at: t, to: makePlan()) }
  }

  deinit {
    plans.deinitialize()
    plans.deallocate()
  }

  private func makePlan() -> Plan {
    var plan = Plan()
    let graph = engine.graph
    for (i, node) in graph.nodes.enumerated() {
      plan.passes.append(
        LayerPass(
          n: 0, inputShapes: node.inputs.map { graph.shapes[$0] }, outputShape: graph.shapes[i + 1],
          inputs: node.inputs.map { UnsafePointer(values[$0].pointer) }, output: values[i + 1].pointer,
          scratch: scratch[i].pointer, parameters: UnsafePointer(engine.parameters.pointer)))
      if gradients.isEmpty { continue }
      func planned(withImages: Bool) -> LayerGradients {
        LayerGradients(
          output: UnsafePointer(gradients[i + 1].pointer),
          inputs: node.inputs.map { $0 == 0 && !withImages ? nil : gradients[$0].pointer }, parameters: nil)
      }
      plan.gradients.append(planned(withImages: true))
      plan.withoutImages.append(planned(withImages: false))
    }
    return plan
  }

  var features: UnsafePointer<Float> { UnsafePointer(values[featureValue].pointer) }

  /// Calls `body` for parts of `n` images, with the plan of the thread that it is on.
  private func forEachPart(of n: Int, _ body: @Sendable (_ images: Range<Int>, _ plan: Int) -> Void) {
    let parts = min(threads, n)
    parallelFor(parts, threads: threads) { part, worker in body(n * part / parts..<n * (part + 1) / parts, worker) }
  }

  /// What layer `i` is given for some images, in place.
  private func point(_ plan: Int, at images: Range<Int>, layer i: Int) {
    let (node, shapes, first) = (engine.graph.nodes[i], engine.graph.shapes, images.lowerBound)
    plans[plan].passes[i].n = images.count
    for (k, value) in node.inputs.enumerated() {
      plans[plan].passes[i].inputs[k] = UnsafePointer(values[value].pointer + first * shapes[value].count)
    }
    plans[plan].passes[i].output = values[i + 1].pointer + first * shapes[i + 1].count
    plans[plan].passes[i].scratch = scratch[i].pointer + first * node.layer.scratchCount
  }

  private func pointGradients(_ plan: Int, at images: Range<Int>, layer i: Int) {
    let (node, shapes, first) = (engine.graph.nodes[i], engine.graph.shapes, images.lowerBound)
    let output = UnsafePointer(gradients[i + 1].pointer + first * shapes[i + 1].count)
    (plans[plan].gradients[i].output, plans[plan].withoutImages[i].output) = (output, output)
    for (k, value) in node.inputs.enumerated() {
      let input = gradients[value].pointer + first * shapes[value].count
      plans[plan].gradients[i].inputs[k] = input
      if value != 0 { plans[plan].withoutImages[i].inputs[k] = input }
    }
  }

  func forward(
    _ logits: UnsafeMutablePointer<Float>, images: UnsafePointer<Float>, inputScale: UnsafePointer<Float>?,
    inputShift: UnsafePointer<Float>?, n: Int, statistics: NormStatistics
  ) {
    precondition(n <= capacity, "GraphPass: \(n) images, planned for \(capacity)")
    nonisolated(unsafe) let (logits, images, scale, shift) = (logits, images, inputScale, inputShift)
    forEachPart(of: n) { part, plan in
      importImages(images, scale, shift, part)
      for (i, node) in engine.graph.nodes.enumerated() {
        point(plan, at: part, layer: i)
        node.layer.forward(plans[plan].passes[i])
      }
      let k = engine.graph.shapes.last!.count
      (logits + part.lowerBound * k).update(
        from: values.last!.pointer + part.lowerBound * k, count: part.count * k)
    }
  }

  func backward(
    dImages: UnsafeMutablePointer<Float>?, gradient: UnsafeMutablePointer<Float>?, dLogits: UnsafePointer<Float>,
    dFeatures: UnsafePointer<Float>?, inputScale: UnsafePointer<Float>?, n: Int
  ) {
    precondition(!gradients.isEmpty, "GraphPass: planned without gradients")
    nonisolated(unsafe) let (dImages, dLogits, dFeatures, scale) = (dImages, dLogits, dFeatures, inputScale)
    forEachPart(of: n) { part, _ in begin(part, dLogits, dFeatures) }
    for i in engine.graph.nodes.indices.reversed() {
      backward(layer: i, wantsImages: dImages != nil, gradient, n: n)
    }
    guard let dImages else { return }
    nonisolated(unsafe) let all = dImages
    forEachPart(of: n) { part, _ in exportGradient(all, scale, part) }
  }

  /// Zeros, but for the gradients that are given.
  private func begin(_ part: Range<Int>, _ dLogits: UnsafePointer<Float>, _ dFeatures: UnsafePointer<Float>?) {
    let shapes = engine.graph.shapes
    for (buffer, shape) in zip(gradients, shapes) {
      (buffer.pointer + part.lowerBound * shape.count).update(repeating: 0, count: part.count * shape.count)
    }
    let k = shapes.last!.count
    (gradients.last!.pointer + part.lowerBound * k).update(from: dLogits + part.lowerBound * k, count: part.count * k)
    guard let dFeatures else { return }
    let f = shapes[featureValue].count
    for i in part.lowerBound * f..<part.upperBound * f { gradients[featureValue].pointer[i] += dFeatures[i] }
  }

  private func backward(layer i: Int, wantsImages: Bool, _ gradient: UnsafeMutablePointer<Float>?, n: Int) {
    let node = engine.graph.nodes[i]
    nonisolated(unsafe) let gradient = gradient
    @Sendable func wanted(_ plan: Int) -> LayerGradients {
      wantsImages ? plans[plan].gradients[i] : plans[plan].withoutImages[i]
    }
    // All images, for what is not cut by them.
    let whole = threads
    point(whole, at: 0..<n, layer: i)
    pointGradients(whole, at: 0..<n, layer: i)
    var all = wanted(whole)
    all.parameters = gradient
    guard threads > 1, let shared = node.layer as? any SharedGraphLayer else {
      return node.layer.backward(plans[whole].passes[i], all)
    }
    let parts = gradient == nil ? 0 : shared.parameterParts(wanted: threads)
    let images = min(threads, n)
    nonisolated(unsafe) let (pass, gradients) = (plans[whole].passes[i], all)
    parallelFor(parts + images, threads: threads) { task, worker in
      if task < parts { return shared.backwardParameters(pass, gradients, part: task, of: parts) }
      let part = n * (task - parts) / images..<n * (task - parts + 1) / images
      point(worker, at: part, layer: i)
      pointGradients(worker, at: part, layer: i)
      shared.backwardInputs(plans[worker].passes[i], wanted(worker))
    }
  }

  private func importImages(
    _ images: UnsafePointer<Float>, _ scale: UnsafePointer<Float>?, _ shift: UnsafePointer<Float>?, _ part: Range<Int>
  ) {
    let shape = engine.graph.shapes[0]
    let area = shape.count / shape[0]
    let target = values[0].pointer
    for plane in part.lowerBound * shape[0]..<part.upperBound * shape[0] {
      let channel = plane % shape[0]
      let (s, t) = (scale?[channel] ?? 1, shift?[channel] ?? 0)
      for i in plane * area..<(plane + 1) * area { target[i] = images[i] * s + t }
    }
  }

  private func exportGradient(
    _ dImages: UnsafeMutablePointer<Float>, _ scale: UnsafePointer<Float>?, _ part: Range<Int>
  ) {
    let shape = engine.graph.shapes[0]
    let area = shape.count / shape[0]
    for plane in part.lowerBound * shape[0]..<part.upperBound * shape[0] {
      let s = scale?[plane % shape[0]] ?? 1
      for i in plane * area..<(plane + 1) * area { dImages[i] = gradients[0].pointer[i] * s }
    }
  }
}
