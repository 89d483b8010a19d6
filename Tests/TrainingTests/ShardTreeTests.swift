import Ranks
import Tensors
import Testing
import Training
import _TestSupport

struct ShardTreeTests {
  /// The tree written out, for numbers of a shard each.
  private func sum(_ tree: ShardTree, _ numbers: [String]) -> String {
    var numbers = numbers
    for step in tree.additions { numbers[step.into] = "(\(numbers[step.into])+\(numbers[step.from]))" }
    return numbers[0]
  }

  @Test func neighboursAreAddedFirst() {
    let written = [
      1: "0", 2: "(0+1)", 3: "((0+1)+2)", 4: "((0+1)+(2+3))", 6: "(((0+1)+(2+3))+(4+5))",
      7: "(((0+1)+(2+3))+((4+5)+6))",
    ]
    for (count, text) in written { #expect(sum(ShardTree(count), (0..<count).map(String.init)) == text) }
  }

  /// Two shards have the bits that they had when shards were added from the left, and so do three: no record of before
  /// has more.
  @Test func upToThreeShardsAreAddedFromTheLeft() {
    for count in 1...3 { #expect(ShardTree(count).additions.map(\.from) == Array(1..<count)) }
  }

  @Test func whoeverHoldsNeighboursAddsThemFirst() {
    let tree = ShardTree(6)
    // Two ranks of three shards: none of them holds both pairs of its half.
    #expect(tree.roots(of: 0..<3) == [0, 2] && tree.roots(of: 3..<6) == [3, 4])
    #expect(tree.additions(across: [0..<3, 3..<6]).map { "\($0.into)+\($0.from)" } == ["2+3", "0+2", "0+4"])
    #expect(tree.roots(of: 0..<6) == [0] && tree.additions(across: [0..<6]).isEmpty)
    // Where blocks are of a power of two, one sum a rank travels.
    #expect((0..<4).map { ShardTree(16).roots(of: $0 * 4..<$0 * 4 + 4) } == [[0], [4], [8], [12]])
  }

  @Test func everyBlockAndTheRestAreTheWholeTree() {
    let checked = withEvery("shards", in: 1...24) { shards in
      for ranks in 1...shards where shards % ranks == 0 {
        let tree = ShardTree(shards)
        let blocks = (0..<ranks).map { shards * $0 / ranks..<shards * ($0 + 1) / ranks }
        var numbers = (0..<shards).map(String.init)
        for step in blocks.flatMap({ tree.additions(within: $0) }) + tree.additions(across: blocks) {
          numbers[step.into] = "(\(numbers[step.into])+\(numbers[step.from]))"
        }
        #expect(numbers[0] == sum(tree, (0..<shards).map(String.init)), Every.place)
      }
    }
    #expect(checked == 24)
  }
}
