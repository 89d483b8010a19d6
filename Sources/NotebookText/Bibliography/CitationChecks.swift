// Whether the works that a notebook cites can be cited.

extension Bibliography {
  /// What is wrong with the first work that a notebook cites and that cannot be cited.
  package func problem(citedIn notebook: Notebook) -> NotebookError? {
    notebook.citations.lazy.compactMap { entries[$0.key]?.problem }.first
  }

  /// What is amiss with the works that a notebook cites, those among them that a page cannot be made with.
  package func warnings(citedIn notebook: Notebook) -> [NotebookWarning] {
    var seen: Set<String> = []
    let handles = Set(notebook.citations(isLoose: true).map(\.key))
    return notebook.citations.filter { seen.insert($0.key).inserted }.flatMap { citation -> [NotebookWarning] in
      guard let entry = entries[citation.key] else {
        if handles.contains(citation.key) { return [] }
        let mistake = missing(citation.key, notebook.error(citation.location, ""))
        return [NotebookWarning(mistake.location, mistake.message, sourceLine: mistake.sourceLine)]
      }
      let problem = entry.problem.map {
        NotebookWarning($0.location, $0.message + "; \"\(entry.key)\" cannot be cited", sourceLine: $0.sourceLine)
      }
      return (problem.map { [$0] } ?? []) + entry.warnings
    }
  }

  /// That there is no such entry, and which was meant.
  func missing(_ key: String, _ place: NotebookError) -> NotebookError {
    let near = nearest(to: key, among: entries.keys).map { "; did you mean \"\($0)\"?" }
    return NotebookError(place.location, "no entry \"\(key)\" in \(file)\(near ?? "")", sourceLine: place.sourceLine)
  }
}
