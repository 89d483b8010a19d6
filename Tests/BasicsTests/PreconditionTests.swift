import Basics
import Testing

struct PreconditionTests {
  @Test(.timeLimit(.minutes(1))) func `the message of a precondition is printed in a release build`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (x, y) = ([0, 1, 2], [1, 2])
      precondition(x.count == y.count, "\(x.count) x for \(y.count) y")
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("3 x for 2 y"))
  }

  @Test func `without a message it says what it is`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      assert(Int("7") == 8)
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("assertion failed"))
  }

  @Test func `a long message is cut`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      preconditionFailure(String(repeating: "x", count: 100_000))
    }
    let count = result?.standardErrorContent.count ?? 0
    #expect(count > 900 && count < 20_000, "\(count)")
  }

  @Test func `what holds goes on, and its message is not computed`() {
    var isComputed = false
    func message() -> String {
      isComputed = true
      return ""
    }
    precondition(Int("7") == 7, message())
    #expect(!isComputed)
  }
}
