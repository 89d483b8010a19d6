// Where `--json` and `--state` lead: devices, pipes and links stay what they are.

internal import Foundation
internal import Glibc
import Testing
internal import _TestSupport

@Suite struct OutputFileTests {
  private let sandbox: Sandbox
  private let network: SmallNetwork

  init() throws {
    sandbox = try Sandbox()
    network = try SmallNetwork(sandbox)
  }

  private func link(_ name: String, to destination: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(sandbox.root)/\(name)", withDestinationPath: destination)
  }

  private func destination(_ name: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "\(sandbox.root)/\(name)")
  }

  private func isCharacterDevice(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR
  }

  private var names: Set<String> {
    Set((try? FileManager.default.contentsOfDirectory(atPath: sandbox.root)) ?? []).filter { !$0.contains("-") }
  }

  private let usual: Set<String> = ["notebooks", ".workbench", "pictures", "w.safetensors"]

  @Test func `a device behind a link takes the report and the state, and stays`() throws {
    try link("null", to: "/dev/null")
    let result = try network.evaluate("--json", "null", "--state", "null")
    #expect(result.code == 0 && result.stdout.contains("robust"), "\(result.stderr)")
    #expect(destination("null") == "/dev/null" && isCharacterDevice("/dev/null"))
    #expect(try network.evaluate("--json", "/dev/null").code == 0)
    #expect(names == usual.union(["null"]))
    #expect(!FileManager.default.fileExists(atPath: "/dev/null.state"))
  }

  @Test func `a full device is an error that names it`() throws {
    let result = try network.evaluate("--json", "/dev/full")
    #expect(result.code == 1 && result.stderr.contains("cannot write /dev/full: the disk is full"), "\(result.stderr)")
  }

  @Test func `a link to a report leads to it, and so does one to a file that is not there yet`() throws {
    try FileManager.default.createDirectory(atPath: sandbox.root + "/far", withIntermediateDirectories: true)
    try link("out.json", to: "far/report.json")
    for _ in 0..<2 {
      #expect(try network.evaluate("--json", "out.json").code == 0)
      #expect(destination("out.json") == "far/report.json")
      #expect(sandbox.read("far/report.json")?.contains("\"stages\"") == true)
    }
    #expect(names == usual.union(["far", "out.json"]))
  }

  @Test func `a link to a state stays, and a damaged state is set aside where it lies`() throws {
    try FileManager.default.createDirectory(atPath: sandbox.root + "/far", withIntermediateDirectories: true)
    try "not a state".write(toFile: sandbox.root + "/far/s", atomically: false, encoding: .utf8)
    try link("state", to: "far/s")
    let result = try network.evaluate("--state", "state")
    #expect(result.code == 0 && result.stderr.contains("set aside as s.corrupt-1"), "\(result.stderr)")
    #expect(destination("state") == "far/s" && sandbox.read("far/s.corrupt-1") == "not a state")
    #expect(sandbox.read("far/s") == nil, "a state is gone at the end")
  }

  @Test func `a named pipe and an open descriptor get the report`() throws {
    let pipe = try NamedPipe(sandbox.root + "/pipe")
    #expect(try network.evaluate("--json", "pipe").code == 0)
    #expect(pipe.line() == "{")
    let out = try network.evaluate("--json", "/dev/stdout")
    #expect(out.code == 0 && out.stdout.hasPrefix("{\n") && out.stdout.contains("}\nclean "), "\(out.stdout)")
    #expect(names == usual.union(["pipe"]))
  }
}
