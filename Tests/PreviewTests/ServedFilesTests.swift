internal import Foundation
internal import Preview
import Testing

/// A project with a page, a figure, a secret beside them, and links that lead out.
final class ScratchProject: Sendable {
  let root: String

  init() throws {
    root = NSTemporaryDirectory() + "/preview-test-\(UUID().uuidString)"
    let manager = FileManager.default
    for folder in ["report/sub", "figures/draft", "secrets", "reports"] {
      try manager.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
    }
    for file in [
      "report/x.html", "report/.hidden.html", "report/a%2e.html", "figures/draft/a.svg", "secrets/key",
      "reports/y.html",
      "Package.swift",
    ] { try file.write(toFile: "\(root)/\(file)", atomically: true, encoding: .utf8) }
    for (link, target) in [
      ("report/out", "../secrets/key"), ("report/passwd", "/etc/passwd"), ("report/folder", "../secrets"),
      ("report/figure.svg", "../figures/draft/a.svg"), ("report/same.html", "x.html"),
    ] { try manager.createSymbolicLink(atPath: "\(root)/\(link)", withDestinationPath: target) }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }
}

struct ServedFilesTests {
  @Test func `files of the two folders are given out with their type`() throws {
    let project = try ScratchProject()
    let files = ServedFiles(root: project.root)
    let page = try #require(files.file("report/x.html"))
    #expect(page.bytes == Array("report/x.html".utf8) && page.type == "text/html; charset=utf-8")
    #expect(files.file("figures/draft/a.svg")?.type == "image/svg+xml")
    #expect(files.file("report/same.html") != nil)
    #expect(files.file("report/a%2e.html") != nil)
  }

  @Test(arguments: [
    "", "report", "report/", "report/sub", "report/none.html", "Package.swift", "secrets/key", "reports/y.html",
    "report/../secrets/key", "report/..", "../\(#filePath)", "report/./x.html", "report//x.html", "/report/x.html",
    "/etc/passwd", "report/..\\..\\secrets\\key", "report/x.html\u{0}.svg", "report/.hidden.html",
    "report/%2e%2e/secrets/key",
    "report/out", "report/passwd", "report/folder/key", "report/figure.svg", "figures/../report/x.html",
  ])
  func `nothing else is, however it is written or linked`(path: String) throws {
    let project = try ScratchProject()
    #expect(ServedFiles(root: project.root).file(path) == nil)
  }

  @Test func `a folder that is itself a link out is not followed`() throws {
    let project = try ScratchProject()
    let manager = FileManager.default
    try manager.removeItem(atPath: project.root + "/figures")
    try manager.createSymbolicLink(atPath: project.root + "/figures", withDestinationPath: "secrets")
    #expect(ServedFiles(root: project.root).file("figures/key") == nil)
  }

  @Test func `a root behind a link is fine`() throws {
    let project = try ScratchProject()
    let link = project.root + "-link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: project.root)
    defer { try? FileManager.default.removeItem(atPath: link) }
    #expect(ServedFiles(root: link).file("report/x.html") != nil)
  }
}
