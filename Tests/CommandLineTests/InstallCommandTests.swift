internal import Foundation
import Testing

struct InstallCommandTests {
  @Test func `install links the script, once, and spares what is there`() throws {
    let sandbox = try Sandbox()
    let link = sandbox.root + "/.local/bin/workbench"
    let first = try sandbox.run("install")
    #expect(first.code == 0, "\(first.stderr)")
    let target = try FileManager.default.destinationOfSymbolicLink(atPath: link)
    #expect(target.hasSuffix("/workbench") && FileManager.default.isExecutableFile(atPath: target))
    #expect(first.stdout.contains("is not on PATH"))
    #expect(try sandbox.run("install").stdout.contains("is already a link to"))

    try FileManager.default.removeItem(atPath: link)
    try "mine".write(toFile: link, atomically: true, encoding: .utf8)
    #expect(try sandbox.run("install").code == 64)
    #expect(sandbox.read(".local/bin/workbench") == "mine")
  }
}
