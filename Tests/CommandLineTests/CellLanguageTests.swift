// What compiles in a plain Swift file compiles in a cell, with no import, and the notebook is answered from its record the
// second time.

internal import Foundation
import Testing

@Suite(.serialized) struct CellLanguageTests {
  /// Lines as strangers write them. Each is a cell of its own, so that a mistake names it.
  private static let expressions = [
    "let x: Float = 2.6\nprint((x * 20).rounded())", "print((2.5).rounded(.up), (2.5).rounded(.toNearestOrEven))",
    "print(Int((0.5123 * 100).rounded()), Float(7.25).rounded(.towardZero), (-2.5).rounded(.down))",
    "print((2.0).squareRoot(), Float(2).squareRoot(), (7.5).truncatingRemainder(dividingBy: 2))",
    "print(Float(7.5).remainder(dividingBy: 2), (1e300 * 10).isFinite, Double.pi, Float.ulpOfOne)",
    "let z = [1.0, 2.0, 0.5]\nlet e = z.map { exp($0 - z.max()!) }\nprint(e.map { $0 / e.reduce(0, +) })",
    "print(exp(1), exp2(3), expm1(1e-9), log(2), log2(8), log10(1000), log1p(1e-9))",
    "print(sin(0), cos(0), tan(0), asin(1), acos(1), atan(1), atan2(1, -1), sinh(0), cosh(0), tanh(0))",
    "print(asinh(0), acosh(1), atanh(0), cbrt(27), hypot(3, 4), erf(0), erfc(0), tgamma(5), lgamma(1))",
    "print(pow(2, 0.5), pow(2.0, 10), fmod(7.5, 2), remainder(7.5, 2), copysign(1, -2), fmin(1, 2), fmax(1, 2))",
    "print(floor(2.7), ceil(2.1), round(2.5), rint(2.5), trunc(-2.7), fabs(-1.5), abs(-3), abs(-1.5), sqrt(2))",
    "let f: Float = 0.5\nprint(exp(f), log(f), sin(f), pow(f, 2), floor(f), hypot(f, 1), atan2(f, f), tanh(f))",
    "print(min(1, 2), max(1.5, 2), min(1, 2, 3), max(Float(1), 2), 7 % 3, 7 / 2, (-7).magnitude, 1 << 10)",
    "print((7).quotientAndRemainder(dividingBy: 2), (12).isMultiple(of: 4), 5.clamped(to: 0...3))\nextension Int { func clamped(to r: ClosedRange<Int>) -> Int { Swift.min(Swift.max(self, r.lowerBound), r.upperBound) } }",
    "let sigmoid = { (x: Double) in 1 / (1 + exp(-x)) }\nprint([-1, 0, 1].map { sigmoid(Double($0)) })",
    "func softplus(_ x: Float) -> Float { log(1 + exp(x)) }\nprint(softplus(0))",
    "let values = stride(from: 0.0, through: 1.0, by: 0.25).map { sin(2 * .pi * $0) }\nprint(values.count, values.min()!, values.max()!)",
    "print((0..<5).map { pow(2.0, Double($0)) }, zip([1, 2], [3, 4]).map { $0 * $1 }.reduce(0, +))",
    "print(fixed(2.0 / 3, 2), percent(0.1234), String(255, radix: 16), Int(\"42\") ?? 0, Double(\"1.5\")!)",
    "let text = \"a,b,c\"\nprint(text.split(separator: \",\").count, text.uppercased(), text.replacing(\",\", with: \";\"), text.contains(\"b\"))",
    "struct P: Codable, Hashable { var x = 1.0 }\nprint(P(), [P(x: 2)], Set([P(), P()]).count)",
    "enum K: String, CaseIterable { case a, b }\nprint(K.allCases.map(\\.rawValue))",
    "var counts: [String: Int] = [:]\nfor w in [\"a\", \"b\", \"a\"] { counts[w, default: 0] += 1 }\nprint(counts.sorted { $0.key < $1.key }.map { \"\\($0.key)\\($0.value)\" })",
    "let m = [[1.0, 2], [3, 4]]\nprint(m.map { $0.reduce(0, +) }, m.flatMap { $0 }.map { sqrt($0) })",
    "if let match = \"epoch 12\".firstMatch(of: #/\\d+/#) { print(match.0) }",
    "let s = SIMD4<Float>(1, 2, 3, 4)\nprint((s * s).sum(), s.max())",
    "do { throw Oops.bad } catch { print(error) }\nenum Oops: Error { case bad }",
    "let t = await Task { 1 + 1 }.value\nprint(t)", "print(UInt8(clamping: 300), Int8(truncatingIfNeeded: 200))",
    "let table = [(1, 0.5), (2, 0.25)].map { (n, e) in \"\\(n): \\(e.formattedAs(3))\" }\nprint(table)\nextension Double { func formattedAs(_ d: Int) -> String { fixed(self, d) } }",
  ]

