import Foundation
import Tensors
import Testing
import _TestSupport

@Suite struct ShapesAndTensors {
  @Test func `a shape counts its elements and survives JSON`() throws {
    #expect(Shape([2, 3, 4]).count == 24)
    #expect(Shape([]).count == 1)
    #expect(Shape([5, 0]).count == 0)
    #expect(Shape([2, 3]).description == "[2, 3]")
    #expect(try JSONDecoder().decode(Shape.self, from: JSONEncoder().encode([1, 2] as Shape)) == [1, 2])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Shape.self, from: Data("[1,-2]".utf8)) }
  }

  @Test func `elements are row-major`() {
    var t = Tensor([0, 1, 2, 3, 4, 5], shape: [2, 3])
    #expect(t[1, 0] == 3)
    t[0, 2] = 9
    #expect(t.elements == [0, 1, 9, 3, 4, 5])
    #expect(t.stride0 == 3)
    #expect(t.reshaped([3, 2])[2, 1] == 5)
    #expect(Tensor([7], shape: []).stride0 == 1)
  }

  @Test func `rows and gathering copy entries along the first dimension`() {
    let t = Tensor((0..<12).map(Float.init), shape: [3, 2, 2])
    #expect(t[rows: 1..<3] == Tensor((4..<12).map(Float.init), shape: [2, 2, 2]))
    #expect(t[rows: 3..<3] == Tensor([], shape: [0, 2, 2]))
    #expect(t.gathering([2, 0, 2]) == Tensor([8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11], shape: [3, 2, 2]))
    #expect(t.gathering([]) == Tensor([], shape: [0, 2, 2]))
  }

  @Test func `argmax takes the first of equals and never a NaN`() {
    let nan = Float.nan
    let t = Tensor(
      [1, 3, 3, nan, 1, 0, 2, nan, 2, nan, nan, -.infinity, 5, nan, 6], shape: [5, 3])
    #expect(t.argmaxRows() == [1, 1, 0, 2, 2])
    #expect(Tensor([4, 5], shape: [2, 1]).argmaxRows() == [0, 0])
    #expect(Tensor([], shape: [0, 3]).argmaxRows() == [])
  }
}

@Suite struct Tolerances {
  @Test func `central differences find the gradient of a cubic`() {
    // f = x³ + 2xy, ∂f = (3x² + 2y, 2x); the central difference of x³ is off by h².
    let gradient = numericalGradient(of: { $0[0] * $0[0] * $0[0] + 2 * $0[0] * $0[1] }, at: [1.5, -2], step: 1e-4)
    expectClose(gradient, [2.75, 3.0], atol: 1e-7)
  }

  @Test func `the worst element is reported`() {
    withKnownIssue {
      expectClose([1, 2, 4] as [Float], [1, 2.1, 3] as [Double], rtol: 1e-3)
    } matching: { issue in
      issue.comments.contains { $0.rawValue.contains("element 2 is 4.0, expected 3.0") }
    }
    withKnownIssue { expectClose([Float.nan], [1.0], atol: 10) }
    expectClose([Float.nan, .infinity], [Double.nan, .infinity])
  }
}
