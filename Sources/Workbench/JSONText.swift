// Values as JSON for people and other programs.

internal import Foundation
internal import Objectives

/// `value` as JSON, one member a line, in the order of their names; divergences with the names that cells gave them.
package func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.userInfo[Divergence.encodesNames] = true
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}
