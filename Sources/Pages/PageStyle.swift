// The page's looks: colours, type, code, tables, light and dark, phone width, print. No script, nothing fetched. Where
// things stand on the page is `PageLayout`'s.

package enum PageStyle {
  package static let css = """
    :root {
      --paper: #fdfdfb; --ink: #1d1f21; --soft: #5b6065; --line: #dcdcd6; --code: #f4f4ef; --accent: #0b5cad;
      --error: #a3201c; --error-paper: #fcf0ee; --warn: #8a5a00; --held: #1d6b34; --plate: #ffffff; --shade: #1d1f2138;
      --keyword: #8a1f75; --string: #93351b; --number: #1c4fa0; --type: #0f6473; --comment: #62696f; --attribute: #6b5310;
      --sans: "Source Sans 3", "Helvetica Neue", Inter, system-ui, "Segoe UI", Roboto, "DejaVu Sans", Arial, sans-serif;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #17191c; --ink: #e3e1db; --soft: #a2a6aa; --line: #363a3f; --code: #202327; --accent: #7db7f2;
        --error: #ff9a90; --error-paper: #2f1e1e; --warn: #e5b45a; --held: #86cf98; --plate: #ffffff; --shade: #a2a6aa66;
        --keyword: #e59bd4; --string: #eeaa8d; --number: #9fc0f5; --type: #7fd0dd; --comment: #9aa2a9; --attribute: #d8c07a;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 1.0625rem/1.6 Charter, "Bitstream Charter", "Iowan Old Style", "Source Serif 4", Cambria, Georgia, "DejaVu Serif", serif;
    }
    body { overflow-wrap: break-word; }
    main { max-width: var(--column); margin: 0 auto; padding: 3.5rem 1.25rem 4rem; }
    h1, h2, h3, h4, h5, h6, .authors, figcaption, caption, .skipped, .place, footer, th, .files, .failure p {
      font-family: var(--sans);
    }
    h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 2.2em 0 .6em; font-weight: 650; text-wrap: balance; }
    h1 { font-size: 2rem; letter-spacing: -.012em; margin-top: 0; }
    h2 { font-size: 1.375rem; } h3 { font-size: 1.125rem; } h4, h5, h6 { font-size: 1rem; }
    header { margin-bottom: 2.5rem; }
    .authors { color: var(--soft); margin: -.4rem 0 1rem; }
    .abstract { border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); padding: .2rem 0; }
    p, ul, ol, dl, blockquote { margin: 0 0 1rem; }
    ul, ol { padding-left: 1.6rem; } li > ul, li > ol { margin-bottom: .2rem; } li > :last-child { margin-bottom: 0; } li:has(> p) { margin-bottom: 1rem; }
    li:has(> input[type=checkbox]) { list-style: none; } li > input[type=checkbox] { margin: 0 .4rem 0 -1.4rem; }
    hr { border: 0; border-top: 1px solid var(--line); margin: 2rem 0; }
    sup, sub { line-height: 0; font-size: .75em; }
    .footnotes { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: .8rem; font-size: .92rem; }
    .footnote-ref a, .footnote-backref { text-decoration: none; padding: 0 .12em; }
    a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .15em; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
    blockquote { border-left: 3px solid var(--line); padding-left: 1rem; color: var(--soft); margin-left: 0; }
    img { max-width: 100%; height: auto; }
    code, pre { font-family: "JetBrains Mono", "SF Mono", ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .84em; }
    :not(pre) > code { background: var(--code); border-radius: 3px; padding: .1em .3em; }
    pre { margin: 0; line-height: 1.5; tab-size: 2; }
    pre code { font-size: inherit; }
    .code { background: var(--code); border-radius: 6px; margin: 0 0 1rem; }
    pre:has(> code) { padding: .8rem 1rem; font-size: .84rem; border-radius: 6px; margin: 0 0 1rem; } .code pre { margin: 0; }
    .cell { margin: 1.5rem 0; }
    .cell > :last-child { margin-bottom: 0; }
    .printed { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: .75rem 0 1rem; font-size: .84rem; }
    .printed.error { border-left-color: var(--warn); }
    .code .printed { margin: 0 1rem .8rem; }
    .printed .who { display: block; color: var(--warn); font-size: .8rem; }
    figure { margin: 1.5rem 0; text-align: center; }
    figure .plate { border-radius: 6px; padding: .5rem; margin-bottom: .6rem; }
    figure svg, figure .plate img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
    figcaption { font-size: .9rem; line-height: 1.45; color: var(--soft); text-align: left; width: fit-content; max-width: calc(var(--column) - 2.5rem); margin: .6rem auto 0; text-wrap: pretty; }
    figcaption b { color: var(--ink); font-weight: 650; }
    .files { font-size: .8rem; white-space: nowrap; }
    .provenance { font-size: .8rem; color: var(--soft); text-align: left; max-width: calc(var(--column) - 2.5rem); margin: .5rem auto 0; font-family: var(--sans); }
    .provenance summary { cursor: pointer; }
    .provenance dl { margin: .4rem 0; } .provenance dl div { display: flex; gap: .8rem; margin-bottom: .2rem; }
    .provenance dt { flex: 0 0 4.5rem; } .provenance dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
    table { border-collapse: separate; border-spacing: 0; margin: 0 auto; font-size: .92rem; line-height: 1.4; font-variant-numeric: tabular-nums; border-top: 1.5px solid var(--ink); border-bottom: 1.5px solid var(--ink); }
    th { font-weight: 600; text-align: left; font-size: .86rem; border-bottom: 1px solid var(--ink); white-space: nowrap; }
    th, td { padding: .35rem .8rem; vertical-align: top; }
    td.number, th.number { text-align: right; white-space: nowrap; }
    td { text-align: left; } td.short { white-space: nowrap; }
    [align=right] { text-align: right; } [align=center] { text-align: center; }
    figure.table figcaption { margin: 0 auto .6rem; }
    figure.wide th, figure.wide td, figure.full th, figure.full td { padding-left: .5rem; padding-right: .5rem; }
    figure.wide .plate svg, figure.full .plate svg, figure.wide .plate img, figure.full .plate img { width: 100%; }
    figure.share .plate { width: var(--share); min-width: min(100%, 18rem); margin-left: auto; margin-right: auto; } figure.share .plate svg, figure.share .plate img { width: 100%; }
    figure.share.table .scroll { width: var(--share); margin-left: auto; margin-right: auto; } figure.share table, figure.wide table, figure.full table { width: 100%; }
    details.code > summary { padding: .35rem 1rem; color: var(--soft); font-size: .85rem; cursor: pointer; font-family: var(--sans); }
    math { font-family: "STIX Two Math", "Latin Modern Math", "Cambria Math", "Libertinus Math", "DejaVu Math TeX Gyre", math; font-size: 1.04em; }
    .equation { display: flex; align-items: center; gap: 1rem; margin: 1rem 0; }
    .equation .formula { flex: 1 1 auto; min-width: 0; padding: .3rem 0; text-align: center; }
    .formula.long { display: inline-flex; max-width: 100%; vertical-align: bottom; }
    .equation .number { flex: none; color: var(--soft); font-variant-numeric: tabular-nums; }
    math[display=block] { margin: 0; }
    mtable.left mtd { text-align: -webkit-left; } mtable.aligned mtd:nth-child(odd) { text-align: -webkit-right; padding-right: 0; }
    mtable.aligned mtd:nth-child(even) { text-align: -webkit-left; padding-left: 0; }
    .section { color: var(--soft); font-weight: 500; margin-right: .35em; font-variant-numeric: lining-nums tabular-nums; }
    .value { font-variant-numeric: lining-nums; white-space: nowrap; } .long.value { white-space: normal; }
    .missing, .verdict.open { color: var(--soft); }
    .mistake { color: var(--error); border-bottom: 1px dotted var(--error); }
    .reference, .citation a, a.value { text-decoration: underline dotted 1px; } .reference:hover, .citation a:hover, a.value:hover { text-decoration-style: solid; }
    .verdict { font-family: var(--sans); font-size: .88em; font-weight: 650; white-space: nowrap; }
    .verdict.held { color: var(--held); } .verdict.failed { color: var(--error); } .verdict.refuted { color: var(--accent); } .verdict.undecided { color: var(--warn); }
    .claims table { margin-left: 0; } .claims td code { white-space: normal; overflow-wrap: anywhere; }
    .strength { font-size: .8rem; color: var(--soft); }
    .bibliography ol { padding-left: 1.8rem; font-size: .95rem; line-height: 1.5; } .bibliography li { margin-bottom: .5rem; padding-left: .25rem; }
    .bibliography li::marker { content: "[" counter(list-item) "] "; color: var(--soft); font-variant-numeric: tabular-nums; }
    .bibliography ul { list-style: none; padding-left: 1.8rem; font-size: .95rem; line-height: 1.5; } .bibliography ul li { text-indent: -1.8rem; }
    :target { scroll-margin-top: 1rem; }
    .failure { border: 1px solid var(--error); border-left-width: 4px; background: var(--error-paper); border-radius: 6px; padding: .8rem 1rem; margin: 1rem 0; }
    .failure p { margin: 0 0 .4rem; font-size: .95rem; } .failure :last-child { margin-bottom: 0; }
    .failure strong { color: var(--error); }
    .failure pre { font-size: .84rem; margin-top: .5rem; }
    .place { color: var(--soft); font-size: .88rem; }
    .skipped { color: var(--soft); font-size: .85rem; margin: .4rem 0 0; }
    .k { color: var(--keyword); } .s { color: var(--string); } .n { color: var(--number); } .t { color: var(--type); }
    .c { color: var(--comment); font-style: italic; } .a { color: var(--attribute); }
    footer { border-top: 1px solid var(--line); margin-top: 4rem; padding-top: 1rem; color: var(--soft); font-size: .85rem; }
    footer h2 { font-size: .85rem; margin: 0 0 .5rem; color: var(--ink); }
    footer dl { margin: 0; } footer dl div { display: flex; gap: 1rem; }
    footer dt { flex: 0 0 7rem; } footer dd { margin: 0; min-width: 0; }
    @media (max-width: 34rem) {
      body { font-size: 1rem; }
      main { padding-top: 1.75rem; }
      th, td { padding: .3rem .5rem; }
      figure.picture .plate svg { min-width: min(32rem, .6 * var(--natural, 0px)); }
      h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; }
      .claims thead { display: none; } .claims table, .claims tbody { display: block; }
      .claims tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); } .claims td { display: block; padding: .1rem 0; }
      main > pre:has(> code), .code { border-radius: 0; margin-left: -1.25rem; margin-right: -1.25rem; }
      main > pre:has(> code), .code pre { padding: .8rem 1.25rem; font-size: .78rem; }
      .printed, .printed pre { white-space: pre-wrap; overflow-wrap: anywhere; }
    }
    """

  /// The looks of boxes, for a page that has some; nothing for others.
  package static func callouts(in html: String) -> String {
    guard html.contains("<div class=\"callout ") else { return "" }
    return """

      .callout { --edge: var(--accent); border: 1px solid var(--line); border-left: 4px solid var(--edge); border-radius: 6px; padding: .7rem 1rem; margin: 0 0 1rem; }
      .callout.tip { --edge: var(--held); } .callout.warning { --edge: var(--warn); } .callout.caution, .callout.important { --edge: var(--error); }
      .callout-title { font-family: var(--sans); color: var(--edge); font-weight: 650; margin: 0 0 .3rem; font-size: .95rem; } .callout > :last-child { margin-bottom: 0; }
      """
  }
}
