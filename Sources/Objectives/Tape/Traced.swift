// A number that is not there yet: what a formula computes with while it is written down.

internal import Basics

/// A value of a formula on logits, one number an example or one a class, known only when the formula is evaluated.
///
/// Arithmetic is element by element; one number an example combines with one a class by repetition. There is no way to
/// compare traced values or to turn one into a `Double` or `Bool`, so a formula cannot branch on them: `max`, `min` and
/// `abs` are what is left to say so.
public struct Traced {
  let recorder: Recorder
  let place: Int

  /// Writes down one more step.
  func then(_ operation: Operation) -> Traced { Traced(recorder: recorder, place: recorder.add(operation)) }

  func binary(_ kind: Operation.Binary, _ other: Traced) -> Traced {
    precondition(
      recorder === other.recorder, "Traced: a value of one formula is used in another; write both in one closure")
    return then(.binary(kind, place, other.place))
  }

  func constant(_ number: Double) -> Traced {
    precondition(number.isFinite, "Traced: the constant \(number) in a formula is not finite")
    return then(.constant(number))
  }

  /// The sum, class by class where one of both is a row of logits.
  public static func + (a: Traced, b: Traced) -> Traced { a.binary(.add, b) }
  /// The difference, class by class where one of both is a row of logits.
  public static func - (a: Traced, b: Traced) -> Traced { a.binary(.subtract, b) }
  /// The product, class by class where one of both is a row of logits.
  public static func * (a: Traced, b: Traced) -> Traced { a.binary(.multiply, b) }
  /// The quotient, class by class where one of both is a row of logits.
  public static func / (a: Traced, b: Traced) -> Traced { a.binary(.divide, b) }

  /// A number added to each class.
  public static func + (a: Traced, b: Double) -> Traced { a + a.constant(b) }
  /// A number taken from each class.
  public static func - (a: Traced, b: Double) -> Traced { a - a.constant(b) }
  /// A multiple of each class.
  public static func * (a: Traced, b: Double) -> Traced { a * a.constant(b) }
  /// Each class divided by a number.
  public static func / (a: Traced, b: Double) -> Traced { a / a.constant(b) }

  /// A number to which each class is added.
  public static func + (a: Double, b: Traced) -> Traced { b.constant(a) + b }
  /// A number from which each class is taken.
  public static func - (a: Double, b: Traced) -> Traced { b.constant(a) - b }
  /// A multiple of each class.
  public static func * (a: Double, b: Traced) -> Traced { b.constant(a) * b }
  /// A number divided by each class.
  public static func / (a: Double, b: Traced) -> Traced { b.constant(a) / b }

  /// The negative of each class.
  public static prefix func - (a: Traced) -> Traced { -1 * a }

  /// The number at the example's class, of a value with one number a class.
  public subscript(label: TracedLabel) -> Traced { then(.reduction(.atLabel, place)) }
}

/// The class of an example in a formula: `logSoftmax(z)[y]`.
public struct TracedLabel {
  let recorder: Recorder

  /// 1 at the example's class, else 0.
  public var oneHot: Traced { Traced(recorder: recorder, place: recorder.add(.input(.oneHot, 0))) }
}

private let noOrder =
  "a traced value has no order and no number: it is known only when the loss is evaluated; use max, min or abs"

extension Traced {
  /// Ends the program: a formula cannot branch on values; `max` and `min` are there instead.
  @available(*, unavailable, message: "a traced value is known only when the loss is evaluated; use max or min")
  public static func < (a: Traced, b: Traced) -> Bool { fatalError(noOrder) }
  /// Ends the program: a formula cannot branch on values; `max` and `min` are there instead.
  @available(*, unavailable, message: "a traced value is known only when the loss is evaluated; use max or min")
  public static func > (a: Traced, b: Traced) -> Bool { fatalError(noOrder) }
  /// Ends the program: a formula cannot branch on values; `max` and `min` are there instead.
  @available(*, unavailable, message: "a traced value is known only when the loss is evaluated; use max or min")
  public static func < (a: Traced, b: Double) -> Bool { fatalError(noOrder) }
  /// Ends the program: a formula cannot branch on values; `max` and `min` are there instead.
  @available(*, unavailable, message: "a traced value is known only when the loss is evaluated; use max or min")
  public static func > (a: Traced, b: Double) -> Bool { fatalError(noOrder) }
  /// Ends the program: a formula cannot branch on values.
  @available(*, unavailable, message: "a traced value is known only when the loss is evaluated; use max or min")
  public static func == (a: Traced, b: Traced) -> Bool { fatalError(noOrder) }
}

extension Double {
  @available(
    *, unavailable, message: "a traced value is known only when the loss is evaluated; compute with it instead"
  )
  /// Ends the program: the value of a formula is not known while it is written down.
  public init(_ value: Traced) { fatalError(noOrder) }
}

/// Writes a formula down; equal steps are written once.
final class Recorder {
  private var operations: [Operation] = []
  private var places: [Operation: Int] = [:]

  func add(_ operation: Operation) -> Int {
    if let place = places[operation] { return place }
    operations.append(operation)
    places[operation] = operations.count - 1
    return operations.count - 1
  }

  func operation(at place: Int) -> Operation { operations[place] }

  func input(_ kind: Operation.Input, _ index: Int) -> Traced {
    Traced(recorder: self, place: add(.input(kind, index)))
  }

  /// The steps that `result` needs, in the order of a walk from it, operands first.
  func tape(of result: Traced, named name: String) -> Tape {
    precondition(result.recorder === self, "\(name): the formula returns a value of another formula")
    var kept: [Operation] = []
    var moved: [Int: Int] = [:]
    func visit(_ place: Int) {
      if moved[place] != nil { return }
      for operand in operations[place].operands { visit(operand) }
      kept.append(operations[place].moved { moved[$0]! })
      moved[place] = kept.count - 1
    }
    visit(result.place)
    do throws(Tape.Fault) {
      return try Tape(kept)
    } catch {
      preconditionFailure("\(name): \(error.reason)")
    }
  }
}
