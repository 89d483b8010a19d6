import Attacks
import Foundation
import Networks
import Objectives
import Testing
import Training
import _TestSupport

struct RecipeFileTests {
  private func text(_ change: (inout Recipe) -> Void = { _ in }) throws -> String {
    var recipe = try TrainerTests.recipe(TrainerTests.variants.last!)
    change(&recipe)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(recipe), as: UTF8.self)
  }

  private func read(_ text: String) throws -> Recipe {
    try withTemporaryFolder { folder in
      try text.write(toFile: folder + "/recipe.json", atomically: true, encoding: .utf8)
      return try Recipe(contentsOf: folder + "/recipe.json")
    }
  }

  @Test func whatIsWrittenIsRead() throws {
    try AttackRegistry.register(MomentumFGSM.named)
    for variant in TrainerTests.variants {
      let recipe = try TrainerTests.recipe(variant)
      #expect(try read(try text { $0 = recipe }) == recipe)
    }
  }

  @Test func fieldsThatAreNotUsedAreNotWritten() throws {
    let plain = try text { $0 = try! TrainerTests.recipe(epochs: 1, attack: nil) }
    for name in ["views", "consistency", "averaging", "perturbation", "selection", "spectralNormalization"] {
      #expect(!plain.contains(name), "\(name): the keys of old runs would change")
    }
  }

  @Test func whatIsWrongIsNamed() throws {
    func refusal(_ old: String, _ new: String) throws -> RecipeError {
      let good = try text()
      #expect(good.contains(old))
      return try #require(throws: RecipeError.self) { try read(good.replacingOccurrences(of: old, with: new)) }
    }
    let unknown = try refusal("\"epochs\" : 2,", "\"epochs\" : 2, \"epoch\" : 2,")
    #expect(unknown.field == "epoch" && unknown.allowed.contains("epochs"))
    #expect(try refusal("\"momentum\"", "\"momentun\"").field == "optimizer.momentum")
    #expect(try refusal("\"seed\" : 0,", "\"seed\" : 0, \"sede\" : 1,").field.hasSuffix("sede"))
    #expect(try refusal("\"batchSize\" : 40", "\"batchSize\" : \"40\"").field == "batchSize")
    #expect(try refusal("\"batchSize\" : 40", "\"batchSize\" : 41").field == "batchSize")
    #expect(try refusal("\"temperature\" : 0.5", "\"temperature\" : -1").field == "consistency.temperature")
    #expect(try refusal("\"epochs\" : 2,", "\"epochs\" : 2").field == "the file")
  }
}
