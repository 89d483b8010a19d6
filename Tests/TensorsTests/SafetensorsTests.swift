import FileSystem
import Foundation
import Tensors
import Testing
import _TestSupport

/// A file of `header` and `data` bytes, with a true header length.
private func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
  withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8) + data
}

private func problem(_ bytes: [UInt8]) -> (tensor: String?, problem: SafetensorsError.Problem?) {
  do throws(SafetensorsError) {
    _ = try SafetensorsFile(bytes: bytes, name: "x.safetensors")
    return (nil, nil)
  } catch {
    #expect(error.description.hasPrefix("x.safetensors"))
    return (error.tensor, error.problem)
  }
}

@Suite struct SafetensorsReading {
  @Test func `every dtype is read, halves exactly`() throws {
    let header = """
      {"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[],"data_offsets":[8,16]},\
      "c":{"dtype":"F32","shape":[1],"data_offsets":[16,20]},"d":{"dtype":"I32","shape":[1],"data_offsets":[20,24]},\
      "e":{"dtype":"F16","shape":[7],"data_offsets":[24,38]},"f":{"dtype":"BF16","shape":[2],"data_offsets":[38,42]},\
      "g":{"dtype":"U8","shape":[2],"data_offsets":[42,44]},"h":{"dtype":"BOOL","shape":[2],"data_offsets":[44,46]},\
      "none":{"dtype":"F32","shape":[0,3],"data_offsets":[46,46]},"__metadata__":{"π":"a\\n\\u00e9\\ud83d\\ude00"}}
      """
    var data: [UInt8] = []
    func add(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { data += Array($0) } }
    add((0.1).bitPattern)
    add(Int64(-9_007_199_254_740_993))
    add(Float(1.5).bitPattern)
    add(Int32(-7))
    // 1, −2, the largest, the least normal, the least subnormal, −0, ∞
    for half: UInt16 in [0x3C00, 0xC000, 0x7BFF, 0x0400, 0x0001, 0x8000, 0x7C00] { add(half) }
    for half: UInt16 in [0x3FC0, 0xFF80] { add(half) }
    data += [0, 255, 0, 1]
    let read = try SafetensorsFile(bytes: file(header, data: data), name: "x")
    #expect(read.names == ["a", "b", "c", "d", "e", "f", "g", "h", "none"])
    #expect(try read.float64s("a") == [0.1])
    #expect(try read.tensor("a").elements == [0.1])
    #expect(try read.int64s("b") == [-9_007_199_254_740_993])
    #expect(try read.shape(of: "b") == [])
    #expect(try read.tensor("c").elements == [1.5])
    #expect(try read.float64s("c") == [1.5])
    #expect(try read.int64s("d") == [-7])
    #expect(try read.tensor("e").elements == [1, -2, 65504, 0x1p-14, 0x1p-24, 0, .infinity])
    #expect(try read.tensor("e").elements[5].sign == .minus)
    #expect(try read.tensor("f").elements == [1.5, -.infinity])
    #expect(try read.bytes("g") == [0, 255])
    #expect(try read.tensor("h").elements == [0, 1])
    #expect(try read.tensor("none").shape == [0, 3])
    #expect(read.metadata == ["π": "a\né😀"])
  }

  @Test func `a name that is not there, another dtype and another shape are typed errors`() throws {
    let read = try SafetensorsFile(
      bytes: file(#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: [0, 0, 0, 0]), name: "x")
    #expect(throws: SafetensorsError(file: "x", tensor: "v", .missing(present: ["w"]))) { try read.tensor("v") }
    #expect(throws: SafetensorsError(file: "x", tensor: "w", .dtype(found: .f32, needed: "U8 or BOOL"))) {
      try read.bytes("w")
    }
    #expect(throws: SafetensorsError(file: "x", tensor: "w", .shape(found: [1], needed: [2]))) {
      try read.tensor("w", shape: [2])
    }
  }

