// What a program traps on reaches the reader at the notebook's line, with the reason, whether cells are optimised or not.

internal import Foundation
import Testing

@Suite(.serialized) struct TrapMessageTests {
  struct Trap: Sendable, CustomTestStringConvertible {
    /// The mistake is in the last line.
    var code: String
    var message: String
    var testDescription: String { message }
  }

  /// Mistakes in the cell's own code. What is computed comes from text, so that the compiler does not see it.
  static let own = [
    Trap(code: "let a = [1, 2]\nlet i = Int(\"2\")!\nprint(a[i])", message: "Index out of range"),
    Trap(code: "let n = Int(\"x\")\nprint(n!)", message: "Unexpectedly found nil while unwrapping an Optional value"),
    Trap(code: "let n = Int(\"9223372036854775807\")!\nprint(n + 1)", message: "arithmetic overflow"),
    Trap(code: "let n = Int(\"0\")!\nprint(7 / n)", message: "Division by zero"),
    Trap(code: "let x = 3, y = Int(\"2\")!\nprecondition(x == y, \"\\(x) x for \\(y) y\")", message: "3 x for 2 y"),
    Trap(code: "let n = Int(\"1\")!\nassert(n == 2, \"n is \\(n)\")", message: "n is 1"),
    Trap(code: "let n = Int(\"1\")!\nif n == 1 { fatalError(\"no way on from \\(n)\") }", message: "no way on from 1"),
    Trap(code: "let low = Int(\"3\")!\nprint((low...1).count)", message: "Range requires lowerBound <= upperBound"),
    Trap(
      code: "let x = Double(\"1e30\")!\nprint(Int(x))",
      message: "Double value cannot be converted to Int because the result would be greater than Int.max"),
    Trap(code: "let n = Int(\"300\")!\nprint(UInt8(n))", message: "Not enough bits to represent the passed value"),
    Trap(
      code: "let d = [\"a\": 1]\nprint(d[\"b\"]!)", message: "Unexpectedly found nil while unwrapping an Optional value"
    ),
  ]

  /// What the library is given and cannot work with.
  static let library = [
    Trap(code: "_ = Line(x: [0, 1, 2], y: [1, 2])", message: "Line: 3 x for 2 y"),
    Trap(code: "_ = Points(x: [0, 1], y: [1, 2, 3])", message: "Points: 2 x for 3 y"),
    Trap(code: "_ = Band(x: [0, 1], lower: [1], upper: [2, 3])", message: "Band: "),
    Trap(code: "_ = Tensor([1, 2, 3], shape: [2, 2])", message: "Tensor: 3 elements do not fill [2, 2]"),
    Trap(
      code: "_ = Table(header: [\"a\", \"b\"], rows: [[\"1\"]])",
      message: "row 0 of the table has 1 cells, its header has 2"),
    Trap(code: "_ = McNemarTest([true], [true, false])", message: "McNemarTest: 1 and 2 images"),
    Trap(code: "_ = Measured(0.5, uncertainty: 0.1).scaled(by: -1)", message: "Measured.scaled(by: -1.0)"),
    Trap(
      code: "_ = Figure(width: -3, x: .linear(\"x\"), y: .linear(\"y\")) { Line(x: [1], y: [1]) }",
      message: "Figure: -3.0 × "),
    Trap(
      code:
        "_ = LabeledImages(pixels: [1, 2], labels: [0], height: 2, width: 2, classNames: [\"a\"], provenance: .init(name: \"n\", details: \"d\"))",
      message: "LabeledImages: 2 bytes are not 1 RGB images of 2×2"),
  ]

  private func check(_ traps: [Trap], _ level: String) throws {
    let sandbox = try Sandbox()
    for (index, trap) in traps.enumerated() {
      let name = "x\(index)"
      try sandbox.write(name, "text\n\n```swift\nprint(\"before\")\n\(trap.code)\nprint(\"after\")\n```\n")
      let result = try sandbox.run("run", "notebooks/\(name).md", "--optimize", level)
      let line = 5 + trap.code.count { $0 == "\n" }
      #expect(result.code == 5, "\(trap.code): \(result.stderr)")
      #expect(result.stdout == "before\n")
      let place = "notebooks/\(name).md:\(line):"
      #expect(
        result.stderr.split(separator: "\n").contains { $0.hasPrefix(place) && $0.contains("trap: " + trap.message) },
        "\(trap.code): \(result.stderr)")
    }
  }

  @Test(arguments: ["on", "off"]) func `mistakes of a cell's own code say why and where`(level: String) throws {
    try check(Self.own, level)
  }

  @Test(arguments: ["on", "off"]) func `what the library cannot work with is said with both numbers`(level: String)
    throws
  {
    try check(Self.library, level)
  }

  /// The runtime aborts here, and its backtrace does not reach the cell's code: the place is the cell's.
  @Test func `a cast that fails names both types`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "```swift\nlet values: [Any] = [\"a\"]\nprint(values[0] as! Int)\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 5)
    #expect(
      result.stderr.contains(": trap: Could not cast value of type 'Swift.String' to 'Swift.Int'"), "\(result.stderr)")
  }

  @Test func `images beyond 0 to 1 are told by every attack, at the line`() throws {
    let sandbox = try Sandbox()
    let attacks = [
      "PGD.pgd10.perturb(images, labels: labels, of: classifier, key: key)",
      "APGD(threatModel: .linf8, loss: .crossEntropy, iterations: 2).run(on: images, labels: labels, of: classifier, key: key)",
      "FGSM(threatModel: .linf8).perturb(images, labels: labels, of: classifier, key: key)",
      "Square(threatModel: .linf8).perturb(images, labels: labels, of: classifier, key: key)",
      "try AutoAttack.standard(.linf8).evaluate(classifier, images: images, labels: labels, seed: 0)",
    ]
    for (index, attack) in attacks.enumerated() {
      for (value, said) in [
        ("255", "a pixel of 255.0; divide bytes by 255"), ("-0.5", "a pixel of -0.5"), (".nan", "a pixel of nan"),
      ] {
        try sandbox.write(
          "x",
          """
          ```swift
          let network = try MultilayerPerceptron(hidden: [4], classCount: 3, imageShape: [3, 8, 8])
          let classifier = ModelClassifier(Model(network, key: RandomKey(seed: 0)))
          var images = Tensor(repeating: 0.5, shape: [2, 3, 8, 8])
          images.elements[200] = \(value)
          let (labels, key) = ([0, 1], RandomKey(seed: 0))
          _ = \(attack)
          ```
          """)
        let result = try sandbox.run("run", "notebooks/x.md")
        #expect(result.code == 5, "\(result.stderr)")
        #expect(
          result.stderr.contains("notebooks/x.md:7:")
            && result.stderr.contains("images must lie in [0, 1], and image 1 has \(said)"),
          "\(attack): \(result.stderr)")
        if index > 0 { break }
      }
    }
  }
}
