internal import NotebookText
import Testing

/// Dollars of prices, ranges and shells, and those around formulas, wherever text stands.
struct MoneyTests {
  private func formulas(_ text: String) throws -> [String] {
    try Notebook(text: text + "\n", path: "x.md").allItems.compactMap {
      if case .formula(let tex, _, _) = $0.kind { tex } else { nil }
    }
  }

  static let money = [
    "$5 and 6$", "$20 or 25$ a day", "$5 million or 6$", "$5 to 6 US$", "US$5 and US$6", "A$5 to 7 A$", "5$, 6$",
    "5$ to 10$",
    "5$/h, 6$/h", "5$-10$", "5$–10$", "(5$) and (6$)", "20 $ or 30 $", "$5-$10", "$5–$10", "$5M–$6M",
    "$1,000.50 to $2,000.00",
    "It is $5.", "**$5** and **6$**", "*$5*, *$6*", "[costs $5](a) and [costs $6](b)", "[$HOME](a), [$PATH](b)",
    "$5 (or 6€/$)", "\\$5 and \\$6$", "$HOME/$USER", "$PATH:$HOME/bin", "${HOME}/bin:$PATH", "$HOME$PATH",
    "$A,$B", "x=$A&y=$B", "$HOME and $PATH", "$(pwd)/$x", "$1 and $2", "${HOME}${PATH}", "$AAPL, $MSFT", "$AAPL,$MSFT",
    "$AAPL/$MSFT",
    "$TMP-$HOST", "cheap is $$$, dear is $$$$", "$5\nand 6$ on two lines", "from $20/month, or 200 $", "$ x$", "$x $",
    "$", "a$",
  ]

  @Test(arguments: money) func `money and variables are text`(text: String) throws {
    #expect(try formulas(text) == [])
    // A formula behind it is one all the same.
    #expect(try formulas(text + " with $x_1$ there") == ["x_1"])
  }

  @Test(arguments: [
    ("$x$", ["x"]), ("$x$, $y$", ["x", "y"]), ("$2 x$", ["2 x"]), ("$10 ms$", ["10 ms"]),
    ("$3 \\times 4$", ["3 \\times 4"]),
    ("10$\\times$ faster, 95$\\%$", ["\\times", "\\%"]), ("10$^{-3}$", ["^{-3}"]),
    ("2$x$ and 3$\\sigma$", ["x", "\\sigma"]),
    ("the $x$s and the $n$-th", ["x", "n"]), ("$n-$th", ["n-"]), ("$f(x)$s", ["f(x)"]),
    ("$5 < x$ and $x \\le 6$", ["5 < x", "x \\le 6"]),
    ("$|x|$ and $p(a | b)$", ["|x|", "p(a | b)"]), ("$1, 2$", ["1, 2"]), ("$A[i](x)$", ["A[i](x)"]),
    ("$x \\in [0, 1)$", ["x \\in [0, 1)"]),
    ("$0.5$", ["0.5"]), ("$x,$ and", ["x,"]), ("($x$) [$y$](a)", ["x", "y"]), ("$x\\$y$", ["x\\$y"]),
    ("$x$$y$", ["x", "y"]),
    ("a $$x$$ b", ["x"]), ("$\\mathrm{for all } 5$", ["\\mathrm{for all } 5"]),
  ])
  func `formulas are found`(text: String, expected: [String]) throws {
    #expect(try formulas(text) == expected)
  }

  @Test(arguments: [
    ("| $5M | 6M$ |", []), ("| $5 | $6 |", []), ("| 5$ | 6$ |", []), ("| $5M|6M$ |", []), ("| US$5 | 6 US$ |", []),
    ("| $a | b$ |", []),
    ("| \\$5 | 6\\$ |", []), ("| $x$ | $y$ |", ["x", "y"]), ("| $|x|$ | $\\|y\\|$ |", ["|x|", "\\|y\\|"]),
    ("| $p(a | b)$ | c |", ["p(a | b)"]), ("| $5M | $x$ |", ["x"]), ("| 6M$ | $x$ |", ["x"]),
    ("| $5M | 6M$ | $x$ |", ["x"]),
    ("| $HOME | $PATH |", []), ("| $\\{x \\| y\\}$ | z |", ["\\{x \\| y\\}"]),
  ])
  func `money in the cells of one row is no formula`(row: String, expected: [String]) throws {
    let columns = String(repeating: "| a ", count: 3) + "|\n" + String(repeating: "|---", count: 3) + "|\n"
    #expect(try formulas(columns + row) == expected)
  }

  @Test(arguments: [
    "# From $5 and 6$", "> $5 and 6$", "- $5 and 6$\n- $6 or 7$", "::: {.callout-note}\n$5 and 6$\n:::",
    "> [!TIP]\n> $5 and 6$",
    "a[^n]\n\n[^n]: $5 and 6$", "---\nabstract: $5 and 6$\n---\n", "```swift\n//| caption: $5 and 6$\nlet a = 1\n```",
    "[$5 and 6$](https://a.org/$x$)", "![$5 and 6$](a.png)", "~~$5 and 6$~~", "<b>$5 and 6$</b>", "`$x$` $5 and 6$",
  ])
  func `money is text wherever text stands`(text: String) throws {
    #expect(try formulas(text) == [])
    #expect(try formulas(text.replacing("$5 and 6$", with: "$x_1$")).contains("x_1"))
  }
}