  @Test func `a header that does not fit in the file or the limit is refused`() {
    #expect(problem([1, 2, 3]).problem == .truncatedHeader(bytes: 3, needed: 8))
    #expect(problem([9, 0, 0, 0, 0, 0, 0, 0, 0x7B]).problem == .truncatedHeader(bytes: 9, needed: 17))
    #expect(
      problem([UInt8](repeating: 255, count: 8)).problem == .headerTooLong(bytes: .max, limit: 100_000_000))
    #expect(problem(file("")).problem == .header("it does not begin with {", offset: 8))
    #expect(problem(file(" {}")).problem == .header("it does not begin with {", offset: 8))
    #expect(problem(file("{}  ")).problem == nil)
  }

  @Test(arguments: [
    "{", "{}}", "{\"a\"}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":NaN}", "{\"a\":\"\\q\"}", "{\"a\":\"\\ud800\"}",
    "{\"a\":\"\n\"}", "{\"a\":+1}", "{a:1}", "{\"a\":\"",
  ])
  func `a header that is not JSON is refused with its offset`(header: String) {
    guard case .header = problem(file(header)).problem else {
      Issue.record("\(header) was not refused as JSON")
      return
    }
  }

  @Test func `deep nesting is refused before the stack ends`() {
    guard case .header(let message, _) = problem(file(String(repeating: "{\"a\":", count: 100_000))).problem else {
      Issue.record("100,000 levels were not refused")
      return
    }
    #expect(message.contains("128 levels"))
  }

  @Test func `a name that appears twice is refused`() {
    let one = #"{"dtype":"U8","shape":[1],"data_offsets":[0,1]}"#
    let found = problem(file(#"{"a":\#(one),"\u0061":\#(one)}"#, data: [0]))
    #expect(found.tensor == "a")
    #expect(found.problem == .duplicateName)
    guard case .header = problem(file(#"{"__metadata__":{"k":"1","k":"2"}}"#)).problem else {
      Issue.record("duplicate metadata")
      return
    }
  }

  @Test func `dtype, shape and offsets are checked`() {
    func one(_ dtype: String, _ shape: String, _ offsets: String, _ data: Int = 4) -> SafetensorsError.Problem? {
      let found = problem(
        file(
          #"{"a":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#,
          data: [UInt8](repeating: 0, count: data)))
      if found.problem != nil { #expect(found.tensor == "a") }
      return found.problem
    }
    #expect(one("F32", "[1]", "[0,4]") == nil)
    #expect(one("F31", "[1]", "[0,4]") == .unknownDtype("F31"))
    #expect(one("F32", "[2]", "[0,4]") == .sizeMismatch(range: 4, needed: 8))
    #expect(one("F32", "[1]", "[4,8]") == .outOfBounds(begin: 4, end: 8, available: 4))
    let huge = 4_294_967_296
    #expect(one("F32", "[\(huge),\(huge)]", "[0,4]") == .sizeOverflow([huge, huge]))
    #expect(one("F32", "[0,\(huge),\(huge)]", "[0,0]", 0) == .sizeOverflow([0, huge, huge]))
    for (shape, offsets) in [
      ("[-1]", "[0,4]"), ("[1.0]", "[0,4]"), ("1", "[0,4]"), ("[1]", "[4,0]"), ("[1]", "[0]"), ("[1]", "[0,4,8]"),
      ("[1]", "[-4,0]"), ("[1]", "[0,99999999999999999999]"), ("[1]", "null"),
    ] {
      guard case .field = one("F32", shape, offsets) else {
        Issue.record("\(shape) \(offsets) were not refused")
        continue
      }
    }
    #expect(problem(file(#"{"a":1}"#)).problem == .field("is not an object"))
    #expect(
      problem(file(#"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"b":1}}"#)).problem
        == .field("unknown field \"b\""))
    #expect(problem(file(#"{"__metadata__":{"k":1}}"#)).problem == .field("the value of \"k\" is not a string"))
  }

  @Test func `overlaps, gaps and trailing bytes are refused`() {
    func two(_ a: String, _ b: String, _ data: Int) -> (String?, SafetensorsError.Problem?) {
      problem(
        file(
          #"{"a":{"dtype":"U8","shape":[2],"data_offsets":\#(a)},"b":{"dtype":"U8","shape":[2],"data_offsets":\#(b)}}"#,
          data: [UInt8](repeating: 0, count: data)))
    }
    #expect(two("[0,2]", "[2,4]", 4).1 == nil)
    #expect(two("[2,4]", "[0,2]", 4).1 == nil)
    #expect(two("[0,2]", "[1,3]", 3) == ("b", .overlap(with: "a")))
    #expect(two("[0,2]", "[3,5]", 5).1 == .gap(begin: 2, end: 3))
    #expect(two("[1,3]", "[3,5]", 5).1 == .gap(begin: 0, end: 1))
    #expect(two("[0,2]", "[2,4]", 6).1 == .gap(begin: 4, end: 6))
  }

  @Test func `no damaged byte of a small file crashes the reader`() throws {
    let good = Safetensors.encode(["w": .float32(Tensor([1, 2], shape: [2])), "k": .words([7])], metadata: ["a": "b"])
    for i in good.indices {
      for flip: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
        var bad = good
        bad[i] ^= flip
        if let read = try? SafetensorsFile(bytes: bad, name: "x") {
          for name in read.names { _ = try read.tensor(name) }
        }
      }
      #expect(problem(Array(good[..<i])).problem != nil)
    }
  }

  @Test(.requiresReference) func `every reference file parses`() throws {
    let folder = try OutsideFiles.referenceDirectory()
    let names = try Files.entries(of: folder).filter { $0.hasSuffix(".safetensors") }
    #expect(names.count >= 10)
    for name in names {
      let read = try SafetensorsFile(contentsOf: folder + "/" + name)
      #expect(!read.names.isEmpty)
      for tensor in read.names { #expect(try read.tensor(tensor).shape == read.shape(of: tensor)) }
    }
    let optimizers = try SafetensorsFile(contentsOf: folder + "/optimizers.safetensors")
    #expect(optimizers.names.count >= 2)
  }
}

@Suite struct SafetensorsWriting {
  @Test func `what is written is read back to the bit`() throws {
    try withTemporaryFolder { folder in
      let nan = Float(bitPattern: 0x7FC0_1234)
      let arrays: [String: SafetensorsArray] = [
        "layer.\"0\"\n.weight": .float32(Tensor([-0.0, 1, nan, .infinity, 0x1p-149, 3], shape: [2, 3])),
        "velocity": .float64([0.1, -.infinity], [2]),
        "step": .int64([.min], []),
        "keys": .words([.max, 0x0123_4567_89AB_CDEF]),
        "mask": .uint8([1, 2, 3], [3, 1]),
        "empty": .list([]),
      ]
      let path = folder + "/x.safetensors"
      try Safetensors.write(arrays, metadata: ["b": "2", "a": "\u{1}\"\\é"], to: path)
      let read = try SafetensorsFile(contentsOf: path)
      #expect(read.names == arrays.keys.sorted())
      let w = try read.tensor("layer.\"0\"\n.weight")
      #expect(w.shape == [2, 3])
      #expect(w.elements.map(\.bitPattern) == [0x8000_0000, 0x3F80_0000, 0x7FC0_1234, 0x7F80_0000, 1, 0x4040_0000])
      #expect(try read.float64s("velocity") == [0.1, -.infinity])
      #expect(try read.int64s("step") == [.min])
      #expect(try read.words("keys") == [.max, 0x0123_4567_89AB_CDEF])
      #expect(try read.bytes("mask") == [1, 2, 3])
      #expect(try read.float64s("empty") == [])
      #expect(read.metadata == ["b": "2", "a": "\u{1}\"\\é"])
      #expect(try Files.entries(of: folder) == ["x.safetensors"])
    }
  }

  @Test func `the bytes are those of the format, aligned and in a fixed order`() {
    let arrays: [String: SafetensorsArray] = [
      "b": .float32(Tensor([1], shape: [1])), "a": .uint8([7], [1]), "c": .int64([2], [1]),
    ]
    let header = """
      {"__metadata__":{"m":"1","n":"2"},"c":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},\
      "b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"a":{"dtype":"U8","shape":[1],"data_offsets":[12,13]}}
      """
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let expected = file(padded, data: [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F, 7])
    #expect(Safetensors.encode(arrays, metadata: ["n": "2", "m": "1"]) == expected)
    #expect(padded.utf8.count % 8 == 0)
    #expect(SafetensorsFile.headerCount(of: expected) == 8 + padded.utf8.count)
  }
}
