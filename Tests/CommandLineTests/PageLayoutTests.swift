internal import Foundation
import Testing

/// Written pages as a browser lays them out, on a phone and on screens, and as it prints them.
@Suite(.serialized) struct PageLayoutTests {
  private static let hasBrowser = Chromium.path != nil || ProcessInfo.processInfo.environment["CI"] != nil

  private static let notebook: String = {
    let formula = (1...30).map { "a_{\($0)} x^{\($0)}" }.joined(separator: " + ")
    let code = String(repeating: "x + ", count: 60) + "x"
    let word = String(repeating: "long_", count: 40)
    let wide =
      "|" + (0..<40).map { " c\($0) |" }.joined() + "\n|" + String(repeating: "---|", count: 40) + "\n|"
      + (0..<40).map { " \($0).5 |" }.joined() + "\n"
    return """
      ---
      title: A page with a \(word)
      abstract: It is about $\(formula)$.
      ---

      ## Words

      A \(word), `\(word)`, https://x.org/\(word) and $\(formula)$.

      $$ \(formula) $$ {#eq-long}

      - a
        - b
          - c
            - \(word)

      > [!NOTE]
      > \(word)

      ## Tables {#sec-tables}

      \(wide)
      ```swift
      //| label: tbl-nine
      //| caption: Nine columns.
      show(
        Table(
          header: ["Method", "Source", "Initial accuracy", "APGD-CE", "APGD-T", "FAB-T", "Square", "Robust", "Gap"],
          rows: [["Baseline+SWA+SN", "paper, 95 %"] + Array(repeating: "[12.3, 45.6]", count: 7)]))
      let long = \(code.replacingOccurrences(of: "x", with: "1"))
      ```

      ```
      \(code)
      ```

      ### Figures

      ```swift
      //| label: fig-wide
      //| width: wide
      //| caption: See @tbl-nine and @eq-long.
      try show(
        Figure(width: 900, height: 300, x: .linear("x"), y: .linear("y")) { Line(x: [0.0, 1], y: [0.0, 1], label: "a") })
      ```

      The last is `{claim} long > 1`.
      """
  }()

  private func opened(_ width: Int, _ body: (Chromium, Sandbox) throws -> Void) throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", Self.notebook)
    let result = try sandbox.run("run", "notebooks/x.md", "--scale", "demo")
    #expect(result.code == 0, "\(result.stderr)")
    let browser = try Chromium(try #require(Chromium.path, "chromium is needed with CI=true"), folder: sandbox.root)
    defer { browser.stop() }
    try browser.resize(width: width)
    try browser.open(page: "file://\(sandbox.root)/report/x.html")
    try browser.wait(until: "document.readyState === 'complete' && document.body.innerText.includes('How this page')")
    try body(browser, sandbox)
    #expect(browser.errors == [])
  }

  @Test(.enabled(if: hasBrowser, "no chromium is installed"), arguments: [375, 768, 1280, 1440])
  func `nothing sticks out of the page, every place is there, what does not fit scrolls`(width: Int) throws {
    try opened(width) { (browser, _) throws in
      #expect(try browser.evaluate("document.documentElement.scrollWidth") as? Int ?? .max <= width)
      let dead =
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).length"
      #expect(try browser.evaluate(dead) as? Int == 0)
      let twice = "(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(e => e.id))"
      #expect(try browser.evaluate(twice) as? Int == 0)
      // Boxes wider than themselves scroll, and have a shade for a cue.
      let mute = """
        [...document.querySelectorAll('.scroll, .formula, .plate, pre')].filter(e => e.scrollWidth > e.clientWidth + 1)
          .filter(e => getComputedStyle(e).overflowX !== 'auto' || !getComputedStyle(e).backgroundImage.includes('gradient')).length
        """
      #expect(try browser.evaluate(mute) as? Int == 0)
      let first = "document.querySelector('.many td')"
      let stays =
        "(e => { e.closest('.scroll').scrollLeft = 300; return e.getBoundingClientRect().left - e.closest('.scroll').getBoundingClientRect().left })(\(first))"
      #expect(abs(try browser.evaluate(stays) as? Double ?? 99) < 2)
    }
  }

  @Test(.enabled(if: hasBrowser, "no chromium is installed"))
  func `contents fold on a phone and stand beside the text on a screen, where nine columns are seen whole`() throws {
    let isShown =
      "document.querySelector('.contents li a').checkVisibility({contentVisibilityAuto: true, checkVisibilityCSS: true})"
    try opened(375) { (browser, _) throws in
      #expect(try browser.evaluate(isShown) as? Bool == false)
      _ = try browser.evaluate("document.querySelector('.contents summary').click()")
      #expect(try browser.evaluate(isShown) as? Bool == true)
      try browser.resize(width: 1280)
      let sides =
        "(n => n.getBoundingClientRect().right <= document.querySelector('h1').getBoundingClientRect().left)(document.querySelector('.contents'))"
      #expect(try browser.evaluate(sides) as? Bool == true)
      _ = try browser.evaluate("document.querySelector('.contents details').open = false")
      #expect(try browser.evaluate(isShown) as? Bool == true)
      let whole =
        "(t => t.scrollWidth <= t.clientWidth && t.getBoundingClientRect().right <= 1280)(document.querySelector('figure.table .scroll'))"
      #expect(try browser.evaluate(whole) as? Bool == true)
    }
  }

  @Test(.enabled(if: hasBrowser, "no chromium is installed"))
  func `a notebook becomes a PDF, the same bytes in any folder, with no path of the machine in it`() throws {
    var made: [Data] = []
    for _ in 0..<2 {
      let sandbox = try Sandbox()
      try sandbox.write("x", Self.notebook + "\n\n[beside](other.md) and [there](https://x.org)\n")
      let result = try sandbox.run("run", "notebooks/x.md", "--scale", "demo", "--to", "pdf")
      #expect(result.code == 0 && result.stderr.contains("wrote report/x.pdf"), "\(result.stderr)")
      #expect(sandbox.read("report/x.html") == nil)
      let pdf = try Data(contentsOf: URL(fileURLWithPath: sandbox.root + "/report/x.pdf"))
      #expect(pdf.starts(with: Data("%PDF".utf8)) && pdf.range(of: Data("https://x.org".utf8)) != nil)
      #expect(pdf.range(of: Data("file:".utf8)) == nil)
      made.append(pdf)
    }
    #expect(made[0] == made[1])
  }

  @Test func `a form that there is not is refused with those that there are`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "Text.\n")
    let result = try sandbox.run("run", "notebooks/x.md", "--to", "doc")
    #expect(
      result.code == 64 && result.stderr.contains("no form of a page \"doc\"; there are html, pdf"), "\(result.stderr)")
  }
}
