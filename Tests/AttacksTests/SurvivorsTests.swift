import Attacks
import Tensors
import Testing

struct SurvivorsTests {
  /// All ways in which up to five images can leave in two steps.
  @Test func `rows follow their images whoever leaves`() {
    for count in 0...5 {
      let clean = Tensor((0..<count).map(Float.init), shape: [count, 1, 1, 1])
      for first in 0..<1 << count {
        for second in 0..<1 << count {
          var survivors = Survivors(clean: clean, labels: (0..<count).map { 10 + $0 })
          var (memory, pixels) = ((0..<count).map { "\($0)" }, clean)
          for leaving in [first, second] {
            let rows = survivors.positions.indices.filter { leaving >> survivors.positions[$0] & 1 == 0 }
            let selection = survivors.keep(rows)
            #expect((selection == nil) == (rows.count == memory.count))
            selection?(&memory)
            selection?(&pixels)
          }
          let left = (0..<count).filter { (first | second) >> $0 & 1 == 0 }
          #expect(survivors.positions == left && survivors.labels == left.map { 10 + $0 })
          #expect(memory == left.map { "\($0)" } && pixels.elements == left.map(Float.init))
          #expect(survivors.clean == pixels && survivors.isEmpty == left.isEmpty && survivors.count == left.count)
        }
      }
    }
  }

  @Test func `the last wrong iterate of an image counts, and a NaN is wrong`() {
    let clean = Tensor([0, 0, 0, 0], shape: [4, 1, 1, 1])
    var survivors = Survivors(clean: clean, labels: [0, 1, 0, 1])
    let x = Tensor([1, 2, 3, 4], shape: [4, 1, 1, 1])
    let nan = Float.nan
    #expect(survivors.takeBroken(x, Tensor([1, 0, 1, 0, nan, 0, 0, 1], shape: [4, 2])) == [0, 3])
    #expect(survivors.result.broken == [false, true, true, false])
    #expect(survivors.result.invalidLogits == [false, false, true, false])
    _ = survivors.keep([1, 3])
    let later = Tensor([5, 6], shape: [2, 1, 1, 1])
    #expect(survivors.takeBroken(later, Tensor([1, 0, 1, 0], shape: [2, 2])) == [])
    #expect(survivors.result.images.elements == [0, 5, 3, 6])
    survivors.noteZeroGradients(Tensor([0, 2], shape: [2, 1, 1, 1]))
    #expect(survivors.result.zeroGradient == [false, true, false, false])
  }
}
