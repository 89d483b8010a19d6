// What `numericsVersion` promises: the same recipe gives the same bits, at each kernel level. If this test fails after a
// change that was meant to change bits, raise `numericsVersion` and put the new hashes here.

import Basics
import CKernels
import Datasets
import Tensors
import Testing
import Training

struct GoldenBitsTests {
  /// FNV-1a over the bits of a network's numbers after two epochs of two steps, on one thread.
  private func hash(_ variant: TrainerTests.Variant) throws -> UInt64 {
    let recipe = try TrainerTests.recipe(variant)
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    let trainer = try Trainer(recipe, data: data, threads: 1)
    try trainer.run(probe: 0)
    var hash = FNV1a()
    let model = trainer.result
    for value in model.parameters.values + model.statistics.values + model.power.values {
      hash.add(UInt64(value.bitPattern))
    }
    return hash.value
  }

  /// Of an attack in training mode, and of every ingredient together.
  static let golden: [String: [UInt64]] = [
    "avx512": [0xc06b_ada6_f5c3_33e7, 0x3a22_5300_e781_5c64],
    "avx2": [0xc06b_ada6_f5c3_33e7, 0x3a22_5300_e781_5c64],
    "portable": [0x817e_8dc1_fab5_eb5f, 0x2253_0c56_5b7c_53af],
  ]

  /// The levels that this processor has; the portable one is everywhere.
  static let levels = ["avx512", "avx2", "portable"].filter { level in
    defer { _ = ck_level_use(nil) }
    return ck_level_use(level) != 0
  }

  @Test func thePortableLevelIsAmongThoseTested() { #expect(Self.levels.contains("portable")) }

  @Test(arguments: levels)
  func aTinyTrainingHasTheBitsOfThisNumericsVersion(_ level: String) throws {
    // For this thread only.
    try #require(ck_level_use(level) != 0)
    defer { _ = ck_level_use(nil) }
    let variants = [TrainerTests.variants[0], TrainerTests.variants.last!]
    let found = try variants.map(hash)
    #expect(found == Self.golden[level], "\(level): \(found.map { "0x" + String($0, radix: 16) })")
    #expect(numericsVersion == 1)
  }
}
