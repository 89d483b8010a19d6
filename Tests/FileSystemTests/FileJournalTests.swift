internal import FileSystem
internal import Foundation
import Testing

struct FileJournalTests {
  @Test func `the journal has what was looked at, but not what was made or searched for by content`() throws {
    let folder = NSTemporaryDirectory() + "/journal-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    FileJournal.begin()
    try Files.makeFolder(folder + "/made")
    try AtomicFile.write("a", to: folder + "/file")
    _ = try Files.read(folder + "/file")
    _ = Files.exists(folder + "/missing")
    _ = try Files.entries(of: folder)
    FileJournal.withoutNotes { _ = Files.exists(folder + "/unnoted") }
    let mine = FileJournal.paths.filter { $0.hasPrefix(folder) }.map { $0.dropFirst(folder.count) }
    #expect(mine == ["", "/file", "/missing"])
  }
}
