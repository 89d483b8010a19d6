// Formulas where only text can stand, such as in a title: what Unicode has of them.

internal import Foundation

/// TeX as a line of text.
enum FormulaText {
  private static let signs: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ",
    "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "ell": "ℓ", "infty": "∞", "times": "×", "cdot": "·", "pm": "±", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥",
    "neq": "≠", "approx": "≈", "sim": "∼", "to": "→", "rightarrow": "→", "in": "∈", "partial": "∂", "nabla": "∇",
    "sqrt": "√", "sum": "∑", "prod": "∏", "int": "∫", "forall": "∀", "exists": "∃", "ldots": "…", "dots": "…",
    "circ": "°", "dagger": "†", "star": "⋆", "prime": "′", "log": "log", "exp": "exp", "sin": "sin", "cos": "cos",
    "min": "min", "max": "max", "quad": " ", "left": "", "right": "", "big": "", "Big": "", "limits": "",
  ]
  /// What stands for a command without an argument; nil if none is known.
  static func sign(_ name: String) -> String? { signs[name] }

  /// Combining characters of `\hat{x}` and its like.
  private static let accents: [String: Character] = [
    "hat": "\u{302}", "widehat": "\u{302}", "tilde": "\u{303}", "widetilde": "\u{303}", "bar": "\u{304}",
    "overline": "\u{304}", "vec": "\u{20D7}", "dot": "\u{307}", "ddot": "\u{308}",
  ]

  private static let raised = Dictionary(uniqueKeysWithValues: zip("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"))
  private static let lowered = Dictionary(
    uniqueKeysWithValues: zip("0123456789+-=()aeijknoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₙₒₚᵣₛₜᵤᵥₓ"))

  /// `O(n^2)` as O(n²), `\ell_\infty` as ℓ∞. What Unicode cannot set high or low stands in brackets.
  static func unicode(_ tex: String) -> String {
    var rest = Array(tex)[...]
    var result = ""
    while let character = rest.first {
      if character == "^" || character == "_" {
        rest.removeFirst()
        let part = unicode(String(argument(&rest)))
        let known = character == "^" ? raised : lowered
        let set = part.compactMap { known[$0] }
        if set.count == part.count {
          result += String(set)
        } else {
          result += part.count == 1 ? (character == "^" ? "^" : "") + part : "\(character)(\(part))"
        }
      } else {
        result += piece(&rest)
      }
    }
    return result
  }

  /// A group in braces, a command, or one character.
  private static func argument(_ rest: inout ArraySlice<Character>) -> ArraySlice<Character> {
    guard let first = rest.first else { return [] }
    if first == "\\" {
      let name = rest.dropFirst().prefix { $0.isLetter }
      let end = name.isEmpty ? min(rest.startIndex + 2, rest.endIndex) : name.endIndex
      defer { rest = rest[end...] }
      return rest[..<end]
    }
    guard first == "{" else { return [rest.removeFirst()] }
    var depth = 0
    for index in rest.indices {
      if rest[index] == "{" { depth += 1 }
      if rest[index] == "}" { depth -= 1 }
      if depth == 0 {
        defer { rest = rest[(index + 1)...] }
        return rest[(rest.startIndex + 1)..<index]
      }
    }
    defer { rest = [] }
    return rest.dropFirst()
  }

  private static func piece(_ rest: inout ArraySlice<Character>) -> String {
    let first = rest.removeFirst()
    if first == "{" || first == "}" { return "" }
    guard first == "\\" else { return String(first) }
    let name = String(rest.prefix { $0.isLetter })
    rest = rest.dropFirst(name.count)
    if name.isEmpty {
      guard let sign = rest.popFirst() else { return "" }
      return sign == "!" ? "" : ",;:".contains(sign) ? " " : String(sign)
    }
    if let sign = signs[name] { return sign }
    if ["frac", "dfrac", "tfrac"].contains(name) {
      let (top, bottom) = (unicode(String(argument(&rest))), unicode(String(argument(&rest))))
      return
        "\(top.count > 1 && !top.allSatisfy(\.isNumber) ? "(\(top))" : top)/\(bottom.count > 1 && !bottom.allSatisfy(\.isNumber) ? "(\(bottom))" : bottom)"
    }
    if let accent = accents[name] {
      let base = unicode(String(argument(&rest)))
      return base.count == 1 ? (base + String(accent)).precomposedStringWithCanonicalMapping : base
    }
    // \mathcal{L} and its like are their argument; another command is shown by its name.
    return rest.first == "{" ? "" : name
  }
}
