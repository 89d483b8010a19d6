// The page that is being previewed: its newest HTML, and the wait for the next.

internal import Foundation
internal import NotebookText
internal import Pages

/// A page that changes while it is looked at.
package final class LivePage: @unchecked Sendable {
  private struct State {
    var html = ""
    var status = ""
    /// Raised with every change.
    var version = 0
  }

  private var state = State()
  /// Holds `state`, and tells of every change.
  private let changed = NSCondition()

  package init() {}

  /// Puts a new page up; `status` is what the bar at its foot says, nothing if empty.
  package func show(_ html: String, status: String) {
    changed.lock()
    defer { changed.unlock() }
    if state.html == html, state.status == status { return }
    (state.html, state.status) = (html, status)
    state.version += 1
    changed.broadcast()
  }

  /// Changes only what the bar says.
  package func show(status: String) { show(now.html, status: status) }

  /// The page with the script that follows its changes; `nonce` allows that script and no other.
  package func html(nonce: String) -> String {
    let now = now
    let bar = now.status.isEmpty ? "" : "<p id=\"preview-status\" role=\"status\">\(HTML.escape(now.status))</p>"
    let addition = "\(bar)<script nonce=\"\(nonce)\" data-version=\"\(now.version)\">\(Self.script)</script>"
    // Without an icon of its own a page asks the server's root for one.
    let icon = "<link rel=\"icon\" href=\"data:,\">"
    // The server sends a policy that allows the script; the page's own would forbid it.
    let page = now.html.replacing(ContentPolicy.tag + "\n", with: "", maxReplacements: 1)
    // Before the first build ends there is no head to put it into.
    let html =
      page.contains("</head>") ? page.replacing("</head>", with: icon + "</head>", maxReplacements: 1) : icon + page
    guard let end = html.firstRange(of: "</body>") else { return html + addition }
    return html[..<end.lowerBound] + Self.style + addition + html[end.lowerBound...]
  }

  package var version: Int { now.version }

  /// Waits until there is a version other than `known`, ten seconds at most, and returns the newest.
  package func version(after known: Int) -> Int {
    let end = Date(timeIntervalSinceNow: 10)
    changed.lock()
    defer { changed.unlock() }
    while state.version == known, changed.wait(until: end) {}
    return state.version
  }

  private var now: State {
    changed.lock()
    defer { changed.unlock() }
    return state
  }

  private static let style = """
    <style>#preview-status{position:fixed;left:0;right:0;bottom:0;margin:0;padding:.4rem 1rem;font:14px system-ui,sans-serif;\
    background:#1d3557;color:#fff;white-space:pre-wrap}</style>
    """

  /// Asks for the next version, puts its body in place of the old one, and keeps the place where the reader is.
  private static let script = """
    (async () => {
      // Whoever knows the address has its first word.
      const root = "/" + location.pathname.split("/")[1] + "/";
      let version = document.currentScript.dataset.version;
      for (;;) {
        try {
          const answer = await fetch(root + "changes?after=" + version, {cache: "no-store"});
          const next = (await answer.text()).trim();
          if (!answer.ok) throw new Error(next);
          if (next === version) continue;
          const page = await (await fetch(location.href, {cache: "no-store"})).text();
          const fresh = new DOMParser().parseFromString(page, "text/html");
          version = fresh.querySelector("script[data-version]").dataset.version;
          const [x, y] = [scrollX, scrollY];
          document.title = fresh.title;
          document.head.replaceWith(fresh.head);
          document.body.replaceWith(fresh.body);
          scrollTo(x, y);
        } catch (error) {
          // The preview was ended, or is being started anew.
          await new Promise(done => setTimeout(done, 1000));
        }
      }
    })();
    """
}
