// Devices, pipes and links: written to or through, and never replaced.

import FileSystem
import Foundation
import Testing
import _TestSupport

@Suite struct WriteTargetTests {
  private func kind(_ path: String) -> UInt32 {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  private func link(_ path: String, to destination: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: destination)
  }

  @Test(arguments: ["b.txt", "sub/b.txt", "./sub/../b.txt"]) func `a link stays, and its file is replaced`(
    destination: String
  ) throws {
    try withTemporaryFolder { folder in
      try Files.makeFolder(folder + "/sub")
      try link(folder + "/a", to: destination)
      try link(folder + "/first", to: folder + "/a")
      // Where nothing is yet the file is made, as a shell does.
      for text in ["one", "two"] {
        try AtomicFile.write(text, to: folder + "/first")
        #expect(kind(folder + "/first") == S_IFLNK && kind(folder + "/a") == S_IFLNK)
        #expect(kind(folder + "/" + destination) == S_IFREG)
        #expect(try Files.read(folder + "/" + destination) == Array(text.utf8))
      }
      #expect(WriteTarget.regularFile(folder + "/first").map { Files.name(of: $0) } == "b.txt")
      #expect(try Files.entries(of: folder).allSatisfy { !AtomicFile.isTemporary($0) })
    }
  }

  @Test func `the file behind a link is as it was when its new bytes do not fit`() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("one", to: folder + "/a.txt")
      try link(folder + "/l", to: "a.txt")
      let error = try #require(throws: FileError.self) {
        try AtomicFile.write([1, 2, 3], to: folder + "/l") { _ in open("/dev/full", O_WRONLY) }
      }
      #expect(error.isDiskFull && error.path == folder + "/l")
      #expect(try Files.read(folder + "/l") == Array("one".utf8) && Files.entries(of: folder) == ["a.txt", "l"])
    }
  }

  @Test func `devices are written to and stay, also behind links`() throws {
    try withTemporaryFolder { folder in
      try link(folder + "/null", to: "/dev/null")
      for path in ["/dev/null", folder + "/null"] {
        try AtomicFile.write("x", to: path)
        #expect(WriteTarget.regularFile(path) == nil)
      }
      #expect(kind("/dev/null") == S_IFCHR && kind(folder + "/null") == S_IFLNK)
      let full = try #require(throws: FileError.self) { try AtomicFile.write("x", to: "/dev/full") }
      #expect(full.isDiskFull && kind("/dev/full") == S_IFCHR)
    }
  }

  @Test func `a named pipe gets the bytes and stays`() throws {
    try withTemporaryFolder { folder in
      let pipe = try NamedPipe(folder + "/pipe")
      try AtomicFile.write("a line\n", to: folder + "/pipe")
      #expect(pipe.line() == "a line")
      #expect(kind(folder + "/pipe") == S_IFIFO)
    }
  }

  @Test func `an open descriptor gets the bytes where it stands`() throws {
    try withTemporaryFolder { folder in
      let descriptor = open(folder + "/a", O_RDWR | O_CREAT, 0o600)
      defer { close(descriptor) }
      try AtomicFile.write("one", to: "/dev/fd/\(descriptor)")
      try link(folder + "/out", to: "/proc/self/fd/\(descriptor)")
      try AtomicFile.write(" two", to: folder + "/out")
      #expect(try Files.read(folder + "/a") == Array("one two".utf8))
    }
  }

  @Test func `a circle of links is a typed error`() throws {
    try withTemporaryFolder { folder in
      try link(folder + "/a", to: "b")
      try link(folder + "/b", to: "a")
      #expect(throws: FileError(action: "write", path: folder + "/a", code: ELOOP)) {
        try AtomicFile.write("x", to: folder + "/a")
      }
      #expect(WriteTarget.regularFile(folder + "/a") == nil)
    }
  }
}
