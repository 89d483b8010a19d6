// Robustness reports as JSON files, and adversarial images beside them.

public import Attacks
internal import Datasets
internal import Figures
internal import FileSystem
internal import Foundation
internal import Images
internal import Tensors

extension RobustnessReport {
  /// The report as JSON, one member a line, in the order of their names.
  public func json() throws -> String { try jsonText(self) }

  /// Writes the report in one step. Throws `FileError`.
  public func write(to path: String) throws { try AtomicFile.write(json(), to: path) }

  /// Reads a report. Throws `FileError`, or `EvaluationRequestError` naming the file and the member that is wrong.
  public init(contentsOf path: String) throws {
    let bytes = try Files.read(path)
    do {
      self = try JSONDecoder().decode(RobustnessReport.self, from: Data(bytes))
    } catch let error as DecodingError {
      let reason =
        switch error {
        case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
          context.codingPath.map(\.stringValue).joined(separator: ".") + ": " + context.debugDescription
        @unknown default: "\(error)"
        }
      throw EvaluationRequestError(
        "\(path): not a robustness report: \(reason); write one with workbench evaluate --json")
    }
    let count = range.count == 2 ? range[1] - range[0] : -1
    guard !stages.isEmpty, stages.allSatisfy({ $0.flags.count == count }) else {
      throw EvaluationRequestError("\(path): not a robustness report: its flags do not fit its range \(range)")
    }
  }
}

extension EvaluationRequest.Outcome {
  /// Writes clean and adversarial images, labels and flags as safetensors. The images must have been kept.
  public func writeImages(to path: String) throws {
    guard let adversarial = evaluation.images else { preconditionFailure("writeImages: the images were not kept") }
    let n = images.count
    try Safetensors.write(
      [
        "clean": .float32(images.tensor), "adversarial": .float32(adversarial),
        "labels": .int64(images.labels.map(Int64.init), [n]),
        "robust": .uint8(evaluation.robust.map { $0 ? 1 : 0 }, [n]),
      ], to: path)
  }

  /// Writes a sheet of the broken images, `.png`, `.pdf` or `.svg`: clean, adversarial, the difference magnified around
  /// grey, and the classes that the model sees. The images must have been kept.
  ///
  /// - Parameter limit: images shown at most.
  public func writeContactSheet(to path: String, limit: Int = 32) throws {
    guard let adversarial = evaluation.images, let classes = adversarialClasses else {
      preconditionFailure("writeContactSheet: the images were not kept")
    }
    let clean = images.tensor
    let shown = images.labels.indices.filter { evaluation.clean[$0] && !evaluation.robust[$0] }.prefix(limit)
    let (width, height) = (images.width, images.height)
    let size = images.imageSize
    var pictures: [PNGImage] = []
    var captions: [String] = []
    for i in shown {
      let before = clean.elements[i * size..<(i + 1) * size]
      let after = adversarial.elements[i * size..<(i + 1) * size]
      let difference = zip(before, after).map { $1 - $0 }
      // The largest change becomes black or white.
      let top = difference.reduce(Float(1e-6)) { max($0, abs($1)) }
      pictures.append(PNGImage(width: width, height: height, planar: before))
      pictures.append(PNGImage(width: width, height: height, planar: after))
      pictures.append(PNGImage(width: width, height: height, planar: difference.map { 0.5 + 0.5 * $0 / top }))
      captions += [images.classNames[cleanClasses[i]], images.classNames[classes[i]], "×\(Int((0.5 / top).rounded()))"]
    }
    let sheet = ImageGrid(
      pictures, columns: 3, captions: captions, columnLabels: ["clean", "adversarial", "difference"],
      title: "\(shown.count) of \(evaluation.clean.count { $0 } - evaluation.robust.count { $0 }) broken images")
    try sheet.write(to: path)
  }
}
