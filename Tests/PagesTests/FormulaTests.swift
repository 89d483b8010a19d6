internal import Execution
internal import NotebookText
internal import Pages
import Testing

struct FormulaTests {
  private let typesetter = FormulaTypesetter()

  private func mathML(_ tex: String, isDisplay: Bool = false) throws -> String {
    try typesetter.mathML(Formula(tex: tex, isDisplay: isDisplay))
  }

  @Test func `letters of alphabets become characters, since browsers know no others`() throws {
    let html = try mathML(#"\mathbb{R}\mathbb{E}\mathcal{L}\mathbf{w}\boldsymbol{\delta}\mathrm{KL}\mathbb{1}"#)
    for letter in ["ℝ", "𝔼", "ℒ", "𝐰", "𝜹", "<mi>KL</mi>", "𝟙"] {
      #expect(html.contains(letter), "\(letter) in \(html)")
    }
    #expect(!html.contains("mathvariant=\"bold") && !html.contains("double-struck"))
  }

  @Test func `bars of a norm stand close, limits stand below`() throws {
    #expect(try mathML(#"\|x\|_2"#).contains("<mo lspace=\"0\" rspace=\"0\">∥</mo><mi>x</mi>"))
    let display = try mathML(#"\argmax_{\delta} \sum_{i=1}^n x_i"#, isDisplay: true)
    #expect(display.contains("display=\"block\""))
    #expect(display.contains("<munder><mrow><mi>arg</mi>"))
    #expect(display.contains("<munderover>"))
    #expect(try mathML(#"\operatorname*{sup}_x"#, isDisplay: true).contains("<munder>"))
  }

  @Test func `the formula is kept as text beside the picture`() throws {
    #expect(try mathML("a < b").hasPrefix("<math alttext=\"a &lt; b\">"))
  }

  @Test func `all that the notebooks are told of is understood`() throws {
    let formulas = [
      #"\frac{a}{b} \dfrac12 \tfrac12 \sqrt{x} \sqrt[3]{x} \binom{n}{k}"#, #"\hat{y} \tilde x \bar x \dot x \vec v"#,
      #"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}"#,
      #"\begin{aligned} a &= b \\ c &= d \end{aligned} \begin{pmatrix} a & b\\ c & d\end{pmatrix}"#,
      #"\norm{x} \abs{x} \lVert x \rVert \left\| \frac{a}{b} \right\| \langle x, y \rangle"#,
      #"\operatorname{sign} \argmin_x \max_i \sup \inf \log \nabla_\theta \coloneqq \in \le \ge \ne \to \infty \ldots"#,
      #"\underbrace{a+b}_{c} \overline{ab} \underset{x}{y} \overset{x}{y} \alpha\beta\gamma\epsilon\varepsilon\Omega"#,
    ]
    try typesetter.prepare(formulas.map { Formula(tex: $0, isDisplay: true) })
    for tex in formulas { #expect(try mathML(tex, isDisplay: true).hasSuffix("</math>"), "\(tex)") }
  }

  @Test(arguments: [
    (
      "Die Größe $a + \\foo x$.\n",
      "notebooks/x.md:1:18: error: unrecognised command \"\\foo\"\n  Die Größe $a + \\foo x$.\n                 ^"
    ),
    ("a\n$$\nb +\n\\frac{1}{\n$$\n", "notebooks/x.md:4:9: error: encountered open brace"),
    (
      "$$\\begin{align} a \\end{align}$$\n",
      "notebooks/x.md:1:3: error: unrecognised command \"\\begin{align}\"; write \\begin{aligned}"
    ),
    ("---\nabstract: a $\\foo$\n---\n", "notebooks/x.md:2:11: error: unrecognised command \"\\foo\""),
    ("```swift\n//| caption: a $\\foo$\n```\n", "notebooks/x.md:2:14: error: unrecognised command \"\\foo\""),
  ])
  func `a mistake is named with its line and column`(text: String, expected: String) throws {
    let notebook = try Notebook(text: text, path: "notebooks/x.md")
    #expect {
      try notebook.checkFormulas(with: typesetter)
    } throws: { error in
      #expect("\(error)".hasPrefix(expected), "\(error)")
      return true
    }
  }

  @Test func `one wrong formula does not spoil those beside it`() throws {
    let formulas = ["a", "\\mathbb{7}", "b", "", "\\foo"].map { Formula(tex: $0, isDisplay: false) }
    try typesetter.prepare(formulas)
    #expect(try typesetter.mathML(formulas[2]).contains("<mi>b</mi>"))
    for wrong in [1, 3, 4] { #expect(throws: FormulaMistake.self) { try typesetter.mathML(formulas[wrong]) } }
  }

  @Test func `without the tool the message says what to install`() throws {
    let none = FormulaTypesetter(tool: nil)
    try none.prepare([])
    #expect {
      try none.prepare([Formula(tex: "x", isDisplay: false)])
    } throws: { "\($0)".hasSuffix("is missing: apt-get install blahtexml") }
  }
}
