// Files that are not part of the repository: reference numbers made with other tools, and real images.

internal import Foundation
public import Testing

/// A folder of outside files, named by an environment variable.
public enum OutsideFiles {
  /// Reference numbers: `WORKBENCH_REFERENCE`.
  public static let referenceVariable = "WORKBENCH_REFERENCE"
  /// CIFAR-10's binary batches: `WORKBENCH_DATA`.
  public static let dataVariable = "WORKBENCH_DATA"

  /// True on the machine that must skip nothing: `CI=true`.
  public static var isCI: Bool { ProcessInfo.processInfo.environment["CI"] == "true" }

  /// The folder of reference numbers. Fails the test if the variable is not set.
  public static func referenceDirectory() throws -> String { try folder(referenceVariable) }

  /// The folder of CIFAR-10's binary batches. Fails the test if the variable is not set.
  public static func dataDirectory() throws -> String { try folder(dataVariable) }

  static func isSet(_ variable: String) -> Bool {
    ProcessInfo.processInfo.environment[variable].map { !$0.isEmpty } ?? false
  }

  private static func folder(_ variable: String) throws -> String {
    let path = ProcessInfo.processInfo.environment[variable] ?? ""
    return try #require(path.isEmpty ? nil : path, "\(variable) is not set, and CI may skip nothing")
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips the test where `WORKBENCH_REFERENCE` is not set; with `CI=true` it runs, and fails.
  public static var requiresReference: Self { requires(OutsideFiles.referenceVariable) }

  /// Skips the test where `WORKBENCH_DATA` is not set; with `CI=true` it runs, and fails.
  public static var requiresData: Self { requires(OutsideFiles.dataVariable) }

  private static func requires(_ variable: String) -> Self {
    .enabled(if: OutsideFiles.isSet(variable) || OutsideFiles.isCI, "\(variable) is not set")
  }
}
