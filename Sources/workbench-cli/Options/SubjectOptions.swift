// Options that name networks and images, for the commands that look at trained networks.

public import ArgumentParser
internal import Foundation
public import Workbench

extension CIFAR10.Split: ExpressibleByArgument {}

/// Which networks, and which images.
struct SubjectOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The architecture of weight files, such as wrn-28-4, wrn-28-4-silu, preact-resnet-18 or mlp-256-256.",
      discussion: "One for all, or repeated: one for each --weights.", valueName: "name"))
  var model: [String] = []

  @Option(
    help: ArgumentHelp(
      "A safetensors file, or the name of a run; may be repeated.",
      discussion:
        "NAME:raw is a run's network before its weights were averaged, NAME:last the one after its last step.",
      valueName: "file"))
  var weights: [String] = []

  @Flag(name: .customLong("spectral-norm"), help: "The files hold raw weights of spectrally normalised layers.")
  var spectralNorm = false

  @Option(
    help: ArgumentHelp("Means of the input channels, if the weight files want them taken off.", valueName: "r,g,b"))
  var mean: String?

  @Option(help: ArgumentHelp("Standard deviations of the input channels.", valueName: "r,g,b"))
  var std: String?

  @OptionGroup var images: DataOptions

  @Option(help: "Which images: test or train.")
  var split: CIFAR10.Split = .test

  @Option(help: ArgumentHelp("Images of the split; all by default.", valueName: "a..<b"))
  var range: String?

  @OptionGroup var threading: ThreadOptions

  func validate() throws { _ = try subject() }

  /// What the options say. Throws `ValidationError` naming the option that is wrong.
  func subject() throws -> EvaluationSubject {
    guard !weights.isEmpty else { throw ValidationError("--weights: give a file or the name of a run.") }
    guard model.count <= 1 || model.count == weights.count else {
      throw ValidationError(
        "--model: \(model.count) architectures for \(weights.count) --weights; give one for all, or one for each.")
    }
    var subject = EvaluationSubject(models: model, weights: weights)
    subject.spectralNorm = spectralNorm
    subject.normalization = try normalization()
    subject.dataDirectory = images.data
    subject.usualDataDirectory = DataOptions.usual
    subject.split = split
    subject.range = try imageRange()
    subject.threads = threading.threads
    return subject
  }

  private func normalization() throws -> InputNormalization? {
    if mean == nil && std == nil { return nil }
    let values = [mean ?? "0,0,0", std ?? "1,1,1"].map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) ?? .nan }
    }
    guard values.allSatisfy({ $0.count == 3 && $0.allSatisfy(\.isFinite) }), values[1].allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--mean and --std take three numbers each, such as 0.49,0.48,0.45; deviations above 0.")
    }
    return InputNormalization(mean: values[0], deviation: values[1])
  }

  private func imageRange() throws -> Range<Int>? {
    guard let range else { return nil }
    let ends = range.components(separatedBy: "..<").map { Int($0) }
    guard ends.count == 2, let low = ends[0], let high = ends[1], 0 <= low, low < high else {
      throw ValidationError("--range \(range): give first..<end, such as '0..<256'.")
    }
    return low..<high
  }
}

/// Whether a regular file is at `path` or can be made there, and no device, pipe or descriptor.
func isRegularFile(_ path: String) -> Bool { WriteTarget.regularFile(path) != nil }

/// Refuses a path that cannot be written to, before the work and not after it.
func checkOutput(_ option: String, _ path: String) throws {
  if path == "-" { throw ValidationError("\(option) takes a file's name; only --json may be stdout.") }
  let folder = Files.folder(of: path)
  if !Files.isFolder(folder) {
    throw ValidationError("\(option) \(path): there is no folder \(folder); make it first.")
  }
  if Files.isFolder(path) { throw ValidationError("\(option) \(path) is a folder; give a file's name.") }
}
