internal import FileSystem
internal import Testing
internal import Workbench
internal import _TestSupport

/// When a figure's files are left as they are.
struct DrawnFigureTests {
  /// Two files that were drawn as `fig-a`, noted under the key "one" by the tools "cairo 1".
  private func noted(in folder: String) throws -> (drawn: DrawnFigures, files: [String]) {
    let files = ["svg", "csv"].map { "\(folder)/fig-a.\($0)" }
    for file in files { try AtomicFile.write("of " + file, to: file) }
    let drawn = DrawnFigures(folder: folder + "/drawn", tools: "cairo 1")
    drawn.note(files, directory: folder, name: "fig-a", key: "one")
    return (drawn, files)
  }

  @Test func `files are as they were drawn only for the same key, place and libraries, and while nobody changes them`()
    throws
  {
    try withTemporaryFolder { folder in
      let (drawn, files) = try noted(in: folder)
      func found(_ drawn: DrawnFigures, name: String = "fig-a", key: String = "one") -> [String]? {
        drawn.files(directory: folder, name: name, key: key)
      }
      #expect(found(drawn) == files)
      #expect(found(drawn, key: "two") == nil)
      #expect(found(drawn, name: "fig-b") == nil)
      #expect(found(DrawnFigures(folder: folder + "/drawn", tools: "cairo 2")) == nil)
      #expect(found(DrawnFigures(folder: folder + "/elsewhere", tools: "cairo 1")) == nil)
      try AtomicFile.write("edited", to: files[0])
      #expect(found(drawn) == nil)
      try AtomicFile.write("of " + files[0], to: files[0])
      #expect(found(drawn) == files)
      try Files.remove(files[1])
      #expect(found(drawn) == nil)
    }
  }

  @Test func `what is missing is not noted`() throws {
    try withTemporaryFolder { folder in
      let drawn = DrawnFigures(folder: folder + "/drawn", tools: "")
      drawn.note([folder + "/none.svg"], directory: folder, name: "none", key: "one")
      #expect(drawn.files(directory: folder, name: "none", key: "one") == nil)
    }
  }

  @Test func `libraries and fonts are among what drawing follows from`() {
    let tools = DrawnFigures.loadedTools()
    for name in ["libcairo", "libpng", "DejaVuSans.ttf", "date 1970-01-01T00:00:00Z"] {
      #expect(tools.contains(name), "\(name)")
    }
    #expect(tools == DrawnFigures.loadedTools())
  }
}
