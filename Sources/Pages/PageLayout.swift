// Where things stand on a page: the column of text, what may be wider, the contents at its side, boxes that scroll, sheets
// of paper. For any page: with contents or without, alone or in a report.

package enum PageLayout {
  package static let css = [columns, scrolling, navigation, wideScreens, phones, print].joined(separator: "\n")

  /// The column of text, and what may be wider than it: as wide as the screen leaves room.
  private static let columns = """
    :root { --column: 44rem; --room: calc(100vw - 2.5rem); }
    figure.wide { width: min(66rem, var(--room)); } figure.full { width: var(--room); }
    figure.wide, figure.full, main > .scroll, .chapter > .scroll, .cell > .scroll, .claims > .scroll, figure.table > .scroll { margin-left: 50%; transform: translateX(-50%); }
    main > .scroll, .chapter > .scroll, .cell > .scroll, .claims > .scroll, figure.table > .scroll { width: fit-content; min-width: 100%; max-width: var(--room); }
    figure.share.table > .scroll { min-width: 0; max-width: 100%; transform: none; }
    """

  /// A box that is narrower than what stands in it scrolls by itself; a shade at its edge says that there is more.
  private static let scrolling = """
    .scroll, .formula, .plate, pre {
      --ground: var(--paper); overflow-x: auto; background-color: var(--ground); background-repeat: no-repeat;
      background-size: 2.4rem 102%, 2.4rem 102%, .9rem 100%, .9rem 100%; background-position: -1px 50%, calc(100% + 1px) 50%, left, right; background-attachment: local, local, scroll, scroll;
      background-image: linear-gradient(to right, var(--ground) 40%, transparent), linear-gradient(to left, var(--ground) 40%, transparent),
        linear-gradient(to right, var(--shade), transparent), linear-gradient(to left, var(--shade), transparent);
    }
    .scroll { margin-bottom: 1rem; } .formula { overflow-y: hidden; }
    figure .plate { --ground: var(--plate); --shade: #1d1f2138; } pre:has(> code) { --ground: var(--code); } .failure pre { --ground: var(--error-paper); }
    .plate > svg, .plate > img { mix-blend-mode: multiply; }
    .many tr > :first-child { min-width: 8rem; } td a[href^=http] { overflow-wrap: anywhere; }
    .dense table { font-size: .86rem; } .dense th { font-size: .82rem; white-space: normal; vertical-align: bottom; } .dense :is(th, td) { padding-left: .42rem; padding-right: .42rem; }
    .scroll tr > :first-child { position: sticky; left: 0; background: var(--paper); }
    """

  /// The contents, the way back to the report, and the pages before and after.
  private static let navigation = """
    .contents, .way-back, .siblings { font-family: var(--sans); font-size: .92rem; }
    .contents { border: 1px solid var(--line); border-radius: 6px; margin: 0 0 2rem; }
    .contents summary { padding: .55rem 1rem; cursor: pointer; font-weight: 600; }
    .contents ol { list-style: none; margin: 0; padding: 0; } .contents details > ol { padding: 0 1rem .8rem; } .contents ol ol { padding-left: 1.1rem; }
    .contents a { display: flex; gap: .5em; padding: .22rem 0; line-height: 1.35; text-decoration: none; } .contents a:hover > :last-child { text-decoration: underline; }
    .contents .section { flex: none; margin: 0; min-width: 1.1em; }
    .way-back { margin: 0 0 1.2rem; } .way-back a { text-decoration: none; } .way-back a:hover { text-decoration: underline; }
    .siblings { display: flex; gap: 1rem; margin-top: 4rem; } .siblings + footer { margin-top: 2rem; }
    .siblings a { flex: 0 1 50%; border: 1px solid var(--line); border-radius: 6px; padding: .6rem 1rem; line-height: 1.35; text-decoration: none; }
    .siblings a:hover { border-color: var(--accent); } .siblings .which { display: block; color: var(--soft); font-size: .8rem; }
    .siblings .next { margin-left: auto; text-align: right; }
    """

  /// Screens that have room beside the column: the contents stand there, and what is wide grows to the other side.
  private static let wideScreens = """
    @media (min-width: 80rem) {
      .with-contents { --left: max(17rem, 50vw - 22rem); --room: calc(100vw - var(--left) - 2.5rem); }
      .with-contents > main, .with-contents > header, .with-contents > section { margin-left: var(--left); margin-right: 0; }
      .with-contents :is(figure.wide, figure.full, .scroll) { margin-left: 0; transform: none; }
      .with-contents :is(figure.wide, figure.full) > :is(figcaption, .provenance) { margin-left: 0; }
      .with-contents .contents { position: fixed; top: 0; bottom: 0; left: calc(var(--left) - 17rem); width: 16rem; max-width: none; margin: 0; padding: 3.6rem .5rem 2rem 1.25rem; border: 0; overflow-y: auto; font-size: .86rem; }
      .with-contents .contents details > ol { padding: 0; }
      @supports selector(::details-content) {
        .contents summary { display: none; }
        .contents details::details-content { display: block; content-visibility: visible; }
        .contents::before { content: "Contents"; display: block; font-weight: 650; margin-bottom: .4rem; }
      }
    }
    """

  private static let phones = """
    @media (max-width: 34rem) {
      .scroll tr > :first-child { max-width: 42vw; white-space: normal; overflow-wrap: break-word; border-right: 1px solid var(--line); }
      .claims tr > :first-child { position: static; max-width: none; border-right: 0; }
      .siblings { flex-direction: column; gap: .6rem; } .siblings .prev, .siblings .next { flex: none; margin-left: 0; text-align: left; }
      .formula { font-size: .95em; }
    }
    """

  /// A4 with numbers. Nothing may be wider than the sheet: browsers would print the whole document smaller. Pictures
  /// stay whole and float: the text behind one that does not fit fills the sheet before it. Tables break between rows.
  private static let print = """
    @page { size: A4; margin: 22mm 21mm 24mm; @bottom-center { content: counter(page); font: 9pt "DejaVu Sans", sans-serif; color: #444; } }
    @media print {
      :root { --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --code: #f5f5f5; --plate: #fff; }
      html { font-size: 9pt; } body { font-size: 1rem; line-height: 1.5; }
      main { max-width: none; padding: 0; }
      .contents, .way-back, .siblings, .files, .provenance, details.code { display: none; }
      a, a.value, .reference, .citation a { color: #0b3d78; text-decoration: none; }
      h1 { font-size: 20pt; } h2 { font-size: 14pt; } h3 { font-size: 11.5pt; } h4, h5, h6 { font-size: 10pt; }
      h1, h2, h3, h4, h5, h6, .callout-title, .abstract > :first-child { break-after: avoid; break-inside: avoid; }
      p, li { orphans: 3; widows: 3; } p:has(+ :is(.scroll, pre, ul, ol)) { break-after: avoid; }
      details:not(.code, .provenance)::details-content { display: block; content-visibility: visible; }
      .scroll, .formula, .plate, pre { overflow: visible; background-image: none; }
      figure.wide, figure.full, main > .scroll, .chapter > .scroll, .cell > .scroll, .claims > .scroll, figure.table > .scroll { width: 100%; max-width: none; min-width: 0; margin-left: 0; transform: none; }
      .scroll tr > :first-child { position: static; }
      .cell { margin: 0 0 3mm; } .cell > :last-child { margin-bottom: 0; } .cell > a:empty { display: block; break-after: avoid; }
      figure { margin: 5mm 0; } figcaption { font-size: 8.2pt; max-width: 130mm; }
      .report .cell:has(> details.code:last-child) { display: none; }
      .cell > figure.picture { float: left; width: 100%; clear: both; margin: 3mm 0 7mm; } h1, h2, .chapter, footer, .code, pre, .printed, .callout, blockquote, .failure, .scroll:has(tbody tr:nth-child(13)) { clear: both; }
      figure.picture, .callout, .failure, .equation, .claims tr, .bibliography li, tr, footer { break-inside: avoid; }
      figure.picture svg, figure.picture img, p > img { max-width: 115mm; max-height: 125mm; width: auto; }
      figure.picture.wide svg, figure.picture.full svg, figure.picture.wide img, figure.picture.full img { max-width: 168mm; max-height: 125mm; }
      figure.table { break-inside: avoid; } figure.table:has(tbody tr:nth-child(13)) { break-inside: auto; clear: both; } figcaption { break-inside: avoid; } figure.table figcaption, thead { break-after: avoid; } thead { display: table-header-group; }
      tbody tr:nth-child(-n + 3) { break-after: avoid; } tbody tr:nth-last-child(-n + 3) { break-before: avoid; }
      table { font-size: 8.2pt; } th, td { padding: .3em .55em; }
      figure.wide table, figure.full table { font-size: 7pt; }
      figure.wide th, figure.wide td, figure.full th, figure.full td { font-size: 1em; padding: .25em .4em; }
      figure.wide th, figure.full th, figure.wide td.short:nth-child(n + 3), figure.full td.short:nth-child(n + 3) { white-space: normal; }
      .many table { width: 100%; table-layout: fixed; font-size: clamp(3.5pt, 476pt / var(--columns) / 3.4, 7pt); } .many tr > :first-child { width: 14mm; min-width: 0; } .many th, .many td { padding: .2em .15em; font-size: 1em; white-space: normal; overflow-wrap: anywhere; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; } pre:has(> code) { padding: 2mm 3mm; font-size: 7.6pt; }
      .printed { font-size: 7.6pt; } .printed, .code { break-inside: auto; }
      .formula.long { display: inline; } .formula.huge { font-size: .7em; }
    }
    """
}
