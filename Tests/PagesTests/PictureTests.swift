internal import Channel
internal import Execution
internal import Foundation
internal import NotebookText
internal import Pages
import Testing

/// Pictures of the text: numbered, sized, embedded, or named where they are missing.
struct PictureTests {
  private func notebook(_ text: String) throws -> Notebook { try Notebook(text: text + "\n", path: "notebooks/x.md") }

  /// The page of a notebook beside which `a.png` and `sub/b c.svg` lie.
  private func page(_ text: String) throws -> String {
    let folder = NSTemporaryDirectory() + "/pictures-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/notebooks/sub", withIntermediateDirectories: true)
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: folder + "/notebooks/a.png"))
    try Data([4]).write(to: URL(fileURLWithPath: folder + "/notebooks/sub/b c.svg"))
    return try Page(
      notebook: try notebook(text), results: [], failure: nil,
      configuration: .init(name: "x", threads: 1, rootDirectory: folder, outputDirectory: folder)
    ).text()
  }

  private static let picture = "src=\"data:image/png;base64,AQID\""

  @Test func `a picture with a label is a figure with a number, in the order of all figures`() throws {
    let html = try page(
      "See @fig-x and @fig-b.\n\n```swift\n//| label: fig-b\nlet a = 1\n```\n\n![A **good** one, $x$](a.png){#fig-x}")
    #expect(
      html.contains(
        "<figure class=\"picture\" id=\"fig-x\"><div class=\"plate\"><img \(Self.picture) alt=\"A good one, x\" /></div>"
          + "<figcaption><b>Figure 2.</b> A <strong>good</strong> one, <math"))
    #expect(
      html.contains("href=\"#fig-x\">Figure\u{A0}2</a> and") && html.contains("href=\"#fig-b\">Figure\u{A0}1</a>"))
  }

  @Test(arguments: [
    "- ![A](a.png){#fig-x}", "1. a\n\n   ![A](a.png){#fig-x}", "> ![A](a.png){#fig-x}",
    "> [!NOTE]\n> ![A](a.png){#fig-x}",
    "::: {.callout-tip}\n![A](a.png){#fig-x}\n:::", "[![A](a.png){#fig-x}](https://a.org)",
    "![A][p]{#fig-x}\n\n[p]: a.png",
    "| a |\n|---|\n| ![A](a.png){#fig-x} |", "Text ![A](a.png){#fig-x} text", "a[^n]\n\n[^n]: ![A](a.png){#fig-x}",
    "![A](<a.png> \"t\"){#fig-x width=50%}", "*![A](a.png){#fig-x}*",
  ])
  func `it is one wherever it stands`(text: String) throws {
    let html = try page(text + "\n\nSee @fig-x.")
    #expect(html.contains("id=\"fig-x\"") && html.contains("<b>Figure 1.</b> A"), "\(html)")
    #expect(html.contains(Self.picture) && html.contains("href=\"#fig-x\">Figure\u{A0}1</a>"))
    #expect(!html.contains("{#"))
  }

  @Test(arguments: [
    ("{width=50%}", " width=\"50%\""), ("{width=300}", " width=\"300\""),
    ("{width=300px height=\"20px\"}", " width=\"300\" height=\"20\""),
    ("{width=3cm}", " style=\"width: 3cm\""), ("{: width=\"50%\"}", " width=\"50%\""),
    ("{fig-align=center}", " style=\"display: block; margin: 0 auto\""),
    ("{.big width=2in align=right}", "width: 2in; display: block"),
  ])
  func `attributes give size and place`(attributes: String, expected: String) throws {
    let html = try page("A ![A](a.png)\(attributes) b")
    #expect(html.contains("alt=\"A\"\(expected)") || html.contains(expected), "\(html)")
    #expect(!html.contains("/>{"), "nothing is left over")
  }

  @Test func `what is said instead of a picture may be its own`() throws {
    #expect(try page("![A](a.png){#fig-x fig-alt=\"A line that \\\"falls\\\"\"}").contains("alt=\"A line that"))
    #expect(try page("![A](a.png){alt='a < b'}").contains("alt=\"a &lt; b\""))
  }

  @Test(arguments: [
    ("![A](a.png){#tbl-x}", "1:14: error: a picture's label begins with \"fig-\""),
    ("![A](a.png){width=big}", "1:13: error: \"width\" is a number of pixels, a share"),
    ("![A](a.png){align=up}", "1:13: error: \"align\" is left, center or right"),
    (
      "![A](a.png){#fig-x}\n\n![B](a.png){#fig-x}",
      "3:14: error: label \"fig-x\" is already given at notebooks/x.md:1:14"
    ),
  ])
  func `mistakes in attributes have their place`(text: String, expected: String) throws {
    let error = #expect(throws: NotebookError.self) {
      try ReferenceIndex(page: notebook(text), siblings: [])
    }
    #expect("\(try #require(error))".hasPrefix("notebooks/x.md:\(expected)"), "\(String(describing: error))")
  }

  @Test func `what has no meaning behind a picture is named, behind anything else it is text`() throws {
    let warnings = try notebook("![A](a.png){.big loading=lazy #fig-x}").warnings
    #expect(warnings.map { "\($0.location.line):\($0.location.column)" } == ["1:13", "1:18"])
    #expect(
      warnings.map { String($0.message.prefix(24)) } == ["\".big\" has no meaning be", "\"loading=lazy\" has no me"])
    #expect(try page("[A](a.html){target=_blank}").contains("</a>{target=_blank}"))
    #expect(try page("![A](a.png){x}").contains("/>{x}"))
    #expect(try notebook("## ![A](a.png){#sec-a}").headings.first?.label == "sec-a")
  }

  @Test(arguments: [
    "<img src=\"a.png\" width=\"20\">", "<p align=\"center\">\n<img alt=\"x\" src='a.png'>\n</p>",
    "- a <img src=\"a.png\"/> b",
    "<a href=\"https://a.org\"><img src=\"a.png\"></a>", "![A](./a.png)", "![A](/notebooks/a.png)",
    "![A](a.png?raw=true)",
  ])
  func `pictures beside the notebook stand in the page`(text: String) throws {
    #expect(try page(text).contains("data:image/png;base64,AQID"))
    #expect(try page("![A](sub/b%20c.svg)").contains("src=\"data:image/svg+xml;base64,BA==\""))
  }

  @Test func `pictures that cannot be shown are named with their place`() throws {
    let text = """
      ![A](none.png) and ![B](https://a.org/b.png)

      <p>
        <img src="gone.gif">
      </p>

      <!-- <img src="c.png"> -->

      > - [![C](film.mp4)](a)
      """
    let missing = try notebook(text).missingPictures(in: "/none/notebooks", root: "/none")
    #expect(missing.map { "\($0.location.line):\($0.location.column)" } == ["1:1", "4:3", "9:6"])
    #expect(missing[0].message == "no file \"none.png\" beside the notebook")
    #expect(missing[2].message.hasPrefix("\"film.mp4\" is no picture that pages show: there are avif, gif"))
  }
}
