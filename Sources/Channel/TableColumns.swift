// Which columns of a table are numbers: the page and the files set them flush right.

/// True for texts such as "0.83 ± 0.01", "−4", "12 %", "[50.1, 53.2]" and "–", and at least one of them.
public func isNumberColumn(_ texts: some Collection<String>) -> Bool {
  !texts.isEmpty && texts.allSatisfy { $0.allSatisfy { $0.isNumber || "+-−–—.,eE±% ×[]\u{202F}".contains($0) } }
}
