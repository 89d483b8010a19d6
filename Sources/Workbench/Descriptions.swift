// What printing says of what a notebook works with: a line or two, and of a table the table.

internal import Analysis
internal import Attacks
internal import Basics
internal import Datasets
internal import Networks
internal import Training

extension NotebookSession: CustomStringConvertible {
  /// "notebook landscape at scale draft".
  public var description: String { "notebook \(configuration.name) at scale \(scale.name)" }
}

extension Table: CustomStringConvertible {
  /// The table as aligned text; of more than 40 rows the first 40, and how many there are.
  public var description: String {
    if rows.count <= 40 { return text }
    return Table(header: header, rows: Array(rows.prefix(40))).text + "\n… \(rows.count) rows in all"
  }
}

extension RobustnessTable: CustomStringConvertible {
  /// "2 rows beside published ones: SN, baseline".
  public var description: String {
    "\(rows.count) rows beside published ones: " + rows.map(\.published.label).joined(separator: ", ")
  }
}

extension RobustnessTable.Row: CustomStringConvertible {
  /// "SN: clean 84.4 %, robust 41.0 %, gap 3.1 points".
  public var description: String {
    "\(published.label): clean \(percent(report.clean)), robust \(percent(report.robust)), "
      + "gap \(NumberText.fixed(100 * gap, decimals: 1)) points"
  }
}

extension PairedTests: CustomStringConvertible {
  /// "2 of 6 differences are more than chance: SN is more robust than baseline, …".
  public var description: String { sentence }
}

extension ReportComparison: CustomStringConvertible {
  /// "images 0..<256: 41.0 % and 38.3 %; undecided: the difference may be chance".
  public var description: String {
    "images \(range): \(percent(firstAccuracy)) and \(percent(secondAccuracy)); \(verdict)"
  }
}

extension Accuracies: CustomStringConvertible {
  /// "128 images: clean 84.4 %, robust 41.0 %".
  public var description: String { "\(images) images: clean \(percent(clean)), robust \(percent(robust))" }
}

extension Claim: CustomStringConvertible {
  /// "held: 0.59 > 0.41".
  public var description: String { "\(verdict.rawValue): \(numbers)" }
}

extension ModelSummary: CustomStringConvertible {
  /// "wrn-10-1: 12 layers and blocks, 77850 parameters".
  public var description: String { "\(name): \(rows.count) layers and blocks, \(parameterCount) parameters" }
}

extension CertificationReport: CustomStringConvertible {
  /// "wrn-10-1: 128 images: 92 right, median certified radius 0.12; …".
  public var description: String { "\(model): \(certification)" }
}

extension EvaluationSubject: CustomStringConvertible {
  /// "a.safetensors, b on images 0..<256".
  public var description: String {
    weights.joined(separator: ", ") + " on " + (range.map { "images \($0)" } ?? "all images")
  }
}

extension EvaluationSubject.Network: CustomStringConvertible {
  /// The network, without its weights.
  public var description: String { "\(model)" }
}

extension EvaluationSubject.Loaded: CustomStringConvertible {
  /// "2 networks on synthetic shapes 16×16 test: 64 images of 16×16 pixels in 10 classes".
  public var description: String { "\(networks.count) networks on \(images)" }
}

extension EvaluationRequest: CustomStringConvertible {
  /// "a.safetensors on images 0..<256, linf 0.03, cumulative: apgd-ce".
  public var description: String { "\(subject), \(suite)" }
}

extension EvaluationRequest.Outcome: CustomStringConvertible {
  /// What the evaluation found.
  public var description: String { "\(evaluation)" }
}

extension ImageFlags: CustomStringConvertible {
  /// "412 of 1000 images".
  public var description: String { "\(count) of \(values.count) images" }
}
