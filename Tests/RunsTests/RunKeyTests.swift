import Basics
import Foundation
import Runs
import Testing

struct Recipe: Codable, Equatable {
  var name = "h-js"
  var depth = 10
  var rate: Float = 0.1
  var decay = 5e-4
  var milestones = [100, 150]
  var note: String?
}

/// The same fields and values in another order of declaration.
private struct Reordered: Codable {
  var milestones = [100, 150]
  var decay = 5e-4
  var rate = 0.1
  var depth = 10.0
  var name = "h-js"
}

private func key(_ recipe: some Encodable, data: String = "d", version: Int = 1, kind: String = "train") throws
  -> String
{
  try RunIdentity(kind: kind, recipe: recipe, data: data, numericsVersion: version).key.hex
}

@Suite struct RunKeys {
  @Test func `the key of a fixed recipe never changes`() throws {
    // printf '{"data":"d","kind":"train","numericsVersion":1,"recipe":{"decay":0.0005,"depth":10,
    // "milestones":[100,150],"name":"h-js","rate":0.1}}' | sha256sum, in one line
    #expect(try key(Recipe()) == "b4851f8de43759a37e2524a5291902801b2a56ed5cd7ca9abccbb1d103d3abbe")
  }

  @Test func `every field, the data, the version and the kind change the key`() throws {
    var keys: Set<String> = [try key(Recipe())]
    for change: (inout Recipe) -> Void in [
      { $0.name = "h-min" }, { $0.depth = 16 }, { $0.rate = $0.rate.nextUp }, { $0.decay = $0.decay.nextDown },
      { $0.milestones = [150, 100] }, { $0.note = "" }, { $0.decay = .infinity }, { $0.decay = .nan }, { $0.decay = 0 },
      { $0.decay = -0.0 },
    ] {
      var recipe = Recipe()
      change(&recipe)
      #expect(keys.insert(try key(recipe)).inserted)
    }
    #expect(keys.insert(try key(Recipe(), data: "e")).inserted)
    #expect(keys.insert(try key(Recipe(), version: 2)).inserted)
    #expect(keys.insert(try key(Recipe(), kind: "evaluate")).inserted)
  }

  @Test func `order of fields, absent optionals and the spelling of numbers do not change the key`() throws {
    #expect(try key(Recipe()) == key(Reordered()))
  }

  @Test func `a key is 64 digits, shown as 10, and survives JSON`() throws {
    let identity = try RunIdentity(recipe: Recipe(), data: "d", numericsVersion: 1)
    #expect(identity.key.short == String(identity.key.hex.prefix(10)))
    #expect(RunKey(hex: identity.key.hex) == identity.key)
    #expect(RunKey(hex: "xyz") == nil)
    #expect(RunKey(hex: identity.key.hex.uppercased()) == nil)
    #expect(try JSONDecoder().decode(RunKey.self, from: JSONEncoder().encode(identity.key)) == identity.key)
    #expect(try identity.recipe(as: Recipe.self) == Recipe())
    #expect(throws: RunError.recipe(run: identity.key, reason: "the field beta is missing")) {
      struct Other: Decodable { let beta: Double }
      _ = try identity.recipe(as: Other.self)
    }
  }
}
