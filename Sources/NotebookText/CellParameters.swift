// The parameters that cells ask for.

extension Notebook {
  /// Names in calls such as `notebook.parameter("epochs", default: 5)`, in order.
  package var parametersInCells: [String] {
    var names: [String] = []
    for cell in cells where cell.options.eval {
      for match in cell.code.matches(of: #/\.parameter\(\s*"([^"\\]+)"/#) where !names.contains(String(match.1)) {
        names.append(String(match.1))
      }
    }
    return names
  }
}
