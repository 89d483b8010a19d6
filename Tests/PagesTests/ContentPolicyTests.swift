internal import Channel
internal import Execution
internal import Foundation
internal import NotebookText
internal import Pages
import Testing

/// What nobody's text may do on a page, wherever the text comes from.
struct ContentPolicyTests {
  private static let hostile = [
    "<script>run()</script>", "<SCRIPT src=//x.org/a.js></SCRIPT>", "<img src=\"x\" onerror=\"run()\">",
    "<img src=x onerror=run()>", "<svg onload=\"run()\"><script>run()</script></svg>",
    "<iframe src=\"https://x.org\"></iframe>",
    "<style>body { display: none }</style>", "<meta http-equiv=\"refresh\" content=\"0; url=https://x.org\">",
    "<base href=\"https://x.org/\">", "<form action=\"https://x.org\"><input><button>go</button></form>",
    "<object data=\"x\"></object>", "<embed src=\"x\">", "<link rel=\"stylesheet\" href=\"https://x.org/a.css\">",
    "<a href=\"javascript:run()\">a</a>", "<a href=\" java&#10;script:run()\">a</a>",
    "<a href='data:text/html,x'>a</a>",
    "<b style=\"position:fixed\">a</b>", "<details ontoggle=\"run()\" open>a</details>",
    "<img src=\"data:text/html;base64,eA==\">",
    "<video src=\"https://x.org/a.mp4\" autoplay></video>", "<math><mtext><script>run()</script></mtext></math>",
    "<a href=\"vbscript:run()\">a</a>", "<p/onclick=run()>a</p>", "<!--><script>run()</script>",
    "[a](javascript:run())", "[a](&#106;avascript:run())", "[a](DATA:text/html,x)", "<javascript:run()>",
    "[a](java\\\nscript:run())", "![a](data:text/html;base64,eA==)", "![a](javascript:run())",
    "[a]\n\n[a]: javascript:run()",
  ]

  /// What of a page could run or lead away: tags, attributes and addresses, as far as a reader of tags sees them.
  private func dangers(_ html: String) -> [String] {
    let tags = html.matches(of: #/<\/?([a-zA-Z][a-zA-Z0-9]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/#)
    let known: Set = ["script", "iframe", "object", "embed", "base", "form", "button", "link", "video", "svg"]
    var found: [String] = []
    for tag in tags {
      let (name, attributes) = (tag.1.lowercased(), String(tag.2))
      if known.contains(name) { found.append(String(tag.0)) }
      if attributes.firstMatch(of: #/(?i)[\s\/"']on[a-z]+\s*=/#) != nil { found.append(String(tag.0)) }
      for address in attributes.matches(of: #/(?i)(href|src)="([^"]*)"/#) {
        let isPicture = address.2.hasPrefix("data:image/") && name == "img"
        if address.2.firstMatch(of: #/^(?i)\s*(?!https?:|mailto:)[a-z\s&#;0-9]+:/#) != nil, !isPicture {
          found.append(String(tag.0))
        }
      }
    }
    return found
  }

  private func page(_ text: String, _ outputs: [CellOutput] = [], caption: String? = nil) throws -> String {
    let cell =
      "```swift\n" + (caption.map { "//| caption: '\($0.replacing("'", with: "''"))'\n" } ?? "") + "let a = 1\n```\n"
    return try Page(
      notebook: try Notebook(text: text + "\n\n" + cell, path: "notebooks/x.md"),
      results: [CellResult(cell: 0, outputs: outputs)], failure: nil,
      configuration: SessionConfiguration(name: "x", threads: 1, rootDirectory: "/none", outputDirectory: "/none")
    ).text()
  }

  @Test(arguments: hostile)
  func `nothing of a text runs or leads away`(input: String) throws {
    let plain = dangers(try page("Text."))
    #expect(plain == [])
    #expect(dangers(try page("Text \(input) text.")) == [])
    #expect(dangers(try page(input)) == [], "as a block")
    #expect(dangers(try page("- > \(input)")) == [])
    #expect(try page(input).ranges(of: "<style>").count == 1)
  }

  @Test(arguments: hostile)
  func `nothing that a cell shows runs or leads away`(input: String) throws {
    let outputs: [CellOutput] = [
      .markdown("Data: \(input)"), .markdown(input), .text(.standardOutput, input), .text(.standardError, input),
      .table(header: [input], rows: [[input]], files: []), .figure(name: input, files: []),
    ]
    let html = try page("Text.", outputs)
    #expect(dangers(html) == [])
    let plain = try page("Text.")
    for tag in ["<style", "<meta"] { #expect(html.ranges(of: tag).count == plain.ranges(of: tag).count) }
  }

  @Test func `titles, authors, captions and bibliographies are text`() throws {
    for input in Self.hostile where !input.contains("\n") && !input.contains("\\") {
      let title = input.replacing("'", with: "''")
      #expect(dangers(try page("---\ntitle: '\(title)'\nauthors: ['\(title)']\n---\n")) == [], "\(input)")
      #expect(dangers(try page("Text.", [.figure(name: "a", files: [])], caption: input)) == [], "\(input)")
    }
    let works = Bibliography(
      text:
        "@misc{a, title = {<script>x</script>}, author = {A <img src=x onerror=y>}, url = {javascript:run()}, year = {2020}}",
      file: "r.bib")
    let notebook = try Notebook(text: "---\nbibliography: r.bib\n---\n\nSee @a.\n", path: "notebooks/x.md")
    let html = try ReferenceIndex(page: notebook, siblings: [], bibliography: works).bibliographySection(
      citedIn: notebook)
    #expect(dangers(html) == [] && html.contains("javascript:run()"))
  }

  @Test func `every page has the policy before anything that it could load`() throws {
    let html = try page("Text.")
    let policy = try #require(html.firstRange(of: ContentPolicy.tag))
    #expect(policy.upperBound < html.firstRange(of: "<style>")!.lowerBound)
    for rule in ["default-src 'none'", "base-uri 'none'", "form-action 'none'"] {
      #expect(ContentPolicy.page.contains(rule))
    }
    #expect(!ContentPolicy.page.contains("script-src"))
    #expect(ContentPolicy.followed(nonce: "n").hasPrefix(ContentPolicy.page + "; script-src 'nonce-n'"))
  }

  @Test func `what the policy leaves out is told with its place, each tag once`() throws {
    let notebook = try Notebook(
      text: """
        Text <font color="red">a</font> <font color="blue">b</font> and <b onclick="x()">c</b>.

        | [a](javascript:b) |
        |---|
        | ![c](data:text/html,d) |

        > <iframe src="https://x.org"></iframe>

        [fine](https://x.org) <br> <!-- given --> <kbd>x</kbd> ![p](p.png) [m](mailto:a@b.org) [r](../x.md#y)
        """, path: "notebooks/x.md")
    let found = notebook.refusedMarkup.map { "\($0.location.line):\($0.location.column) \($0.message.prefix(28))" }
    #expect(
      found
        == [
          "1:6 <font color=\"red\"> stands on", "1:65 <b onclick=\"x()\"> stands on ",
          "3:3 no link to \"javascript:b\": a", "5:3 no picture at \"data:text/htm",
          "7:3 <iframe src=\"https://x.org\">",
        ], "\(found)")
  }
}
