// Robustness reports as JSON files, and adversarial images beside them.

public import Attacks
internal import Basics
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
    func bad(_ reason: String) -> EvaluationRequestError {
      EvaluationRequestError("\(path): not a robustness report: \(reason); write one with workbench evaluate --json")
    }
    let bytes = try Files.read(path)
    // Foundation keeps one of two members of a name without a word.
    do throws(JSON.Failure) { _ = try JSON(parsing: bytes) } catch { throw bad(error.description) }
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
      throw bad(reason)
    }
    if let reason = contradiction { throw bad(reason) }
  }

  /// What in the report cannot be; nil if nothing.
  private var contradiction: String? {
    guard range.count == 2, range[0] >= 0, range[1] > range[0] else {
      return "its range \(range) is not [first, end] with 0 ≤ first < end"
    }
    // Both ends are 0 or more, so that their difference is a number.
    let count = range[1] - range[0]
    if stages.isEmpty { return "it has no stages" }
    for stage in stages {
      let flags = Array(stage.flags.utf8)
      if flags.count != count {
        return "the \(flags.count) flags of \(stage.attack) do not fit the \(count) images of its range \(range)"
      }
      if let i = flags.firstIndex(where: { $0 != UInt8(ascii: "0") && $0 != UInt8(ascii: "1") }) {
        return "the flag of \(stage.attack) for image \(range[0] + i) is neither 0 nor 1"
      }
    }
    if !(eps >= 0 && eps.isFinite) { return "its eps is \(eps), not 0 or more" }
    let shares = [("clean", clean), ("robust", robust)] + stages.map { ("robust of \($0.attack)", $0.robust) }
    if let (name, share) = shares.first(where: { !(0...1).contains($0.1) }) {
      return "its \(name) is \(share), not a share from 0 to 1"
    }
    return nil
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
