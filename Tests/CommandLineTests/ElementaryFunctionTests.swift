// exp, log, max … of plain numbers beside those of a formula's traced values, in cells that import nothing and in cells
// that import the C library's functions too.

internal import Foundation
import Testing

@Suite struct ElementaryFunctionTests {
  /// Prints one line a number, exact: the same in every notebook below.
  private static let numbers = """
    let x = 0.5, y: Float = 0.5
    print(exp(x), log(x), sqrt(x), sin(x), cos(x), tan(x), tanh(x), pow(x, 3.0), floor(x), ceil(x), abs(-x), max(x, 1.0), min(x, 1.0))
    print(exp(y), log(y), sqrt(y), sin(y), cos(y), tan(y), tanh(y), pow(y, 3), floor(y), ceil(y), abs(-y), max(y, 1), min(y, 1))
    print([0.5, 1.0].map { log($0) }, log(2.0), exp(1.0))
    """

  /// A formula of the tape beside a plain number.
  private static let formula = """
    let margin = Objective.formula("margin") { z, y in
      log(1 + exp(max(largest(z, except: y) - z[y], log(0.5)))) + abs(sum(z)) * exp(-2.0)
    }
    print(margin.name)
    """

  private static func expected() -> [String] {
    let x = 0.5
    let y: Float = 0.5
    return [
      "\(exp(x)) \(log(x)) \(sqrt(x)) \(sin(x)) \(cos(x)) \(tan(x)) \(tanh(x)) 0.125 0.0 1.0 0.5 1.0 0.5",
      "\(exp(y)) \(log(y)) \(sqrt(y)) \(sin(y)) \(cos(y)) \(tan(y)) \(tanh(y)) 0.125 0.0 1.0 0.5 1.0 0.5",
      "[\(log(0.5)), 0.0] \(log(2.0)) \(exp(1.0))", "margin",
    ]
  }

  @Test func `a cell that imports nothing computes with plain numbers, whole ones too, and with traced ones`() throws {
    let sandbox = try Sandbox()
    let whole =
      "print(exp(0), log(1), sqrt(4), sin(0), cos(0), tan(0), tanh(0), pow(2, 3), floor(1), ceil(1), abs(-3), max(1, 2), min(1, 2))"
    try sandbox.write("x", "```swift\n\(Self.numbers)\n\(Self.formula)\n\(whole)\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 0, "\(result.stderr)")
    let lines = Self.expected() + ["1.0 0.0 2.0 0.0 1.0 0.0 0.0 8.0 1.0 1.0 3 2 1"]
    #expect(result.stdout == lines.joined(separator: "\n") + "\n")
  }

  @Test(arguments: ["Foundation", "Glibc"])
  func `the functions of an imported library are not ambiguous`(library: String) throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "```swift\nimport \(library)\n\(Self.numbers)\n\(Self.formula)\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 0, "\(result.stderr)")
    #expect(result.stdout == Self.expected().joined(separator: "\n") + "\n")
  }
}
