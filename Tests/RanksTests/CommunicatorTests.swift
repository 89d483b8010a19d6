import Ranks
import Testing
import _TestSupport

struct CommunicatorTests {
  private struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  @Test(arguments: [1, 2, 3, 5])
  func whatIsSentArrivesInTheOrderOfRanks(_ size: Int) throws {
    let told = try ThreadRank.run(size) { ranks -> Bool in
      let all = [UInt8](0..<UInt8(size))
      // Lengths of their own, none at rank 0.
      let lists = ranks.gather([UInt8](repeating: UInt8(ranks.rank), count: ranks.rank))
      #expect(lists == all.map { [UInt8](repeating: $0, count: Int($0)) })
      #expect(ranks.gather([]) == all.map { _ in [] })
      #expect(ranks.broadcast([7, UInt8(ranks.rank)]) == [7, 0])
      #expect(ranks.broadcast([]) == [])
      let pieces = all.map { UInt8(ranks.rank) * 16 + $0 }
      var into = [UInt8](repeating: 255, count: size)
      pieces.withUnsafeBytes { from in into.withUnsafeMutableBytes { ranks.exchange(from, into: $0) } }
      #expect(into == all.map { $0 * 16 + UInt8(ranks.rank) })
      #expect(ranks.any(ranks.rank == size - 1) && !ranks.any(false))
      return ranks.isFirst
    }
    #expect(told == (0..<size).map { $0 == 0 })
  }

  @Test func partsAreContiguousAndAsEqualAsCanBe() throws {
    let checked = withEvery("size", in: 1...7) { size in
      for count in 0...20 {
        let parts = try ThreadRank.run(size) { ranks in ranks.part(of: count) }
        #expect(parts.flatMap { Array($0) } == Array(0..<count), Every.place)
        #expect(parts.map(\.count).max()! - parts.map(\.count).min()! <= 1, Every.place)
      }
    }
    #expect(checked == 7)
  }

  @Test func aFailureOfOneRankIsThrownByAll() {
    let outcomes = ThreadRank.outcomes(4) { ranks in
      try ranks.together {
        if ranks.rank >= 2 { throw Failure(description: "no room on machine \(ranks.rank)") }
        return ranks.rank
      }
    }
    let messages = outcomes.map { outcome in if case .failure(let error) = outcome { "\(error)" } else { "none" } }
    let told = "rank 2: no room on machine 2"
    #expect(messages == [told, told, "no room on machine 2", "no room on machine 3"])
  }

  @Test func whatRankZeroAloneDoesEndsAllIfItFails() throws {
    #expect(try ThreadRank.run(3) { ranks in try ranks.first { ranks.rank + 5 } } == [5, nil, nil])
    let outcomes = ThreadRank.outcomes(2) { ranks in try ranks.first { throw Failure(description: "locked") } }
    let messages = outcomes.map { outcome in if case .failure(let error) = outcome { "\(error)" } else { "none" } }
    #expect(messages == ["locked", "rank 0: locked"])
  }

  @Test func ranksThatDifferAreToldWithBothValues() {
    let outcomes = ThreadRank.outcomes(3) { ranks in
      try ranks.requireSame([("recipe", "a"), ("kernel level", ranks.rank == 1 ? "avx2" : "avx512")])
    }
    for outcome in outcomes {
      guard case .failure(let error) = outcome else {
        Issue.record("a rank went on")
        continue
      }
      #expect(
        "\(error)"
          == "the ranks differ in kernel level: avx512 on rank 0, avx2 on rank 1; set WORKBENCH_KERNELS to a level "
          + "that all their processors have")
    }
  }
}
