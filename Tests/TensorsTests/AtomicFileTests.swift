import Foundation
import Tensors
import Testing
import _TestSupport

@Suite struct AtomicFiles {
  @Test func `writing replaces the file and leaves nothing else`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.txt"
      try AtomicFile.write("one", to: path)
      try AtomicFile.write("two", to: path)
      #expect(try Files.read(path) == Array("two".utf8))
      #expect(try Files.entries(of: folder) == ["a.txt"])
    }
  }

  @Test func `a full disk is a typed error and the old file stays`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.txt"
      try AtomicFile.write("one", to: path)
      let error = try #require(throws: FileError.self) {
        try AtomicFile.write([1, 2, 3], to: path) { _ in open("/dev/full", O_WRONLY) }
      }
      #expect(error.isDiskFull)
      #expect(error.path == path)
      #expect(error.description.contains("a.txt: the disk is full"))
      #expect(try Files.read(path) == Array("one".utf8))
      #expect(try Files.entries(of: folder) == ["a.txt"])
    }
  }

  @Test func `a folder that is missing, or is a file, is a typed error`() throws {
    try withTemporaryFolder { folder in
      let missing = try #require(throws: FileError.self) { try AtomicFile.write("x", to: folder + "/no/a.txt") }
      #expect(missing.isMissing)
      try AtomicFile.write("x", to: folder + "/file")
      #expect(throws: FileError(action: "write", path: folder + "/file/a", code: ENOTDIR)) {
        try AtomicFile.write("x", to: folder + "/file/a")
      }
      #expect(throws: FileError(action: "make the folder", path: folder + "/file", code: ENOTDIR)) {
        try Files.makeFolder(folder + "/file")
      }
      #expect(throws: FileError.self) { try Files.read(folder) }
      try Files.makeFolder(folder + "/p/q/r")
      #expect(throws: FileError.self) { try AtomicFile.write("x", to: folder + "/p") }
      try Files.remove(folder + "/p")
      try Files.remove(folder + "/p")
      #expect(try Files.entries(of: folder) == ["file"])
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everywhere")) func `a read-only folder is a typed error`() throws {
    try withTemporaryFolder { folder in
      chmod(folder, 0o555)
      defer { chmod(folder, 0o755) }
      let error = try #require(throws: FileError.self) { try AtomicFile.write("x", to: folder + "/a") }
      #expect(error.isReadOnly)
    }
  }

  @Test func `paths come apart as in POSIX`() {
    #expect(Files.folder(of: "a") == ".")
    #expect(Files.folder(of: "/a") == "/")
    #expect(Files.folder(of: "a/b/") == "a")
    #expect(Files.name(of: "a/b/") == "b")
    #expect(Files.name(of: "b") == "b")
  }
}
