// The date written into documents.

internal import Glibc

/// `SOURCE_DATE_EPOCH` of reproducible builds, or the start of 1970: never the clock.
enum SourceDate {
  /// Such as "1970-01-01T00:00:00Z".
  static var iso8601: String {
    let seconds = getenv("SOURCE_DATE_EPOCH").flatMap { Int(String(cString: $0)) } ?? 0
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }
}