  @Test func `a long list of expressions compiles with no import, and the record answers the second time`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", Self.expressions.map { "```swift\n\($0)\n```\n" }.joined(separator: "\n"))
    let first = try sandbox.run("run", "notebooks/x.md")
    #expect(first.code == 0, "\(first.stderr)")
    #expect(first.stdout.hasPrefix("52.0\n3.0 2.0\n51 7.0 -3.0\n"), "\(first.stdout)")
    for line in ["5.0", "[\"a2\", \"b1\"]", "[1.0, 2.0, 4.0, 8.0, 16.0] 11", "30.0 4.0", "bad"] {
      #expect(first.stdout.contains(line), "\(line)")
    }
    let second = try sandbox.run("run", "notebooks/x.md")
    #expect(second.code == 0 && second.stderr.contains("nothing ran"), "\(second.stderr)")
    #expect(second.stdout == first.stdout)
  }

  @Test(arguments: [
    ("import Foundation\nprint(String(format: \"%.3f\", 2.0 / 3), exp(1.0), pow(2.0, 3.0))", nil),
    ("import Glibc\nprint(log(2.0), hypot(3.0, 4.0))", nil),
    ("import Foundation\nprint(\" a \".trimmingCharacters(in: .whitespaces))", nil),
    ("import Foundation\nprint(Date().timeIntervalSince1970 > 0)", "imports Foundation"),
    ("import Foundation\nprint(FileManager.default.fileExists(atPath: \"/etc\"))", "imports Foundation"),
    ("import Glibc\nprint(time(nil) > 0)", "imports Glibc, and cells call time"),
    ("import Glibc\nlet f = fopen(\"/etc/hostname\", \"r\")\nprint(f != nil)", "imports Glibc"),
    ("import Dispatch\nprint(1)", "imports Dispatch"),
  ])
  func `an import makes a notebook run again only where something may be read`(cell: String, reason: String?) throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "```swift\n\(cell)\n```\n")
    let first = try sandbox.run("run", "notebooks/x.md")
    #expect(first.code == 0, "\(first.stderr)")
    let second = try sandbox.run("run", "notebooks/x.md")
    #expect(second.stderr.contains("nothing ran") == (reason == nil), "\(second.stderr)")
    #expect(second.stdout == first.stdout)
    guard let reason else { return }
    let why = try sandbox.run("why", "notebooks/x.md")
    #expect(why.stdout.contains(reason) && why.stdout.split(separator: "\n").count <= 40, "\(why.stdout)")
  }

  @Test(arguments: ["on", "off", "auto"])
  func `optimised or not, a notebook prints the same`(level: String) throws {
    let sandbox = try Sandbox()
    let cells = """
      ```swift
      struct Pair { var a = 1.0, b: [Int] = [] }
      var sum = 0.0
      for i in 1...1000 { sum += exp(-Double(i)) / Double(i) }
      print(sum, [Pair()], (0..<5).map { sin(Double($0)) })
      ```

      The sum is `{swift} sum`, and `{claim} sum > 0.4`.

      """
    try sandbox.write("x", "---\noptimize: \(level)\n---\n\n" + cells)
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 0, "\(result.stderr)")
    #expect(result.stdout.hasPrefix("0.4586751453870819 [Notebook.Pair(a: 1.0, b: [])]"), "\(result.stdout)")
    let forced = try sandbox.run("run", "notebooks/x.md", "--optimize", level == "on" ? "off" : "on")
    #expect(forced.code == 0 && forced.stdout == result.stdout, "\(forced.stderr)")
  }
}
