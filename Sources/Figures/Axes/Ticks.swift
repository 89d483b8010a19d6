// Round numbers along an axis.

internal import Basics
internal import Glibc

/// A mark on an axis; the minor ones have no label.
package struct Tick: Hashable, Sendable {
  /// In units of the axis.
  package var value: Double
  /// What is written beside it; empty for nothing.
  package var label: String
  /// Whether it is long, with a label.
  package var isMajor: Bool

  package init(_ value: Double, _ label: String = "", isMajor: Bool = true) {
    self.value = value
    self.label = label
    self.isMajor = isMajor
  }
}

package enum Ticks {
  /// Multiples of 1, 2, 2.5 or 5 times a power of ten within the range, as many as fit into `intervals` steps.
  ///
  /// Every value is the correctly rounded decimal number: the third multiple of 0.1 is 0.3.
  package static func linear(
    in range: ClosedRange<Double>, intervals: Int, format: NumberFormat = .automatic
  ) -> [Tick] {
    let low = range.lowerBound
    let high = range.upperBound
    guard intervals > 0, high > low, (high - low).isFinite else { return [] }
    let least = (high - low) / Double(intervals)
    // step = mantissa · 10^exponent, with a whole mantissa
    let exponent = Int(Glibc.log10(least).rounded(.down))
    var step = (mantissa: 10.0, exponent: exponent)
    for candidate in [(1.0, exponent), (2, exponent), (25, exponent - 1), (5, exponent)]
    where candidate.0 * NumberText.power(of: candidate.1) >= least * (1 - 1e-9) {
      step = (mantissa: candidate.0, exponent: candidate.1)
      break
    }
    if step.mantissa == 10 { step = (1, exponent + 1) }
    let size = step.mantissa * NumberText.power(of: step.exponent)
    let first = (low / size - 1e-9).rounded(.up)
    let last = (high / size + 1e-9).rounded(.down)
    guard first <= last, abs(first) < 1e15, abs(last) < 1e15 else { return [] }

    let values = stride(from: first, through: last, by: 1).map { i -> Double in
      let value =
        step.exponent < 0
        ? i * step.mantissa / NumberText.power(of: -step.exponent)
        : i * step.mantissa * NumberText.power(of: step.exponent)
      return value == 0 ? 0 : value
    }
    let largest = values.map(abs).max() ?? 0
    if format == .automatic, largest >= 1e5 || largest < 1e-3, largest > 0 {
      let shared = Int((Glibc.log10(largest) + 1e-9).rounded(.down))
      let decimals = max(0, shared - step.exponent)
      return values.map { Tick($0, NumberText.scientific($0, exponent: shared, decimals: decimals)) }
    }
    let decimals = max(0, -step.exponent)
    return values.map { Tick($0, NumberText.text($0, format: format, automaticDecimals: decimals)) }
  }

  /// Powers of ten within the range, every second, third, … if there are more than `intervals`; between them minor
  /// ticks at 2, 3, … 9. A range with fewer than two powers of ten has 1, 2, 5 labelled, and a still shorter one the
  /// ticks of a linear scale.
  package static func log(
    in range: ClosedRange<Double>, intervals: Int, format: NumberFormat = .automatic
  ) -> [Tick] {
    let low = range.lowerBound
    let high = range.upperBound
    guard intervals > 0, low > 0, high > low, high.isFinite else { return [] }
    let slack = 1 + 1e-9
    let exponents = Int(Glibc.log10(low).rounded(.down))...Int(Glibc.log10(high).rounded(.up))
    let places = exponents.flatMap { exponent in
      (1...9).map { Place(digit: $0, exponent: exponent, value: value($0, exponent)) }
    }.filter { $0.value >= low / slack && $0.value <= high * slack }
    let powers = places.filter { $0.digit == 1 }.map(\.exponent)
    if powers.count >= 2 { return decades(places, stride: max(1, (powers.count + intervals - 1) / intervals), format) }
    let ticks = digits(places, format)
    let labelled = ticks.count(where: \.isMajor)
    return labelled >= 2 && labelled <= intervals + 1 ? ticks : linear(in: range, intervals: intervals, format: format)
  }

  /// A place of a logarithmic axis: digit · 10^exponent.
  private struct Place {
    let digit: Int
    let exponent: Int
    let value: Double
  }

  /// Powers of ten with labels, every `stride`-th of them.
  private static func decades(_ places: [Place], stride: Int, _ format: NumberFormat) -> [Tick] {
    places.compactMap { place in
      // Stepping over powers keeps 10⁰, so that neighbouring panels agree.
      let isMajor = place.digit == 1 && place.exponent % stride == 0
      // With every power labelled the minor ticks are the digits, else they are the powers left out.
      guard isMajor || (stride == 1 ? place.digit > 1 : place.digit == 1) else { return nil }
      let label =
        format == .automatic
        ? NumberText.power(exponent: place.exponent)
        : NumberText.text(place.value, format: format, automaticDecimals: 0)
      return Tick(place.value, isMajor ? label : "", isMajor: isMajor)
    }
  }

  /// All digits, with labels at 1, 2 and 5.
  private static func digits(_ places: [Place], _ format: NumberFormat) -> [Tick] {
    places.map { place in
      let isMajor = [1, 2, 5].contains(place.digit)
      let text =
        format == .automatic && !(-3...4).contains(place.exponent)
        ? NumberText.scientific(place.value, exponent: place.exponent, decimals: 0)
        : NumberText.text(place.value, format: format, automaticDecimals: max(0, -place.exponent))
      return Tick(place.value, isMajor ? text : "", isMajor: isMajor)
    }
  }

  /// digit · 10^exponent, correctly rounded.
  private static func value(_ digit: Int, _ exponent: Int) -> Double {
    exponent < 0 ? Double(digit) / NumberText.power(of: -exponent) : Double(digit) * NumberText.power(of: exponent)
  }
}
