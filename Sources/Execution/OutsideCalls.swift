// What compiled cells call in Foundation and in the C library. Importing them reads nothing: calling `fopen`, `Date()` or
// `FileManager` may. The names that an object file leaves to the linker say which it is.

/// What the results of a program depend on that the workbench does not see.
package struct OutsideCalls: Sendable, Equatable, Codable {
  /// The first call of which it is not known that it computes from its arguments alone, as the linker names it.
  package var unknown: String?

  package init(unknown: String?) { self.unknown = unknown }

  /// Looks through the names that object files leave to the linker.
  init(symbols: [String]) { unknown = symbols.sorted().first { !Self.isHarmless($0) } }

  /// Modules whose calls are looked at one by one; others are taken to read what they like.
  package static let modules: Set<String> = ["Foundation", "FoundationEssentials", "Glibc"]

  static func isHarmless(_ symbol: String) -> Bool {
    if symbol.isEmpty || runtime.contains(where: symbol.hasPrefix) { return true }
    guard symbol.hasPrefix("$s") else { return computing.contains(symbol) }
    let isOutside = ["10Foundation", "20FoundationEssentials", "5Glibc", "8Dispatch"].contains { mark in
      symbol.firstRange(of: mark) != nil
    }
    return !isOutside || symbol.firstRange(of: "E5write") == nil && texts.contains { symbol.firstRange(of: $0) != nil }
  }

  /// Swift's runtime, and what every program has.
  private static let runtime = [
    "swift_", "_swift_", "__swift", "_ITM_", "__gmon_start__", "__cxa_", "_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail",
    "__libc_start_main", "notebook_part_", "_Unwind_",
  ]

  /// Functions of C that compute from their arguments.
  private static let computing: Set<String> = {
    let mathematics = [
      "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "copysign", "cos", "cosh", "erf",
      "erfc",
      "exp", "exp2", "expm1", "fabs", "fdim", "floor", "fma", "fmax", "fmin", "fmod", "frexp", "hypot", "ilogb",
      "ldexp",
      "lgamma", "llrint", "llround", "log", "log10", "log1p", "log2", "logb", "lrint", "lround", "modf", "nearbyint",
      "nextafter", "pow", "remainder", "remquo", "rint", "round", "scalbn", "sin", "sincos", "sinh", "sqrt", "tan",
      "tanh",
      "tgamma", "trunc",
    ]
    let others = [
      "abs", "labs", "llabs", "malloc", "calloc", "realloc", "free", "memcmp", "memcpy", "memmove", "memset", "strcmp",
      "strlen", "strncmp", "abort",
    ]
    return Set(mathematics.flatMap { [$0, $0 + "f", $0 + "l"] } + others)
  }()

  /// Members of texts that Foundation adds, as Swift spells them in symbols.
  private static let texts = [
    "$sSS10FoundationE6format", "$sSy10FoundationE10components", "$sSy10FoundationE18trimmingCharacters",
    "$sSy10FoundationE20replacingOccurrences", "$sSy10FoundationE7padding", "$sSy20FoundationEssentialsE",
    "$s10Foundation12CharacterSetV", "$s20FoundationEssentials12CharacterSetV",
  ]
}
