internal import Execution
internal import NotebookText
import Testing

struct BudgetTests {
  private func budget(_ option: String) throws -> Budget? {
    try Notebook(text: "```swift\n//| budget: \(option)\n```\n", path: "x.md").cells[0].options.budget
  }

  private func message(_ option: String) -> String? {
    do {
      _ = try budget(option)
      return nil
    } catch {
      return (error as? NotebookError)?.description.split(separator: "\n").first.map(String.init)
    }
  }

  @Test func `a budget is seconds, or seconds and memory`() throws {
    #expect(try budget("60") == Budget(seconds: 60))
    #expect(try budget("1.5") == Budget(seconds: 1.5))
    #expect(try budget("{ seconds: 60, memory: 2048 }") == Budget(seconds: 60, memory: 2048))
    #expect(try budget("{ memory: 0.5 }") == Budget(memory: 1))
    #expect(try Notebook(text: "```swift\n```\n", path: "x.md").cells[0].options.budget == nil)
  }

  @Test func `a budget that is none is named with its place`() {
    #expect(message("soon") == "x.md:2:13: error: \"budget\" must be a number")
    #expect(message("0") == "x.md:2:13: error: \"budget\" must be above 0, and below 1e9")
    #expect(message("{ memory: -1 }") == "x.md:2:23: error: \"memory\" must be above 0, and below 1e9")
    #expect(message("{ second: 1 }") == "x.md:2:15: error: no part of a budget \"second\"; did you mean \"seconds\"?")
    #expect(message("[1, 2]")?.hasPrefix("x.md:2:13: error: \"budget\" must be seconds, such as 60, or {") == true)
  }

  @Test func `the machine's memory is known`() throws {
    let total = try #require(SystemMemory.totalMiB())
    let left = try #require(SystemMemory.availableMiB())
    #expect(total > 64 && left > 0 && left <= total)
    #expect(SystemMemory.residentMiB(1 << 30) == 0)
  }
}
