internal import Execution
internal import NotebookText
import Testing

struct ProgramIdentityTests {
  private func identity(_ text: String) throws -> String {
    try Program(Notebook(text: text, path: "notebooks/x.md")).identity
  }

  private let text =
    "a\n\n```swift\nlet a = 1\n```\n\n`{swift} a` and `{claim} a > 0`\n\n```swift\n//| label: b\nlet b = a\n```\n"

  @Test(arguments: [
    ("a\n\n", "other\n\nprose\n\n"), ("a\n\n", "## Heading {#sec-a}\n\n$x$\n\n"),
    ("`{swift} a` and", "before `{swift} a`, and"),
    ("label: b", "label: b\n//| caption: c"), ("label: b", "label: b\n//| echo: false\n//| budget: 5"),
  ])
  func `prose, captions and budgets leave the program what it is`(old: String, new: String) throws {
    #expect(text.contains(old))
    #expect(try identity(text.replacing(old, with: new, maxReplacements: 1)) == identity(text))
  }

  @Test(arguments: [
    ("let a = 1", "let a = 2"), ("`{swift} a`", "`{swift} a + 1`"), ("a > 0", "a > 1"), ("label: b", "label: c"),
    ("label: b", "label: b\n//| eval: false"),
    ("`{swift} a` and `{claim} a > 0`\n\n", ""), ("let b = a", "let b = a  // x"),
  ])
  func `code, labels and values of the text are part of it`(old: String, new: String) throws {
    #expect(text.contains(old))
    #expect(try identity(text.replacing(old, with: new)) != identity(text))
  }
}
