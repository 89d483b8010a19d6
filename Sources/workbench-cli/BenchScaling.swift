// workbench bench --scaling: one node measured, many predicted.

internal import Foundation
internal import Ranks
internal import Workbench

extension BenchCommand {
  /// Nodes of the predictions.
  private static let nodes = [1, 2, 4, 8, 16, 32, 64]

  /// Exchanges first, among all processes of a launcher; then rank 0 has the machine for itself.
  func runScaling() throws {
    let models = try (model.isEmpty ? ["wrn-28-4", "wrn-34-10"] : model).map {
      try Architecture(named: $0, imageShape: [3, size, size]).network
    }
    var exchanges: [Double] = []
    var (isFirst, processes) = (true, 1)
    try Job.run { ranks in
      (isFirst, processes) = (ranks.isFirst, ranks.size)
      if processes == 1 { return }
      exchanges = models.map { ScalingForecast.measureExchange($0, among: ranks) }
      if isFirst, !json { print("exchanges measured among \(processes) ranks of \(ranks.transport)") }
    }
    if !isFirst { return }
    for (i, network) in models.enumerated() {
      var forecast = try ScalingForecast(
        measuring: network, batch: batch ?? 512, threads: threads, bandwidth: (link ?? 10) * 1e9 / 8,
        latency: latency * 1e-6)
      if link == nil, !exchanges.isEmpty { forecast = forecast.fitted(exchangeSeconds: exchanges[i], ranks: processes) }
      try printScaling(network, forecast, measured: exchanges.isEmpty ? nil : (exchanges[i], processes))
    }
  }

  private func printScaling(
    _ network: any Network, _ forecast: ScalingForecast, measured: (seconds: Double, ranks: Int)?
  ) throws {
    var perturbed = forecast
    perturbed.exchanges = 2
    if json {
      struct Row: Encodable { let nodes: Int, seconds: Double, exchangeSeconds: Double, efficiency: Double }
      struct Result: Encodable { let model: String, threads: Int, forecast: ScalingForecast, rows: [Row] }
      return try printJSON(
        Result(
          model: network.name, threads: threads, forecast: forecast,
          rows: Self.nodes.map {
            Row(
              nodes: $0, seconds: forecast.stepSeconds(ranks: $0),
              exchangeSeconds: forecast.exchangeSeconds(ranks: $0), efficiency: forecast.efficiency(ranks: $0))
          }))
    }
    print(
      "\(network.name), PGD-10 step of \(forecast.batch) images, \(threads) threads a node, \(kernelLevel)\n"
        + String(
          format: "  measured here: %.3f ms an image, %.1f ms whatever their number, %.1f ms to add up %.1f MB",
          forecast.secondsPerImage * 1e3, forecast.fixedSeconds * 1e3, forecast.sumSeconds * 1e3,
          Double(forecast.gradientBytes) / 1e6))
    if let measured {
      print(String(format: "  an exchange among %d ranks took %.1f ms", measured.ranks, measured.seconds * 1e3))
    }
    print(
      String(
        format: "  link: %.3g Gbit/s, %.3g µs a message", forecast.bandwidth * 8 / 1e9, forecast.latency * 1e6))
    print("  nodes   images each    step, s   of it exchange   efficiency   with perturbed weights")
    for nodes in Self.nodes where nodes <= forecast.batch {
      let each = Double(forecast.batch) / Double(nodes)
      print(
        pad("\(nodes)", 7, right: true) + pad(String(format: "%.4g", each), 14, right: true)
          + String(
            format: "%11.3f %14.3f %12.1f %% %22.1f %%", forecast.stepSeconds(ranks: nodes),
            forecast.exchangeSeconds(ranks: nodes), 100 * forecast.efficiency(ranks: nodes),
            100 * perturbed.efficiency(ranks: nodes)))
    }
  }
}
