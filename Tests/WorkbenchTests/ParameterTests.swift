internal import Channel
import Testing
internal import Workbench

/// Parameters of types that a notebook's author brings.
struct ParameterTests {
  private enum Start: String, CaseIterable, ParameterValue { case zero, random }
  private enum Level: Int, Codable, CaseIterable, ParameterValue {
    case low = 1
    case high = 10
  }
  private struct Sweep: Codable, Hashable, ParameterValue { var low: Double, steps: [Int] }
  /// Neither raw values nor JSON.
  private struct Fraction: Hashable, ParameterValue {
    var value: Double
    static var example: String { "a fraction such as 8/255" }
    init(_ value: Double) { self.value = value }
    init?(parameterText: String) {
      let parts = parameterText.split(separator: "/").compactMap { Double($0) }
      guard parts.count == 2 else { return nil }
      self.init(parts[0] / parts[1])
    }
  }

  private func session(_ parameters: [String: String]) -> NotebookSession {
    NotebookSession(
      configuration: SessionConfiguration(
        name: "x", threads: 1, parameters: parameters, rootDirectory: "/r", outputDirectory: "/o"))
  }

  @Test func `enums read their raw values, decodable types JSON, lists their elements, others what they like`() {
    let session = session([
      "start": "random", "level": "10", "sweep": "{\"low\": 0.5, \"steps\": [1, 2]}", "eps": "8/255", "seeds": "3, 4,5",
      "none": "", "big": "18446744073709551615", "mapping": "as-labelled",
    ])
    #expect(session.parameter("start", default: Start.zero) == .random)
    #expect(session.parameter("level", default: Level.low) == .high)
    #expect(session.parameter("sweep") as Sweep == Sweep(low: 0.5, steps: [1, 2]))
    #expect(session.parameter("eps", default: Fraction(0)) == Fraction(8.0 / 255))
    #expect(session.parameter("seeds", default: [0]) == [3, 4, 5] && session.parameter("none", default: [1]).isEmpty)
    #expect(session.parameter("big", default: UInt64(0)) == .max)
    #expect(session.parameter("mapping", default: PaperRecipe.Mapping.released) == .asLabelled)
  }

  @Test func `a text that is no such value is refused with what it may be`() throws {
    let session = session(["a": "x"])
    func message<Value: ParameterValue>(_ type: Value.Type) -> String? {
      do throws(ParameterValueError) {
        _ = try session.value(of: "a", as: type)
        return nil
      } catch { return error.description }
    }
    let start = "parameter \"a\" is \"x\", but this cell asks for "
    #expect(message(Start.self) == start + "zero or random")
    #expect(message(Level.self) == start + "1 or 10")
    #expect(message(Sweep.self) == start + "JSON of a Sweep")
    #expect(message(Fraction.self) == start + "a fraction such as 8/255")
    #expect(message([Int].self) == start + "a list with commas, each a whole number such as 3")
    #expect(message(Bool.self) == start + "true or false")
    #expect(message(String.self) == nil)
  }

  @Test func `a parameter that nobody gives is refused with those that there are`() {
    #expect(session(["b": "1", "a": "2"]).parameterNames == ["a", "b"])
    #expect(
      ParameterValueError.unknown("c", known: ["b", "a"]).description
        == "no parameter \"c\": declare it in the front matter, or give it a default here; there are a, b")
  }
}
