internal import Foundation
internal import Synchronization
internal import Tensors
internal import Testing
internal import _TestSupport

/// Shapes, indices, rows and threads, gone through as a whole where they are small.
struct SmallSpacesTests {
  /// Every list of at most `rank` indices below 0…3 extents: the shapes of up to 81 elements.
  private static let shapes = words(of: [0, 1, 2, 3], upTo: 4)

  /// Every index into a shape, the last dimension fastest.
  private static func indices(_ extents: [Int]) -> [[Int]] {
    extents.reduce([[]]) { before, extent in before.flatMap { index in (0..<extent).map { index + [$0] } } }
  }

  @Test func `every index of every small shape has an element of its own, in row-major order`() {
    let count = withEvery("shape", in: Self.shapes) { extents in
      let shape = Shape(extents)
      let indices = Self.indices(extents)
      try hold(shape.count == indices.count && shape.rank == extents.count, "\(shape.count) elements")
      try hold(try JSONDecoder().decode(Shape.self, from: JSONEncoder().encode(shape)) == shape, "JSON")
      let tensor = Tensor((0..<shape.count).map(Float.init), shape: shape)
      for (place, index) in indices.enumerated() where index.count == 3 {
        try hold(tensor[index[0], index[1], index[2]] == Float(place), "element \(index)")
      }
      for (place, index) in indices.enumerated() where index.count == 2 {
        try hold(tensor[index[0], index[1]] == Float(place), "element \(index)")
      }
    }
    #expect(count == 1 + 4 + 16 + 64 + 256)
  }

  @Test func `every range of rows is the gathering of its indices, and has their elements`() {
    withEvery("shape", in: Self.shapes.filter { !$0.isEmpty }) { extents in
      let tensor = Tensor((0..<Shape(extents).count).map(Float.init), shape: Shape(extents))
      let width = extents.dropFirst().reduce(1, *)
      for low in 0...extents[0] {
        for high in low...extents[0] {
          let rows = tensor[rows: low..<high]
          try hold(rows == tensor.gathering(Array(low..<high)), "rows \(low)..<\(high)")
          try hold(rows.elements == (low * width..<high * width).map(Float.init), "rows \(low)..<\(high)")
        }
      }
    }
  }

  @Test func `the largest logit of every short row is found, the first of equals, and no NaN while there is a number`()
  {
    let count = withEvery("row", in: words(of: [-1, 0, 1, .nan] as [Float], upTo: 4).filter { !$0.isEmpty }) { row in
      let found = Tensor(row, shape: [1, row.count]).argmax(row: 0)
      guard let largest = row.filter({ !$0.isNaN }).max() else { return }
      try hold(found == row.firstIndex(of: largest), "found \(found)")
    }
    #expect(count == 4 + 16 + 64 + 256)
  }

  @Test func `every small permutation has each index once`() {
    withEvery("count", in: 0...9) { count in
      for seed in 0..<200 as Range<UInt64> {
        let order = RandomKey(seed: seed).permutation(count)
        try hold(order.sorted() == Array(0..<count), "seed \(seed): \(order)")
      }
    }
  }

  private struct Failed: Error, Equatable { let task: Int }

  @Test func `whichever of up to five tasks fail, on up to three threads, the lowest is told of`() {
    let count = withEvery("failing tasks, as bits", in: 0..<(1 << 5)) { bits in
      for threads in 1...3 {
        let ran = Mutex(Set<Int>())
        var told: Int?
        do throws(Failed) {
          try parallelFor(5, threads: threads) { task, _ throws(Failed) in
            ran.withLock { _ = $0.insert(task) }
            if bits >> task & 1 == 1 { throw Failed(task: task) }
          }
        } catch { told = error.task }
        let lowest = bits == 0 ? nil : bits.trailingZeroBitCount
        try hold(told == lowest, "\(threads) threads told of \(told.map(String.init) ?? "none")")
        let needed = Set(0...(lowest ?? 4))
        try hold(ran.withLock { $0 }.isSuperset(of: needed), "\(threads) threads left out a task before it")
      }
    }
    #expect(count == 32)
  }
}
