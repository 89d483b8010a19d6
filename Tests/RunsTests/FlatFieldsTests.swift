import Basics
internal import FileSystem
internal import Foundation
internal import Runs
import Testing

struct FlatFieldsTests {
  private struct Inner: Encodable { var steps = 10, rate: Float = 0.1, name: String? }
  private struct Outer: Encodable {
    var attack = Inner()
    var list = [1, 2, 3]
    var parts = [Inner(name: "a"), Inner()]
    var flag = true
    var long = String(repeating: "x", count: 500)
  }

  @Test func `a value becomes lines of path and text`() throws {
    let fields = try FlatFields.of(Outer())
    #expect(fields["attack.steps"] == "10" && fields["attack.rate"] == "0.1" && fields["attack.name"] == nil)
    #expect(fields["list"] == "[1,2,3]" && fields["flag"] == "true")
    #expect(fields["parts.1.name"] == "a" && fields["parts.2.steps"] == "10")
    let long = try #require(fields["long"])
    #expect(long.utf8.count < 170 && long.contains("… ("))
    var other = Outer()
    other.long += "x"
    #expect(try FlatFields.of(other)["long"] != long)
  }

  @Test func `the key of a derived number is known before it is computed`() throws {
    let root = NSTemporaryDirectory() + "/memo-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    let store = MemoStore(root: root)
    let key = try MemoStore.key(kind: "sum", key: [1, 2], version: 1)
    #expect(key.count == 64)
    #expect(try key != MemoStore.key(kind: "sum", key: [1, 2], version: 2))
    #expect(!store.contains(kind: "sum", key: key))
    #expect(try store.value(kind: "sum", key: [1, 2], version: 1) { 3 } == 3)
    #expect(store.contains(kind: "sum", key: key))
  }

  @Test func `equal values have equal digests`() throws {
    #expect(try Digest.sha256(of: ["b": 1, "a": 2]) == Digest.sha256(of: ["a": 2, "b": 1]))
    #expect(try Digest.sha256(of: ["a": 2.0]) != Digest.sha256(of: ["a": 2.5]))
  }
}
