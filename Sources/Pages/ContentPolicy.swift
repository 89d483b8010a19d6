// What a written page may load and run. One policy for the page, the report, the check and the preview:
//
// - Nothing runs: no script, no frame, no plug-in, no form, no base address; what a text brings of these is shown as text
//   (`RawHTML`), and a browser would refuse it once more by the policy below.
// - Links lead to http, https and mailto addresses, to places of the page and to files beside it.
// - Pictures stand in the page itself or come from http and https addresses; styles are the page's own.

/// The content security policy of pages.
package enum ContentPolicy {
  /// The policy as the value of the header `Content-Security-Policy`.
  package static let page =
    "default-src 'none'; img-src data: https: http:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

  /// The policy in the head of a page, which needs no server.
  package static let tag = "<meta http-equiv=\"Content-Security-Policy\" content=\"\(page)\">"

  /// The policy of a page that one script may follow, the one with this nonce. It may ask the page's own server.
  package static func followed(nonce: String) -> String {
    page + "; script-src 'nonce-\(nonce)'; connect-src 'self'; font-src data:"
  }
}
