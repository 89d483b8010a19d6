import Figures
import Foundation
import Testing

/// Draw keys that stand in published records are hashes of these texts.
@Suite struct EncodingTests {
  private static let blackToWhite = Colormap([.black, .white], missing: .black)

  private static let marks: [(mark: Mark, json: String)] = [
    (
      Line(
        x: [1, 2], y: [0.5, nil] as [Float?], label: "a \"b\"", color: .black, width: 2, dash: .dashed, marker: .square
      ).mark,
      #"""
      {"line":{"_0":{"color":{"blue":0,"green":0,"opacity":1,"red":0},"dash":{"pattern":[4.5,1.8]},\#
      "label":"a \"b\"","marker":"square","width":2,"x":{"isSingle":false,"values":[1,2]},\#
      "y":{"isSingle":true,"values":[0.5,"nan"]}}}}
      """#
    ),
    (
      Line(x: [1.5], y: [Double.infinity]).mark,
      #"""
      {"line":{"_0":{"x":{"isSingle":false,"values":[1.5]},"y":{"isSingle":false,"values":["inf"]}}}}
      """#
    ),
    (
      Band(x: [0.0], lower: [0.1], upper: [0.2], label: "band", color: .black).mark,
      #"""
      {"band":{"_0":{"color":{"blue":0,"green":0,"opacity":1,"red":0},"label":"band",\#
      "lower":{"isSingle":false,"values":[0.1]},"opacity":0.2,"upper":{"isSingle":false,"values":[0.2]},\#
      "x":{"isSingle":false,"values":[0]}}}}
      """#
    ),
    (
      Band(x: [0.0], lower: [0.1], upper: [0.2], opacity: 0.5).mark,
      #"""
      {"band":{"_0":{"lower":{"isSingle":false,"values":[0.1]},"opacity":0.5,"upper":{"isSingle":false,\#
      "values":[0.2]},"x":{"isSingle":false,"values":[0]}}}}
      """#
    ),
    (
      Points(x: [1], y: [2.0], error: [0.5], label: "points", color: .white, marker: .cross, size: 3).mark,
      #"""
      {"points":{"_0":{"color":{"blue":1,"green":1,"opacity":1,"red":1},"label":"points",\#
      "lower":{"isSingle":false,"values":[1.5]},"marker":"cross","size":3,"upper":{"isSingle":false,\#
      "values":[2.5]},"x":{"isSingle":false,"values":[1]},"y":{"isSingle":false,"values":[2]}}}}
      """#
    ),
    (
      Points(x: [1], y: [2]).mark,
      #"""
      {"points":{"_0":{"x":{"isSingle":false,"values":[1]},"y":{"isSingle":false,"values":[2]}}}}
      """#
    ),
    (
      Bars([0.5, 0.25], error: [0.125, 0.0], label: "bars", color: .black, values: .percent(1)).mark,
      #"""
      {"bars":{"_0":{"color":{"blue":0,"green":0,"opacity":1,"red":0},"heights":{"isSingle":false,\#
      "values":[0.5,0.25]},"label":"bars","lower":{"isSingle":false,"values":[0.375,0.25]},\#
      "upper":{"isSingle":false,"values":[0.625,0.25]},"values":{"percent":{"_0":1}},\#
      "x":{"isSingle":false,"values":[0,1]}}}}
      """#
    ),
    (
      Bars([0.5], values: .automatic).mark,
      #"""
      {"bars":{"_0":{"heights":{"isSingle":false,"values":[0.5]},"values":{"automatic":{}},\#
      "x":{"isSingle":false,"values":[0]}}}}
      """#
    ),
    (
      Bars(x: [3.5], heights: [1], values: .decimals(2)).mark,
      #"""
      {"bars":{"_0":{"heights":{"isSingle":false,"values":[1]},"values":{"decimals":{"_0":2}},\#
      "x":{"isSingle":false,"values":[3.5]}}}}
      """#
    ),
    (
      Rule(y: 0.5, label: "half", color: .black).mark,
      #"""
      {"rule":{"_0":{"color":{"blue":0,"green":0,"opacity":1,"red":0},"dash":{"pattern":[4.5,1.8]},\#
      "direction":"horizontal","label":"half","value":0.5,"width":0.9}}}
      """#
    ),
    (
      Rule(x: 3, color: .white, width: 2, dash: .solid).mark,
      #"""
      {"rule":{"_0":{"color":{"blue":1,"green":1,"opacity":1,"red":1},"dash":{"pattern":[]},\#
      "direction":"vertical","value":3,"width":2}}}
      """#
    ),
    (
      Annotation("two\nlines", x: 1, y: 2, side: .left, color: .white).mark,
      #"""
      {"annotation":{"_0":{"color":{"blue":1,"green":1,"opacity":1,"red":1},"side":"left",\#
      "text":"two\nlines","x":1,"y":2}}}
      """#
    ),
    (
      HeatMap(
        x: [0, 1], y: [5], values: [0.25, nil], label: "loss", colormap: blackToWhite, scale: .log10, range: 0.5...2
      ).mark,
      #"""
      {"heatMap":{"_0":{"colormap":{"missing":{"blue":0,"green":0,"opacity":1,"red":0},"stops":[{"blue":0,\#
      "green":0,"opacity":1,"red":0},{"blue":1,"green":1,"opacity":1,"red":1}]},"label":"loss",\#
      "range":[0.5,2],"scale":"log10","values":{"isSingle":false,"values":[0.25,"nan"]},\#
      "x":{"isSingle":false,"values":[0,1]},"y":{"isSingle":false,"values":[5]}}}}
      """#
    ),
    (
      HeatMap(x: [0], y: [0], values: [1.0], colormap: blackToWhite).mark,
      #"""
      {"heatMap":{"_0":{"colormap":{"missing":{"blue":0,"green":0,"opacity":1,"red":0},"stops":[{"blue":0,\#
      "green":0,"opacity":1,"red":0},{"blue":1,"green":1,"opacity":1,"red":1}]},"scale":"linear",\#
      "values":{"isSingle":false,"values":[1]},"x":{"isSingle":false,"values":[0]},"y":{"isSingle":false,\#
      "values":[0]}}}}
      """#
    ),
  ]

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  @Test func `every mark has the encoding that published draw keys were made of`() throws {
    for (mark, json) in Self.marks { #expect(try self.json(mark) == json) }
  }

  @Test func `every mark is read back from its encoding`() throws {
    for (mark, json) in Self.marks {
      #expect(try JSONDecoder().decode(Mark.self, from: Data(json.utf8)) == mark)
    }
  }

  @Test func `a panel lists its marks in order`() throws {
    let panel = Panel(title: "a", x: .categories(["b"]), y: .log("c"), marks: Self.marks[9...11].map(\.mark))
    #expect(
      try json(panel) == #"{"marks":["# + Self.marks[9...11].map(\.json).joined(separator: ",")
        + #"],"title":"a","x":{"categories":["b"],"format":{"automatic":{}},"grid":false,"label":"","nonPositive":"error","#
        + #""scale":"linear"},"y":{"format":{"automatic":{}},"grid":true,"label":"c","nonPositive":"error","#
        + #""scale":"log10"}}"#)
  }
}
