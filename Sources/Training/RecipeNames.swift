// Names that people give: no part of what a recipe is, so keys leave them out and the record of a run keeps them.

public import Runs

extension Recipe {
  private static let divergenceField = "consistency.divergence"
  private static let objectiveField = "objective"

  /// Names of parts that are encoded without one, by their field; nil if there are none.
  var partNames: [String: String]? {
    var names: [String: String] = [:]
    if let divergence = consistency?.divergence, !divergence.isBuiltIn { names[Self.divergenceField] = divergence.name }
    names[Self.objectiveField] = objective?.name
    return names.isEmpty ? nil : names
  }

  fileprivate mutating func take(partNames: [String: String]) {
    if let name = partNames[Self.divergenceField], let divergence = consistency?.divergence {
      consistency?.divergence = divergence.renamed(name)
    }
    if let name = partNames[Self.objectiveField] { objective?.name = name }
  }
}

extension StoredRun {
  /// The recipe with the names that it was first trained under. Throws `RunError.recipe` if it is of another form.
  public func namedRecipe() throws -> Recipe {
    var recipe = try recipe(as: Recipe.self)
    recipe.name = name
    recipe.take(partNames: record.partNames ?? [:])
    return recipe
  }
}
