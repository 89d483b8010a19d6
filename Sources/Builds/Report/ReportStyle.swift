// The report's looks beside the page's: a title page, contents, numbered chapters, and A4 in print.

enum ReportStyle {
  static let css = """
    .skip { position: absolute; left: -999rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
    .report > header, .report > nav, .report > main, .report > section { max-width: 44rem; margin: 0 auto; padding: 0 1.25rem; }
    .report > header { padding-top: 4rem; margin-bottom: 2rem; }
    .report > main { padding-bottom: 4rem; }
    .report h1 { font-size: 2.4rem; margin-bottom: .5rem; }
    .subtitle { font-size: 1.2rem; line-height: 1.45; color: var(--soft); text-wrap: balance; }
    .edition, nav, .section { font-family: "Source Sans 3", "Helvetica Neue", Inter, system-ui, "Segoe UI", Roboto, "DejaVu Sans", Arial, sans-serif; }
    .edition { color: var(--soft); font-size: .9rem; }
    nav h2 { font-size: 1rem; margin: 0 0 .4rem; }
    nav ol { list-style: none; padding: 0; margin: 0 0 2rem; font-size: .95rem; line-height: 1.7; }
    nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }
    nav li { padding-left: 1.7em; text-indent: -1.7em; } nav .section { display: inline-block; min-width: 1.7em; text-indent: 0; color: var(--soft); }
    .chapter { border-top: 1px solid var(--line); margin-top: 4rem; padding-top: 1rem; }
    .report h2 { font-size: 1.7rem; margin: 1rem 0 1rem; letter-spacing: -.01em; }
    .report h3 { font-size: 1.3rem; } .report h4 { font-size: 1.08rem; } .report h5, .report h6 { font-size: 1rem; margin: 1.6em 0 .4em; }
    .report nav h2 { font-size: 1rem; }
    .keep { white-space: nowrap; }
    .source { font-size: .85rem; color: var(--soft); }
    .chapter > .scroll table { font-size: .86rem; } .chapter > .scroll td { padding: .3rem .7rem .3rem 0; }
    details.code:not([open]) { background: none; } .cell { margin: .8rem 0; } .cell figure { margin-top: .6rem; }
    details.code:not([open]) > summary { padding-left: 0; }
    .lead { font-size: 1.05em; color: var(--soft); margin-bottom: 1.5rem; }
    .report > section.abstract { border: 0; margin-bottom: 1.5rem; } section.abstract h2 { margin-top: .5rem; font-size: 1.25rem; }
    dl.facts { margin: .4rem 0; } dl.facts div { display: flex; gap: .8rem; margin-bottom: .2rem; }
    dl.facts dt { flex: 0 0 11rem; color: var(--soft); } dl.facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
    @media (min-width: 80rem) {
      .report > nav { position: fixed; top: 0; bottom: 0; left: 0; width: calc(50vw - 24rem); max-width: 18rem; padding: 4rem 1rem 2rem 2rem; overflow-y: auto; font-size: .9rem; }
      figure.wide { width: max(100%, min(66rem, 100vw - 38rem)); } figure.full { width: max(100%, 100vw - 38rem); }
    }
    @media (max-width: 34rem) {
      .report > header { padding-top: 2rem; } .report h1 { font-size: 1.8rem; } .report h2 { font-size: 1.4rem; }
      dl.facts div { display: block; margin-bottom: .6rem; }
      details.code:not([open]) { margin-left: 0; margin-right: 0; }
    }
    @page { size: A4; margin: 22mm 21mm 24mm; @bottom-center { content: counter(page); font: 9pt "DejaVu Sans", sans-serif; color: #444; } }
    @page :first { @bottom-center { content: none; } }
    @media print {
      .report > header, .report > nav, .report > main, .report > section { max-width: none; padding: 0; }
      html { font-size: 9pt; } body.report { font-size: 1rem; line-height: 1.5; }
      .report > header { padding-top: 12mm; margin-bottom: 8mm; }
      .report > nav { position: static; width: auto; max-width: none; padding: 0; } nav ol { columns: 2; line-height: 1.6; }
      .chapter { border-top: 0; margin-top: 12mm; padding-top: 0; } .chapter:first-child { break-before: page; margin-top: 0; }
      .lead { break-inside: avoid; break-after: avoid; }
      .report h1 { font-size: 20pt; } .report h2 { font-size: 14.5pt; } .report h3 { font-size: 11.5pt; } .report h4 { font-size: 10pt; }
      .screen, .files, .provenance, .skip, .source, details.code, .printed { display: none; }
      .cell { margin: 0 0 3mm; } .cell > :last-child { margin-bottom: 0; }
      .report figure { margin: 5mm 0; } figcaption { font-size: 8.2pt; } figure.picture svg { max-width: 105mm; max-height: 150mm; width: auto; }
      figure.picture.wide svg, figure.picture.full svg { max-width: 168mm; }
      .report a, a.value, .reference, .citation a { color: #0b3d78; text-decoration: none; }
      p, li { orphans: 3; widows: 3; }
      table { font-size: 8.2pt; break-inside: auto; } thead { display: table-header-group; }
      .scroll { overflow: visible; }
      ol, ul { break-before: avoid; }
    }
    """
}
