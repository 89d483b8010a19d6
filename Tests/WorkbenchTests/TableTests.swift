internal import Channel
import Testing
internal import Workbench
import _TestSupport

struct TableTests {
  private let table = Table(
    header: ["Method", "Robust, %", "95 %"], rows: [["A|B & \"C\"_1", "50.1", "[47.0, 53.2]"], ["[x]", "−3", "–"]])

  @Test func `Markdown escapes bars and sets columns of numbers flush right`() {
    #expect(
      table.markdown == """
        | Method | Robust, % | 95 % |
        | --- | --: | --: |
        | A\\|B & "C"_1 | 50.1 | [47.0, 53.2] |
        | [x] | −3 | – |

        """)
  }

  @Test func `CSV quotes what needs it and nothing else`() {
    #expect(
      table.csv == """
        Method,"Robust, %",95 %
        "A|B & ""C""_1",50.1,"[47.0, 53.2]"
        [x],−3,–

        """)
  }

  @Test func `LaTeX escapes every special character and uses booktabs`() {
    #expect(
      table.latex == #"""
        \begin{tabular}{lrr}
        \toprule
        Method & Robust, \% & 95 \% \\
        \midrule
        A\textbar{}B \& "C"\_1 & 50.1 & {}[47.0, 53.2] \\
        {}[x] & $-$3 & -- \\
        \bottomrule
        \end{tabular}

        """#)
    let special = Table(header: [#"a\b{c}$d#e^f~g<h>γ"#], rows: [])
    #expect(
      special.latex.contains(
        ##"a\textbackslash{}b\{c\}\$d\#e\textasciicircum{}f\textasciitilde{}g\textless{}h\textgreater{}$\gamma$"##))
  }

  @Test(arguments: [
    ("**0.59**", "**0.59**", #"\textbf{0.59}"#), ("*so* _so_", "*so* *so*", #"\emph{so} \emph{so}"#),
    ("`a_b|c`", #"`a_b\|c`"#, #"\texttt{a\_b\textbar{}c}"#), (#"$\ell_\infty$"#, #"$\ell_\infty$"#, #"$\ell_\infty$"#),
    ("**$x$ & y**", "**$x$ & y**", #"\textbf{$x$ \& y}"#), (#"$\|x\|$"#, #"$\\|x\\|$"#, #"$\|x\|$"#),
    ("h_js_swa", "h_js_swa", #"h\_js\_swa"#), ("$5 and 6$", "$5 and 6$", #"\$5 and 6\$"#), (#"\$5"#, #"\$5"#, #"\$5"#),
    ("2 * 3 * 4", "2 * 3 * 4", "2 * 3 * 4"), ("p*", "p*", "p*"), ("**", "**", "**"), ("`", "`", "`"),
    (#"C:\dir"#, #"C:\\dir"#, #"C:\textbackslash{}dir"#), ("[**a**]", "[**a**]", #"{}[\textbf{a}]"#),
  ])
  func `Markdown and formulas of a cell go into the files`(cell: String, markdown: String, latex: String) {
    let table = Table(header: ["x"], rows: [[cell], ["a"]])
    #expect(table.markdown == "| x |\n| --- |\n| \(markdown) |\n| a |\n")
    #expect(table.latex.contains("\\midrule\n\(latex) \\\\\n"), "\(table.latex)")
    #expect(table.csv == "x\n\(cell.contains(",") ? "\"\(cell)\"" : cell)\na\n")
  }

  @Test func `best values in bold are numbers`() {
    let table = Table(header: ["a", "b", "c"], rows: [["**0.59 ± 0.03**", "$0.5$", "*"], ["0.5", "1", "x"]])
    #expect(table.markdown.contains("| --: | --: | --- |"))
  }

  @Test func `three files are written under the label`() throws {
    try withTemporaryFolder { folder in
      let files = try table.writeFiles(directory: folder, name: "tbl-a")
      #expect(files == ["md", "csv", "tex"].map { "\(folder)/tbl-a.\($0)" })
      #expect(
        try files.map { String(decoding: try Files.read($0), as: UTF8.self) } == [
          table.markdown, table.csv, table.latex,
        ])
    }
  }

  @Test func `a cell's label names its tables`() {
    let session = NotebookSession(
      configuration: SessionConfiguration(name: "x", threads: 1, rootDirectory: "/r", outputDirectory: "/o"))
    session.begin(cell: 0, line: 1)
    #expect(!session.isOfTables && session.nextTableName() == "x-cell-1")
    session.begin(cell: 1, label: "tbl-a", line: 2)
    #expect(session.isOfTables && [session.nextTableName(), session.nextTableName()] == ["tbl-a", "tbl-a-2"])
    session.begin(cell: 2, label: "fig-a", line: 3)
    #expect(!session.isOfTables)
  }

  @Test func `a cell and its number are found by row and column, and what is missing is named`() throws {
    #expect(try table.cell("[x]", column: "95 %") == "–")
    #expect(try table.number("[x]", column: "Robust, %") == -3)
    func message(_ body: () throws(TableError) -> Double) -> String? {
      do throws(TableError) {
        _ = try body()
        return nil
      } catch { return error.description }
    }
    #expect(
      message { () throws(TableError) in try table.number("y", column: "95 %") }
        == "no row \"y\"; there are A|B & \"C\"_1; [x]")
    #expect(
      message { () throws(TableError) in try table.number("[x]", column: "Clean") }
        == "no column \"Clean\"; there are Method, Robust, %, 95 %")
    #expect(
      message { () throws(TableError) in try table.number("[x]", column: "95 %") }
        == "row \"[x]\", column \"95 %\": \"–\" is not a number")
  }
}
