// What a notebook's program says to the runner: small messages beside stdout and stderr, never parsed out of them.

/// How far a long piece of work is.
public struct WorkProgress: Codable, Sendable, Equatable {
  /// What is being done: "adversarial, epoch 2 of 5".
  public var title: String
  /// Units of work that are done.
  public var done: Int
  /// Nil when the end is not known.
  public var total: Int?
  /// What `done` counts, in the plural: "images".
  public var unit: String
  /// Units per second since the work began.
  public var rate: Double
  /// Free text: "loss 1.23".
  public var note: String
  /// Whether this is the last report of the work.
  public var isFinished: Bool

  /// A report of work; every field is what the property of its name says.
  public init(
    title: String, done: Int, total: Int?, unit: String, rate: Double, note: String = "", isFinished: Bool = false
  ) {
    self.title = title
    self.done = done
    self.total = total
    self.unit = unit
    self.rate = rate
    self.note = note
    self.isFinished = isFinished
  }

  /// Seconds until the end at the rate so far, or nil when nothing can be said.
  public var secondsLeft: Double? {
    guard let total, rate > 0, !isFinished else { return nil }
    return Double(max(total - done, 0)) / rate
  }

  /// One line for a terminal or a log.
  public var line: String {
    var parts: [String] = []
    if let total, total > 0 {
      parts.append("\(done)/\(total) \(unit)")
      if !isFinished { parts.append("\(min(100, 100 * done / total)) %") }
    } else {
      parts.append("\(done) \(unit)")
    }
    if rate > 0 { parts.append("\(Self.short(rate)) \(unit)/s") }
    if let secondsLeft { parts.append("\(Self.clock(secondsLeft)) left") }
    if !note.isEmpty { parts.append(note) }
    return title + ": " + parts.joined(separator: ", ")
  }

  private static func short(_ value: Double) -> String {
    if value >= 100 { return String(Int(value.rounded())) }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded(.up))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}

/// Why a notebook's program gave up by itself.
public struct ProgramFailure: Codable, Sendable, Equatable {
  /// What ended a program before its last cell.
  public enum Kind: String, Codable, Sendable {
    /// An error reached the top level.
    case thrown
    /// A value of `--set` does not fit what a cell asked for.
    case parameter
    /// The program was asked to end, and has saved its work.
    case stopped
    /// A program that plans has come to numbers that are not computed yet.
    case unknown
  }
  /// What ended the program.
  public var kind: Kind
  /// What the program said, in one line or more.
  public var message: String
  /// Return addresses where the error was thrown, innermost first, relative to the program's load address.
  public var addresses: [UInt]
  /// The line in the notebook of the call that failed, from 1 on; nil where the program does not know it.
  public var line: Int?
  /// The column in the notebook, from 1 on; nil where it is not known.
  public var column: Int?

  /// A failure with what is known of where it happened.
  public init(kind: Kind, message: String, addresses: [UInt] = [], line: Int? = nil, column: Int? = nil) {
    self.kind = kind
    self.message = message
    self.addresses = addresses
    self.line = line
    self.column = column
  }
}

/// One message of a notebook's program. The runner answers every message but `progress` and `saving` with one byte, after it has
/// read everything that was printed before, so what is printed always lands in the right cell and in the right order.
public enum Frame: Codable, Sendable, Equatable {
  case began(cell: Int)
  /// Files of one figure, relative to the output directory.
  case figure(name: String, files: [String])
  /// A table, and files of it relative to the output directory.
  case table(header: [String], rows: [[String]], files: [String] = [])
  case markdown(String)
  case used(CellUse)
  /// TeX of a display formula, and where the cell showed it.
  case formula(tex: String, line: Int)
  /// What `{swift} …` in the text is; `item` is its number there.
  case value(item: Int, text: String)
  /// What became of `{claim} …` in the text.
  case claim(item: Int, ClaimFinding)
  case progress(WorkProgress)
  /// The program was asked to end, and saves its work first: what it does, for people.
  case saving(String)
  case failed(ProgramFailure)
  case finished

  /// Whether the program waits for the runner's answer.
  public var needsAnswer: Bool {
    switch self {
    case .progress, .saving: false
    default: true
    }
  }
}
