// The report's looks beside the page's: a title page, numbered chapters, the summary and the contents on the first sheet.

enum ReportStyle {
  static let css = """
    .skip { position: absolute; left: -999rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; z-index: 1; }
    .report > header, .report > nav, .report > main, .report > section { max-width: var(--column); margin: 0 auto; padding: 0 1.25rem; }
    .report > header { padding-top: 4rem; margin-bottom: 2rem; }
    .report > main { padding-bottom: 4rem; }
    .report > nav { width: calc(100% - 2.5rem); max-width: calc(var(--column) - 2.5rem); padding: 0; }
    .report h1 { font-size: 2.4rem; margin-bottom: .5rem; }
    .subtitle { font-size: 1.2rem; line-height: 1.45; color: var(--soft); text-wrap: balance; }
    .edition, .section { font-family: var(--sans); }
    .edition { color: var(--soft); font-size: .9rem; }
    .chapter { border-top: 1px solid var(--line); margin-top: 4rem; padding-top: 1rem; }
    .report h2 { font-size: 1.7rem; margin: 1rem 0 1rem; letter-spacing: -.01em; }
    .report h3 { font-size: 1.3rem; } .report h4 { font-size: 1.08rem; } .report h5, .report h6 { font-size: 1rem; margin: 1.6em 0 .4em; }
    .keep { white-space: nowrap; }
    .source { font-size: .85rem; color: var(--soft); }
    .chapter > .scroll table { font-size: .86rem; } .chapter > .scroll td { padding: .3rem .7rem .3rem 0; }
    details.code:not([open]) { background: none; } .cell { margin: .8rem 0; } .cell figure { margin-top: .6rem; }
    details.code:not([open]) > summary { padding-left: 0; }
    .lead { font-size: 1.05em; color: var(--soft); margin-bottom: 1.5rem; }
    .report > section.abstract { border: 0; margin-bottom: 1.5rem; } section.abstract h2 { margin-top: .5rem; font-size: 1.25rem; }
    dl.facts { margin: .4rem 0; } dl.facts div { display: flex; gap: .8rem; margin-bottom: .2rem; }
    dl.facts dt { flex: 0 0 11rem; color: var(--soft); } dl.facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
    @media (min-width: 80rem) { .report > :is(header, main, section) { margin-left: var(--left); } .report > nav { width: 16rem; max-width: none; padding: 3.6rem .5rem 2rem 1.25rem; } }
    @media (max-width: 34rem) {
      .report > header { padding-top: 2rem; } .report h1 { font-size: 1.8rem; } .report h2 { font-size: 1.4rem; }
      dl.facts div { display: block; margin-bottom: .6rem; }
      details.code:not([open]) { margin-left: 0; margin-right: 0; }
    }
    @page :first { @bottom-center { content: none; } }
    @media print {
      .report > header, .report > nav, .report > main, .report > section { max-width: none; width: auto; padding: 0; margin-left: 0; }
      .report > header { padding-top: 12mm; margin-bottom: 8mm; }
      .report .contents { display: block; border: 0; margin-top: 6mm; } .report .contents details > ol { padding: 0; columns: 2; }
      .report .contents details::details-content { display: block; content-visibility: visible; }
      .report .contents summary { list-style: none; padding: 0 0 1mm; }
      .chapter { border-top: 0; margin-top: 12mm; padding-top: 0; } .chapter:first-child { break-before: page; margin-top: 0; }
      .lead { break-inside: avoid; break-after: avoid; }
      .report h1 { font-size: 20pt; } .report h2 { font-size: 14.5pt; } .report h3 { font-size: 11.5pt; } .report h4 { font-size: 10pt; }
      .screen, .skip, .source, .printed { display: none; }
    }
    """
}
