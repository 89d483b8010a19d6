// How numbers are written along an axis.

internal import Basics

/// How an axis writes its numbers.
public enum NumberFormat: Hashable, Sendable, Codable {
  /// As many decimals as the steps need; very large and very small numbers as powers of ten.
  case automatic
  /// The given number of decimals, 0 to 12.
  case decimals(Int)
  /// A share as percentage: 0.83 is "83%", with the given number of decimals.
  case percent(Int)
}

extension NumberText {
  /// The number as `format` has it; `automaticDecimals` where it leaves the decimals open.
  static func text(_ value: Double, format: NumberFormat, automaticDecimals: Int) -> String {
    switch format {
    case .automatic: fixed(value, decimals: automaticDecimals)
    case .decimals(let count): fixed(value, decimals: count)
    case .percent(let count): fixed(value * 100, decimals: count) + "%"
    }
  }
}
