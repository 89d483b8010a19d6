// What an evaluation leaves on disk: its state while it lasts, and in its report what the images were.

internal import Attacks
internal import Basics
internal import Datasets
internal import FileSystem
internal import Runs

extension EvaluationState {
  /// The state of an interrupted evaluation, nil if there is none at `path`.
  ///
  /// One that is not whole is set aside, and `notice` is told; the evaluation then begins anew. A link stays, and so does
  /// what is no regular file, in which there is no state. Throws `FileError`.
  static func saved(at path: String, notice: (String) -> Void) throws -> EvaluationState? {
    guard let path = WriteTarget.regularFile(path), Files.exists(path) else { return nil }
    do {
      return try EvaluationState(contentsOf: path)
    } catch let error as FileError {
      throw error
    } catch {
      let name = try Files.setAside(path, as: Files.name(of: path))
      notice("\(error); set aside as \(name), and the evaluation begins anew")
      return nil
    }
  }
}

extension LabeledImages {
  /// As `RobustnessReport.imagesSHA256`: of each image the first eight hexadecimal digits of the SHA-256 over label,
  /// height and width as text, and the pixels.
  var imagesSHA256: String {
    labels.indices.map { i in
      let header = Array("\(labels[i]) \(height)×\(width) ".utf8)
      return String(Digest.sha256(header + pixels[i * imageSize..<(i + 1) * imageSize]).prefix(8))
    }.joined()
  }
}
