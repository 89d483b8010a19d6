import Figures
import Testing

@Suite struct CSVTests {
  /// Fields of CSV whose texts hold no line ends.
  private func parse(_ csv: String) -> [[String]] {
    csv.split(separator: "\n").map { line in
      var fields = [""]
      var isQuoted = false
      for c in line {
        if c == "\"" {
          isQuoted.toggle()
        } else if c == ",", !isQuoted {
          fields.append("")
        } else {
          fields[fields.count - 1].append(c)
        }
      }
      return fields
    }
  }

  @Test func longFormHasARowForEveryPoint() {
    let figure = Figure(x: .linear("x"), y: .linear("y")) {
      Line(x: [1, 2], y: [Float(0.1), nil], label: "a, b")
      Points(x: [0.5], y: [1.0], lower: [0.5], upper: [2.5])
      Rule(y: 3)
      HeatMap(x: 0..<2, y: [5], values: [0.25, nil], label: "loss")
    }
    #expect(
      figure.csv() == """
        panel,series,kind,x,y,lower,upper,value
        1,"a, b",line,1.0,0.1,,,
        1,"a, b",line,2.0,nan,,,
        1,series 2,points,0.5,1.0,0.5,2.5,
        1,series 3,rule,,3.0,,,
        1,loss,heat map,0.0,5.0,,,0.25
        1,loss,heat map,1.0,5.0,,,nan

        """)
  }

  @Test func wideFormHasAColumnForEverySeries() {
    let figure = Figure(x: .categories(["FGSM", "PGD"]), y: .linear()) {
      Bars([0.5, 0.25], label: "a")
      Bars([0.125, nil], label: "b")
    }
    #expect(figure.csv(.wide) == "x,a,b\nFGSM,0.5,0.125\nPGD,0.25,nan\n")
  }

  @Test func numbersComeBackExactly() throws {
    // Awkward numbers of both precisions: not short, tiny, huge, negative zero.
    let doubles: [Double] = [0.1, 1.0 / 3, .leastNonzeroMagnitude, 1.7976931348623157e308, -0.0, 123456789.123456789]
    let floats: [Float] = [0.1, 1.0 / 3, .leastNonzeroMagnitude, 3.4028235e38, -0.0, 16_777_215]
    let figure = Figure(x: .linear(), y: .linear()) {
      Line(x: doubles, y: doubles, label: "d")
      Line(x: floats, y: floats, label: "f")
    }
    let rows = parse(figure.csv()).dropFirst()
    let back = rows.filter { $0[1] == "d" }.compactMap { Double($0[4]) }
    #expect(back.map(\.bitPattern) == doubles.map(\.bitPattern))
    let single = rows.filter { $0[1] == "f" }.compactMap { Float($0[4]) }
    #expect(single.map(\.bitPattern) == floats.map(\.bitPattern))
    #expect(rows.filter { $0[1] == "f" }.first?[4] == "0.1")
  }
}
