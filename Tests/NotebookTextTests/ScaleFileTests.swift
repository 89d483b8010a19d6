internal import Channel
internal import NotebookText
import Testing

struct ScaleFileTests {
  @Test func `a line is a scale`() throws {
    let scales = try ScaleFile.scales(
      text: "overnight: { like: cifar, epochs: 60, help: one night }\ntiny:\n  like: draft\n  trainCount: 128\n",
      file: "scales.yml")
    #expect(scales.map(\.name) == ["overnight", "tiny"] && scales.map(\.basis) == [.cifar, .draft])
    #expect(scales[0][.epochs] == 60 && scales[0].explanation == "one night" && scales[1][.trainCount] == 128)
    #expect(try ScaleFile.scales(text: "", file: "scales.yml").isEmpty)
    #expect(try ScaleFile.scales(in: "/nowhere").isEmpty)
  }

  @Test(arguments: [
    ("a: { epochs: 3 }", "1:1: error: scale \"a\" needs \"like\""),
    ("a: { like: cifr }", "1:12: error: no scale \"cifr\"; did you mean \"cifar\"?"),
    ("a: { like: cifar, epoch: 3 }", "1:19: error: no part of a scale \"epoch\"; did you mean \"epochs\"?"),
    ("a: { like: cifar, epochs: 1.5 }", "1:27: error: \"epochs\" must be a whole number"),
    ("a: { like: cifar, epochs: 0 }", "1:1: error: scale \"a\": epochs is 0; allowed: 1 or more"),
    ("demo: { like: cifar }", "1:1: error: \"demo\" is one of the workbench's own scales"),
    ("A b: { like: cifar }", "1:1: error: \"A b\" cannot be a scale's name"),
    ("a: 3", "1:4: error: scale \"a\" must be \"key: value\" lines"),
  ])
  func `a mistake is named with its place`(text: String, message: String) {
    let error = #expect(throws: NotebookError.self) { try ScaleFile.scales(text: text, file: "scales.yml") }
    #expect(error?.description.hasPrefix("scales.yml:" + message) == true, "\(error?.description ?? "")")
  }
}
