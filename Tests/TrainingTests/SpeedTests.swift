import Attacks
import CAllocations
import Networks
import Testing
import Training

struct SpeedTests {
  static let model = Result { try WideResNet(depth: 10, widenFactor: 1, imageShape: [3, 16, 16]) }

  @Test(arguments: SpeedTest.Work.allCases)
  func timesEveryKindOfWork(_ work: SpeedTest.Work) throws {
    let seconds = try SpeedTest(model: Self.model.get(), work: work, batch: 8, threads: 2).seconds(runs: 3, warmup: 1)
    #expect(seconds.count == 3 && seconds.allSatisfy { $0 > 0 })
  }

  /// Allocations of each of four steps, after three others.
  private func allocations(_ change: (inout Recipe) -> Void) throws -> [Int] {
    let test = try SpeedTest(model: Self.model.get(), work: .pgd10Step, batch: 8, threads: 1)
    let step = try test.prepare {
      change(&$0)
      // They do their work between epochs.
      ($0.averaging, $0.selection) = (nil, nil)
    }
    for _ in 0..<3 { step() }
    return (0..<4).map { _ in
      let before = allocations_of_this_thread()
      step()
      return allocations_of_this_thread() - before
    }
  }

  /// The first image that an attack breaks makes it copy the clean ones; beyond that every batch costs the same.
  private func isSteady(_ counts: [Int]) -> Bool { counts.allSatisfy { $0 > 0 && abs($0 - counts[0]) <= 8 } }

  /// Attacks that are no projected gradient descent take their memory anew for each batch.
  @Test(arguments: TrainerTests.variants)
  func aStepWithAnyIngredientAllocatesNothing(_ variant: TrainerTests.Variant) throws {
    var isPGD = true
    let found = try allocations {
      variant.change(&$0)
      isPGD = $0.attack?.pgd != nil
    }
    if isPGD { #expect(found == [0, 0, 0, 0]) } else { #expect(isSteady(found), "\(found)") }
  }

  @Test func iterationsOfAnAttackAllocateNothing() throws {
    let counts = try [3, 60].map { iterations in
      try allocations {
        $0.attack = TrainingAttack(APGD(threatModel: .linf8, loss: .crossEntropy, iterations: iterations))
      }
    }
    #expect(isSteady(counts.flatMap { $0 }), "\(counts)")
  }

  @Test(arguments: SpeedTest.Work.allCases, [1, 2])
  func aStepAllocatesNothing(_ work: SpeedTest.Work, _ threads: Int) throws {
    let step = try SpeedTest(model: Self.model.get(), work: work, batch: 8, threads: threads).prepare()
    for _ in 0..<3 { step() }
    let before = allocations_of_this_thread()
    step()
    // Handing a closure to other threads boxes it: once an evaluation, and once for shards, optimiser and packing
    // each (never, when another test has the threads).
    let isTraining = work == .trainStep || work == .pgd10Step
    let handedOut = threads == 1 ? 0 : isTraining ? 3 : 1
    #expect(allocations_of_this_thread() - before <= handedOut)
    _ = [Int](repeating: 0, count: Int.random(in: 10...20))  // the counter does count
    #expect(allocations_of_this_thread() > before)
  }
}
