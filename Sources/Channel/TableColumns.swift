// Which columns of a table are numbers: the page and the files set them flush right.

/// True for texts such as "0.83 ± 0.01", "−4", "12 %", "[50.1, 53.2]" and "–", and at least one of them.
public func isNumberColumn(_ texts: some Collection<String>) -> Bool {
  !texts.isEmpty
    && texts.allSatisfy { unmarked($0).allSatisfy { $0.isNumber || "+-−–—.,eE±% ×[]\u{202F}".contains($0) } }
}

/// A number without the signs of Markdown around it, such as that of a best value: `**0.83**`.
private func unmarked(_ text: String) -> Substring {
  var text = text[...]
  while text.count > 2, let sign = text.first, sign == text.last, "*_`$".contains(sign) {
    text = text.dropFirst().dropLast()
  }
  return text
}
