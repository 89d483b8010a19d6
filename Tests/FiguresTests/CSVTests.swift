import Basics
import Figures
import Testing
import _TestSupport

@Suite struct CSVTests {
  @Test func `quotes, doubled quotes, commas and line ends inside fields are read`() throws {
    let table = try #require(CSVTable("a,\"b, c\"\r\n\"say \"\"x\"\"\",\"two\nlines\"\n,\n"))
    #expect(table.header == ["a", "b, c"])
    #expect(table.rows == [["say \"x\"", "two\nlines"], ["", ""]])
    #expect(CSVTable("") == nil)
    #expect(CSVTable("a,\"b\n") == nil)
    #expect(CSVTable("a,b")?.rows == [])
  }

  @Test func `any table of two by two awkward cells comes back`() {
    let cells = ["", "a", ",", "\"", "\n", "a\"\r\nb"]
    withEvery("cells", in: 0..<1296) { number in
      let chosen = [number % 6, number / 6 % 6, number / 36 % 6, number / 216].map { cells[$0] }
      let rows = [Array(chosen[..<2]), Array(chosen[2...])]
      let table = CSVTable(rows.map(CSVText.row).joined())
      #expect(table == CSVTable(header: rows[0], rows: [rows[1]]), Every.place)
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
    let rows = try #require(CSVTable(figure.csv())).rows
    let back = rows.filter { $0[1] == "d" }.compactMap { Double($0[4]) }
    #expect(back.map(\.bitPattern) == doubles.map(\.bitPattern))
    let single = rows.filter { $0[1] == "f" }.compactMap { Float($0[4]) }
    #expect(single.map(\.bitPattern) == floats.map(\.bitPattern))
    #expect(rows.filter { $0[1] == "f" }.first?[4] == "0.1")
  }

  @Test func `a cell is found by the first cells of its row and its column`() throws {
    let table = CSVTable(header: ["a", "b", "c"], rows: [["x", "1", "p"], ["x", "2", "q"], ["y"]])
    #expect(try table.cell(row: ["x"], column: "c") == "p")
    #expect(try table.cell(row: ["x", "2"], column: "c") == "q")
    #expect(try table.cell(row: ["y"], column: "c") == "")
    #expect(throws: CSVTable.Missing.column(known: ["a", "b", "c"])) { try table.cell(row: ["x"], column: "d") }
    #expect(throws: CSVTable.Missing.row(known: ["x, 1", "x, 2", "y"])) {
      try table.cell(row: ["x", "3"], column: "c")
    }
  }

  @Test func `a figure's numbers are read back mark by mark`() throws {
    let figure = Figure(columns: 2) {
      Panel("left", x: .linear(), y: .linear()) {
        Line(x: [1.0, 2.0], y: [0.1, .nan], label: "a, b")
        Line(x: [3.0], y: [4.0])
      }
      Panel("right", x: .categories(["FGSM", "PGD"]), y: .linear()) {
        Band(x: [0.0, 1.0], lower: [1.0, 2.0], upper: [3.0, 4.0], label: "a, b")
        Bars([0.5, 0.25], label: "bars")
        Rule(y: 3)
      }
    }
    let numbers = try FigureNumbers(csv: figure.csv())
    #expect(numbers.series.map(\.kind) == ["line", "line", "band", "bars", "rule"])
    #expect(numbers.series.map(\.panel) == [1, 1, 2, 2, 2])
    let line = try #require(numbers.line("a, b"))
    #expect(line.x == [1, 2] && line.y[0] == 0.1 && line.y[1].isNaN && line.lower.allSatisfy(\.isNaN))
    #expect(numbers.line("series 2")?.y == [4])
    let band = try #require(numbers.band("a, b", panel: 2))
    #expect(band.lower == [1, 2] && band.upper == [3, 4])
    #expect(numbers.series[3].x.allSatisfy(\.isNaN) && numbers.series[3].y == [0.5, 0.25])
    #expect(numbers.line("a, b", panel: 2) == nil && numbers.band("a, b") == nil)
  }

  @Test(arguments: [
    ("x,y\n1,2\n", "line 1: the columns are not panel, series"),
    ("1,a,line,0,1,,,\n1,a,line,0\n", "line 3: 4 fields instead of 8"),
    ("0,a,line,0,1,,,\n", "line 2: \"0\" is not the number of a panel"),
    ("1,a,line,0,one,,,\n", "line 2: \"one\" is not a number"),
  ])
  func `numbers of another form are an error that names the line`(text: String, message: String) {
    let header = text.hasPrefix("x") ? "" : "panel,series,kind,x,y,lower,upper,value\n"
    let error = #expect(throws: FigureError.self) { try FigureNumbers(csv: header + text) }
    #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
  }
}
