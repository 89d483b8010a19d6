// workbench certify --weights file.safetensors

internal import ArgumentParser
internal import Workbench

struct CertifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certify",
    abstract: "Bounds a network's Lipschitz constant from both sides, and certifies accuracy with it.",
    discussion: """
      Norms are L2, from images to logits, in evaluation mode. For every layer: the largest singular value of the
      reshaped weight, which spectral normalisation sets to 1; the norm of the layer as a map of images, estimated from
      below and proven from above; the largest scale of the batch normalisation before it; and the proven norm with the
      scales folded in, of which the network's bound is made.

      Example:
        workbench certify --model wrn-10-1 --weights wrn.safetensors --data cifar-10-batches-bin \\
          --range '0..<256' --json out.json
      """)

  @OptionGroup var networks: SubjectOptions

  @Option(help: ArgumentHelp("Where the report goes; - is stdout, in place of the table.", valueName: "file"))
  var json: String?

  func validate() throws {
    guard networks.weights.count == 1 else {
      throw ValidationError("--weights: give one file or run; bounds are of single networks.")
    }
    if let json, json != "-" { try checkOutput("--json", json) }
  }

  func run() throws {
    let report = try CertificationReport(try networks.subject(), notice: { Terminal().note($0) })
    if json == "-" { return print(try report.json(), terminator: "") }
    if let json { try report.write(to: json) }
    print(report.text)
  }
}
