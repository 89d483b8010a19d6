// One figure of each kind, with made-up numbers: what the tests of formats and of pixels draw.

import Figures
import Images

#if canImport(Glibc)
  import Glibc
#endif

enum Gallery {
  static let gammas = stride(from: -1.0, through: 1.0, by: 0.05).map { ($0 * 100).rounded() / 100 }

  /// The form of a published loss landscape: four curves on a logarithmic axis.
  static func landscape(theme: Theme, legend: Legend = .automatic) -> Figure {
    func curve(_ floor: Double, _ rise: Double) -> [Float] {
      gammas.map { Float(floor * exp(rise * abs($0) * abs($0) * (1 + 0.2 * $0))) }
    }
    return Figure(
      width: 380, height: 270, x: .linear("Model perturbation (γ)"), y: .log("Loss (log scale)"), legend: legend,
      theme: theme
    ) {
      Line(x: gammas, y: curve(0.002, 8.5), label: "Baseline")
      Line(x: gammas, y: curve(0.3, 4.5), label: "PGD adversarial training")
      Line(x: gammas, y: curve(0.5, 2.8), label: "TRADES with KL divergence")
      Line(x: gammas, y: curve(0.62, 1.4), label: "Jensen–Shannon divergence, α = 0.3")
    }
  }

  /// Two panels that share a legend: a band over seeds, points with error bars, rules, gaps.
  static var panels: Figure {
    let epochs = Array(1...40)
    func accuracy(_ top: Double, _ rate: Double) -> [Double] {
      epochs.map { top * (1 - exp(-rate * Double($0))) + 0.008 * sin(Double($0) * 1.7) }
    }
    let standard = accuracy(0.93, 0.15)
    let robust = accuracy(0.82, 0.11)
    return Figure(width: 520, height: 240, title: "Accuracy while training", subtitle: "mean and range of three seeds")
    {
      Panel("Clean", x: .linear("Epoch"), y: .linear("Accuracy", 0...1, format: .percent(0))) {
        Band(x: epochs, lower: standard.map { $0 - 0.04 }, upper: standard.map { $0 + 0.03 })
        Line(x: epochs, y: standard, label: "Standard")
        Band(x: epochs, lower: robust.map { $0 - 0.05 }, upper: robust.map { $0 + 0.04 })
        Line(x: epochs, y: robust, label: "Adversarial", dash: .dashed)
        Rule(y: 0.1, label: "Chance")
      }
      Panel("PGD-10, ε = 8/255", x: .linear("Epoch"), y: .linear("Robust accuracy", 0...0.6, format: .percent(0))) {
        Line(x: epochs, y: epochs.map { $0 == 20 ? nil : 0.02 + 0.1 * exp(-Double($0) / 4) }, label: "Standard")
        Points(
          x: stride(from: 2, through: 40, by: 6).map { $0 }, y: [0.18, 0.31, 0.41, 0.44, 0.46, 0.47, 0.475],
          error: [0.03, 0.03, 0.025, 0.02, 0.02, 0.02, 0.015], label: "Adversarial, last checkpoint")
        Rule(y: 0.1, label: "Chance")
        Annotation("learning rate ÷ 10", x: 30, y: 0.5, side: .above)
        Rule(x: 30, color: .gray(0.6), width: 0.6, dash: .dotted)
      }
    }
  }

  /// Grouped bars with error bars and values.
  static var bars: Figure {
    Figure(
      width: 420, height: 240,
      x: .categories(["Standard", "PGD adversarial training", "TRADES", "H-JS"], label: "Method"),
      y: .linear("Accuracy", 0...1, format: .percent(0)), theme: .standard
    ) {
      Bars([0.952, 0.861, 0.842, 0.853], error: [0.004, 0.01, 0.012, 0.009], label: "Clean", values: .percent(1))
      Bars([0.0, 0.482, 0.512, 0.531], error: [0.0, 0.012, 0.011, 0.01], label: "PGD-20", values: .percent(1))
      Bars([0.0, 0.441, 0.487, nil], error: [0.0, 0.012, 0.011, nil], label: "AutoAttack", values: .percent(1))
    }
  }

  /// A loss surface over two directions, with a gap and a line on top.
  static var surface: Figure {
    let steps = stride(from: -1.0, through: 1.0, by: 0.1).map { ($0 * 10).rounded() / 10 }
    func loss(_ alpha: Double, _ beta: Double) -> Double? {
      let bowl = alpha * alpha + 0.5 * beta * beta + 0.4 * alpha * beta
      return alpha == 0.5 && beta == 0.5 ? nil : 0.1 * exp(4 * bowl)
    }
    let losses: [Double?] = steps.flatMap { beta in steps.map { alpha in loss(alpha, beta) } }
    return Figure(width: 300, height: 230, x: .linear("α along δ"), y: .linear("β along η"), theme: .paper) {
      HeatMap(x: steps, y: steps, values: losses, label: "Loss (log scale)", scale: .log10)
      Line(x: [-0.8, -0.3, 0], y: [0.9, 0.2, 0], color: .white, marker: .circle)
    }
  }

  /// Small images in a grid.
  static var sheet: ImageGrid {
    let images = (0..<8).map { n in
      PNGImage(
        width: 16, height: 16,
        rgb: (0..<256).flatMap { i -> [UInt8] in
          let x = i % 16
          let y = i / 16
          return [UInt8(16 * x), UInt8(16 * y), (x + y + n) % 4 == 0 ? 255 : UInt8(30 * n)]
        })
    }
    return ImageGrid(
      images, columns: 4, magnification: 3, captions: ["cat → dog", "ship", "frog → automobile", "deer", "bird"],
      columnLabels: ["original", "FGSM", "PGD-10", "AutoAttack"], rowLabels: ["Standard", "Robust"],
      title: "Adversarial examples")
  }
}
