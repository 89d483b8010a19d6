// Recipes as JSON files that people edit.

internal import Basics
internal import FileSystem
internal import Objectives
internal import Tensors

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension Recipe {
  /// The recipe in the JSON file at `path`, such as `workbench recipes explain NAME --json` prints.
  ///
  /// Throws `FileError` if it cannot be read and `RecipeError` naming the field that is unknown, missing or of another
  /// kind, or whose value cannot be trained.
  public init(contentsOf path: String) throws {
    let bytes = try Files.read(path)
    func refuse(_ field: String, _ value: String, _ allowed: String) -> RecipeError {
      RecipeError(recipe: path, field: field, value: value, allowed: allowed)
    }
    let given: JSON
    do throws(JSON.Failure) {
      given = try JSON(parsing: bytes)
    } catch {
      throw refuse("the file", "not JSON (\(error))", "an object as `workbench recipes explain NAME --json` prints")
    }
    do {
      self = try RecipeDecoder(given).decode(Recipe.self)
    } catch let mismatch as FieldError {
      throw RecipeError(recipe: path, mismatch)
    }
    // What was understood, written again, has every name that was given.
    let encoder = JSONEncoder()
    encoder.userInfo[Divergence.encodesNames] = true
    let understood = try JSON(parsing: Array(encoder.encode(self)))
    if let (field, known) = Self.unknown(in: given, known: understood, path: "") {
      throw refuse(field, "not a field", known.joined(separator: ", "))
    }
    try validateWithData()
  }

  /// The path of the first name of `given` that `known` lacks, and the names that it has in that place.
  private static func unknown(in given: JSON, known: JSON, path: String) -> (field: String, known: [String])? {
    switch (given, known) {
    case (.object(let members), .object(let others)):
      for member in members {
        let place = path.isEmpty ? member.name : path + "." + member.name
        guard let other = known[member.name] else {
          if member.value == .null { continue }
          return (place, others.map(\.name).sorted())
        }
        if let found = unknown(in: member.value, known: other, path: place) { return found }
      }
    case (.array(let values), .array(let others)):
      for (i, (value, other)) in zip(values, others).enumerated() {
        if let found = unknown(in: value, known: other, path: "\(path)[\(i)]") { return found }
      }
    default: break
    }
    return nil
  }
}
