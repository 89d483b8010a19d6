internal import NotebookText
import Testing

struct NumberLintTests {
  private func numbers(_ text: String) throws -> [String] {
    try Notebook(text: text, path: "notebooks/x.md").bareNumbers.map(\.number)
  }

  @Test func `numbers in prose are listed, with their columns`() throws {
    let found = try Notebook(
      text: "---\ntitle: 7\n---\n\nDie Größe ist 0.59 ± 0.03, also *97.5%* (von 16×16).\n", path: "notebooks/x.md"
    )
    .bareNumbers
    #expect(found.map(\.number) == ["0.59", "0.03", "97.5%", "16×16"])
    #expect(
      found[0].description
        == "notebooks/x.md:5:17: note: no value stands behind \"0.59\"\n  Die Größe ist 0.59 ± 0.03, also *97.5%* (von 16×16).\n                ^"
    )
  }

  @Test func `what is no result is left out`() throws {
    #expect(
      try numbers(
        """
        ## 3 Networks

        1. PGD-10 on WRN-34-10 in 2018, see Figure 3 and Section 2.1, Theorem 3.4, L2, 1-Lipschitz.
        2. `3`, $4$, `{swift} five`, [@six7, p. 8], <b id="9">, [link](http://10.org/11) <!-- 12 -->[^1]

        ```swift
        let a = 14
        ```

            13

        [^1]: Nothing.
        """) == [])
  }

  @Test func `numbers can be given`() throws {
    #expect(try numbers("---\ngiven: [8/255, 0.1, \"10\"]\n---\n\n8/255, 0.1, 10 and 20\n") == ["20"])
    #expect(try numbers("5 steps of 2/255 <!-- given -->\n3 more\n") == ["3"])
  }
}
