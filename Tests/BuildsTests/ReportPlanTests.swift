internal import Builds
internal import FileSystem
internal import NotebookText
import Testing
internal import _TestSupport

struct ReportPlanTests {
  @Test func `the plan of a report names its mistakes with their place`() throws {
    try withTemporaryFolder { root in
      try Files.makeFolder(root + "/notebooks")
      try AtomicFile.write("text\n", to: root + "/notebooks/method.md")
      func message(_ text: String) -> String {
        do {
          _ = try ReportPlan(text: text, root: root)
          return ""
        } catch { return "\(error)" }
      }
      let plan = try ReportPlan(text: "title: T\nsummary: S\nchapters: [method.md]\n", root: root)
      #expect(plan.title == "T" && plan.chapters == ["notebooks/method.md"] && plan.summary == "S")
      #expect(
        message("title: T\nchapter: [method.md]\n").hasPrefix(
          "notebooks/report.yml:2:1: error: no key of the report's plan \"chapter\"; did you mean \"chapters\"?"))
      #expect(
        message("title: T\nchapters:\n  - metod.md\n").hasPrefix(
          "notebooks/report.yml:3:5: error: no notebook \"metod.md\"; did you mean \"method.md\"?"))
      #expect(message("title: T\nchapters: [method.md, method.md]\n").contains("already a chapter"))
      #expect(message("chapters: [method.md]\n").contains("needs a title"))
      #expect(message("title: T\n").contains("needs chapters"))
    }
  }
}
