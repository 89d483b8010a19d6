internal import Channel
import Foundation
import Testing
import Workbench

struct ScaleTests {
  @Test func `a scale of one's own has its numbers, and those of the scale that it is like`() throws {
    let scale = try Workbench.Scale(name: "overnight", like: .cifar, values: [.epochs: 60, .depth: 16])
    #expect(scale.pick(draft: 1, demo: 2, cifar: 3, paper: 4) == 3)
    #expect(scale[.epochs] == 60 && scale[.heldOut] == nil)
    let (own, like) = (
      try Recipe.standard(scale, name: "r", attack: nil), try Recipe.standard(.cifar, name: "r", attack: nil)
    )
    #expect(own.epochs == 60 && own.schedule == .multiStep(milestones: [37, 52]))
    #expect(own.model.name == "wrn-16-1" && own.data == like.data && own.batchSize == like.batchSize)
    // A row of 120 of 200 epochs.
    #expect(try PaperRecipe(named: "h-js")!.recipe(scale).epochs == 36)
  }

  @Test func `the workbench's own scales are written as their names, others with all that they are`() throws {
    for scale in Workbench.Scale.standard {
      #expect(try JSONEncoder().encode([scale]) == Data("[\"\(scale.name)\"]".utf8))
      #expect(scale.identity == scale.name && "\(scale)" == scale.name)
    }
    let own = try Workbench.Scale(name: "a-2", like: .paper, values: [.batchSize: 8], explanation: "small steps")
    #expect(try JSONDecoder().decode(Workbench.Scale.self, from: JSONEncoder().encode(own)) == own)
    #expect(own.identity == "a-2 like paper batchSize=8")
  }

  @Test func `what cannot be a scale is refused with what there is`() throws {
    #expect(throws: Workbench.ScaleError.unknown("huge", known: ["draft", "demo", "cifar", "paper"])) {
      try Workbench.Scale.named("huge")
    }
    #expect(throws: Workbench.ScaleError.taken("demo")) { try Workbench.Scale(name: "demo", like: .draft) }
    for name in ["", "../x", "A", "2x", "a b", "ä"] {
      #expect(throws: Workbench.ScaleError.badName(name)) { try Workbench.Scale(name: name, like: .draft) }
    }
    #expect(throws: Workbench.ScaleError.badValue(scale: "x", .epochs, 0)) {
      try Workbench.Scale(name: "x", like: .draft, values: [.epochs: 0])
    }
    #expect(throws: (any Error).self) { try JSONDecoder().decode([Workbench.Scale].self, from: Data("[\"x\"]".utf8)) }
  }
}
