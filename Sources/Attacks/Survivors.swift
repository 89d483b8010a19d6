// Which images of a batch an attack still works on.

internal import Basics
internal import Objectives
package import Tensors

/// The images of a batch that are still in the running, and what was found so far for all of them.
///
/// Row r of a search's memory belongs to image `positions[r]` of the batch. When images leave, `keep` says which rows
/// stay, and everything that has one row an image is handed to what it returns.
package struct Survivors {
  /// What was found, one entry an image of the batch.
  package var result: AttackResult
  /// The image of each row.
  package private(set) var positions: [Int]
  /// One class a row.
  package private(set) var labels: [Int]
  /// The clean images, one a row: `[rows, C, H, W]`.
  package private(set) var clean: Tensor
  /// What `takeBroken` returned last: its memory is used again, so that iterations allocate nothing.
  private var resisting: [Int] = []

  /// All images of a batch `[N, C, H, W]`, with one label each.
  package init(clean: Tensor, labels: [Int]) {
    precondition(clean.shape[0] == labels.count, "Survivors: \(clean.shape[0]) images, \(labels.count) labels")
    result = AttackResult(clean: clean)
    positions = Array(labels.indices)
    (self.clean, self.labels) = (clean, labels)
    resisting.reserveCapacity(labels.count)
  }

  package var isEmpty: Bool { positions.isEmpty }
  package var count: Int { positions.count }

  /// Takes each row of `x` that its logits `[rows, K]` get wrong as the adversarial image, in place of an earlier one,
  /// and returns the other rows.
  package mutating func takeBroken(_ x: Tensor, _ logits: Tensor) -> [Int] {
    resisting.removeAll(keepingCapacity: true)
    for (row, image) in positions.enumerated() {
      if logits.says(labels[row], row: row) {
        resisting.append(row)
      } else {
        if logits.hasNaN(row: row) { result.invalidLogits[image] = true }
        result.accept(image, x, row: row)
      }
    }
    return resisting
  }

  /// Remembers which rows of a gradient are zero.
  package mutating func noteZeroGradients(_ gradient: Tensor) {
    for (row, image) in positions.enumerated() where gradient.isZero(row: row) { result.zeroGradient[image] = true }
  }

  /// Drops all rows but `rows`, which are in ascending order; returns nil if that is all rows.
  package mutating func keep(_ rows: [Int]) -> RowSelection? {
    if rows.count == count { return nil }
    let selection = RowSelection(rows: rows)
    selection(&positions)
    selection(&labels)
    selection(&clean)
    return selection
  }
}

/// Rows that stay when others leave.
package struct RowSelection {
  let rows: [Int]

  /// Drops the other rows of `memory`.
  package func callAsFunction(_ memory: inout some RowMemory) { memory = memory.gathering(rows) }
}

/// Memory with one entry a row.
package protocol RowMemory {
  /// The entries of `rows`, in that order.
  func gathering(_ rows: [Int]) -> Self
}

extension Array: RowMemory {
  /// The elements at `indices`, in that order.
  package func gathering(_ indices: [Int]) -> [Element] { indices.map { self[$0] } }
}

extension Tensor: RowMemory {}
