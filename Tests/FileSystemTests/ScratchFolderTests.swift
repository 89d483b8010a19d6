internal import FileSystem
internal import Foundation
import Testing
internal import _TestSupport

struct ScratchFolderTests {
  @Test func `a folder is there until it is removed, and each is one's own`() throws {
    try withTemporaryFolder { root in
      let (first, second) = (try ScratchFolder(in: root + "/scratch"), try ScratchFolder(in: root + "/scratch"))
      #expect(first.path != second.path && Files.isFolder(first.path) && Files.isFolder(second.path))
      try AtomicFile.write("a", to: first.path + "/a")
      first.remove()
      #expect(!Files.exists(first.path) && Files.isFolder(second.path))
    }
  }

  @Test func `what nobody holds is removed by the next, with or without a lock in it; what is held stays`() throws {
    try withTemporaryFolder { root in
      let held = try ScratchFolder(in: root)
      for name in ["1-0", "999999-3", "\(getpid())-7"] { try Files.makeFolder("\(root)/\(name)/sub") }
      try AtomicFile.write("", to: root + "/1-0/.lock")
      let next = try ScratchFolder(in: root)
      let left = try Files.entries(of: root).filter { $0 != ".lock" }
      #expect(left == [held.path, next.path].map(Files.name).sorted())
    }
  }

  @Test func `a folder that cannot be made is a typed error`() throws {
    try withTemporaryFolder { root in
      try AtomicFile.write("", to: root + "/file")
      #expect(throws: FileError.self) { try ScratchFolder(in: root + "/file/scratch") }
    }
  }

  @Test func `temporary files of processes that are gone are removed, others stay`() throws {
    try withTemporaryFolder { root in
      // A process that has just ended has a number that is nobody's.
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/true")
      try process.run()
      process.waitUntilExit()
      let gone = process.processIdentifier
      let names = [
        ".a.csv.\(gone)-0.tmp", ".a.csv.\(getpid())-0.tmp", ".tmp", "a.csv.\(gone)-0.tmp", ".a.0-0.tmp", ".x-y.tmp",
      ]
      for name in names { try "half".write(toFile: "\(root)/\(name)", atomically: false, encoding: .utf8) }
      AtomicFile.removeLeft(in: root)
      #expect(try Files.entries(of: root) == names.dropFirst().sorted())
      AtomicFile.removeLeft(in: root + "/no/such/folder")
    }
  }
}
