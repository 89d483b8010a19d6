// What a notebook's last run at a scale found of its claims, without running anything: the build's record, or in a clone
// the committed figures/<scale>/<notebook>-text.csv.

internal import Basics
package import Channel
internal import Execution
internal import FileSystem
package import NotebookText
package import Pages

extension Notebook {
  /// The claims of the notebook at `file` with what its last run at `scale` found; claims that were written since have no
  /// finding. Throws `BuildRefusal` if there is no such notebook, or if it is wrong.
  package static func claims(file: String, scale: Scale) throws(BuildRefusal) -> [ClaimResult] {
    let place = try NotebookPlace(file: file)
    let notebook = try place.notebook()
    let path = BuildRecord.path(root: place.root, scale: scale, name: notebook.name)
    let findings =
      BuildRecord(path: path, notebook: notebook.path).map(Self.findings)
      ?? Self.findings(in: ProjectLayout(root: place.root).figures(scale: scale.name) + "/\(notebook.textOutput).csv")
    return notebook.claims([:]).map { claim in
      var claim = claim
      claim.finding = findings[claim.code]
      return claim
    }
  }

  private static func findings(of record: BuildRecord) -> [String: ClaimFinding] {
    var result: [String: ClaimFinding] = [:]
    for item in record.inline {
      guard case .claim(let finding) = item.result, let code = InlineItem.claimCode(ofComputation: item.code) else {
        continue
      }
      result[code] = finding
    }
    return result
  }

  private static func findings(in csv: String) -> [String: ClaimFinding] {
    guard let bytes = try? Files.read(csv), let table = CSVTable(String(decoding: bytes, as: UTF8.self)),
      table.header == TextResults.header
    else { return [:] }
    var result: [String: ClaimFinding] = [:]
    for row in table.rows where row.count == TextResults.header.count && row[1] != "value" {
      // The file has the word of the page, "failed" for a required claim that is refuted.
      guard let verdict = ClaimFinding.Verdict(rawValue: row[2] == "failed" ? "refuted" : row[2]) else { continue }
      result[row[0]] = ClaimFinding(verdict, numbers: row[3])
    }
    return result
  }
}
