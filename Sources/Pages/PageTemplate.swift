// The page's skeleton.

internal import Mustache
internal import NotebookText

/// A part of a page.
enum PageTemplate {
  /// The whole page around its body.
  case page
  /// A notebook's prose and cells.
  case body

  func render(_ values: [String: Any]) throws -> String {
    try MustacheTemplate(string: self == .page ? Self.pageText : Self.bodyText).render(values)
  }

  private static let pageText = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="generator" content="workbench">
    <title>{{title}}</title>
    <style>
    {{{style}}}
    </style>
    </head>
    <body>
    <main>
    <header>
    <h1>{{title}}</h1>
    {{#authors}}<p class="authors">{{authors}}</p>
    {{/authors}}{{#abstract}}<div class="abstract">{{{abstract}}}</div>
    {{/abstract}}{{#failure}}<div class="failure" role="alert"><p><strong>This notebook stopped.</strong> {{title}} at <a href="#{{cell}}">{{place}}</a>: what follows that cell did not run.</p></div>
    {{/failure}}</header>
    {{{body}}}{{{claims}}}{{{bibliography}}}
    <footer>
    <h2>How this page was made</h2>
    <dl>
    {{#facts}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/facts}}</dl>
    </footer>
    </main>
    </body>
    </html>

    """

  private static let bodyText = """
    {{#blocks}}
    {{#prose}}{{{prose}}}{{/prose}}{{#cell}}<section class="cell{{#failed}} failed{{/failed}}" id="{{anchor}}">
    {{#label}}<a id="{{label}}"></a>
    {{/label}}{{#code}}<{{^fold}}div{{/fold}}{{#fold}}details{{/fold}} class="code">{{#fold}}<summary>Code{{#printed}} and output{{/printed}}</summary>{{/fold}}<pre tabindex="0" role="region" aria-label="Swift code of cell {{number}}"><code>{{{code}}}</code></pre>{{{printed}}}</{{^fold}}div{{/fold}}{{#fold}}details{{/fold}}>
    {{/code}}{{{outputs}}}{{#failed}}<div class="failure" role="alert"><p><strong>{{title}}</strong> <span class="place">{{place}}</span></p>
    <p>{{message}}</p>{{#excerpt}}
    <pre tabindex="0" role="region" aria-label="The line at fault">{{excerpt}}</pre>{{/excerpt}}{{#callers}}
    <p class="place">called from {{callers}}</p>{{/callers}}</div>
    {{/failed}}{{#skipped}}<p class="skipped">{{skipped}}</p>
    {{/skipped}}</section>
    {{/cell}}{{/blocks}}

    """
}
