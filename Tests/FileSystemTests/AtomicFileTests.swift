import FileSystem
import Foundation
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
      #expect(missing.description == "cannot write \(folder)/no/a.txt: no such file or folder; check the path")
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

  @Test func `a read-only folder is a typed error`() async throws {
    // In a child process: who the process is changes for all its threads.
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        try AtomicFile.write("before", to: folder + "/a")
        chmod(folder, 0o555)
        defer { chmod(folder, 0o755) }
        try withoutRootRights {
          let error = try #require(throws: FileError.self) { try AtomicFile.write("x", to: folder + "/a") }
          #expect(error.isReadOnly && error.path == folder + "/a")
          #expect(try Files.read(folder + "/a") == Array("before".utf8))
        }
        #expect(try Files.entries(of: folder) == ["a"])
      }
    }
  }

  @Test func `reading stops at the limit, also where a file has no size`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.txt"
      try AtomicFile.write("12345", to: path)
      #expect(try Files.read(path, limit: 5) == Array("12345".utf8))
      let error = try #require(throws: FileError.self) { try Files.read(path, limit: 4) }
      #expect(error.code == EFBIG && error.path == path)
      #expect(error.description.hasPrefix("cannot read more than 4 bytes of \(path): "))
      #expect(throws: FileError.self) { try Files.read("/dev/zero", limit: 100_000) }
    }
  }

  @Test func `what is set aside keeps its name, with a number that is free`() throws {
    try withTemporaryFolder { folder in
      for (i, text) in ["a", "b"].enumerated() {
        try AtomicFile.write(text, to: folder + "/x.state")
        let name = try Files.setAside(folder + "/x.state", as: "x.state")
        #expect(name == "x.state.corrupt-\(i + 1)" && !Files.exists(folder + "/x.state"))
        #expect(try Files.read(folder + "/" + name) == Array(text.utf8))
      }
    }
  }

  @Test func `a refusal says what to do, for reading and for writing`() {
    #expect(FileError(action: "read", path: "a", code: EACCES).description.hasSuffix("check who may read it"))
    #expect(FileError(action: "write", path: "a", code: EACCES).description.hasSuffix("a folder that you may write"))
  }

  @Test func `paths come apart as in POSIX`() {
    #expect(Files.join("a", "b") == "a/b" && Files.join("a/", "b") == "a/b" && Files.join("", "b") == "b")
    #expect(Files.folder(of: "a") == ".")
    #expect(Files.folder(of: "/a") == "/")
    #expect(Files.folder(of: "a/b/") == "a")
    #expect(Files.name(of: "a/b/") == "b")
    #expect(Files.name(of: "b") == "b")
  }
}
