import Foundation
import ModelFiles
import TestSupport
import Testing

@Suite("safetensors")
struct SafetensorsTests {
  @Test("a written file is read back bit for bit, NaN and infinities too")
  func roundTrip() throws {
    try withTemporaryDirectory { directory in
      let path = directory.appendingPathComponent("x.safetensors").path
      let b: [Float] = [0, -0.0, .infinity, .nan, .leastNonzeroMagnitude, 1 / 3]
      try SafetensorsFile.write(
        [.init(name: "b", shape: [2, 3], values: b), .init(name: "a", shape: [1], values: [7])],
        metadata: ["format": "pt"], to: path)
      let file = try SafetensorsFile.read(path)
      #expect(file.metadata == ["format": "pt"])
      #expect(file.tensors.map(\.name) == ["a", "b"])
      #expect(try file.floats("b", shape: [2, 3], finite: false).map(\.bitPattern) == b.map(\.bitPattern))
      #expect(try file.floats("a", shape: [1]) == [7])
      expect(.notFinite(tensor: "b")) { _ = try file.floats("b", shape: [2, 3]) }
      expect(.wrongShape(tensor: "b", shape: [2, 3], expected: [3, 2])) { _ = try file.floats("b", shape: [3, 2]) }
      expect(.missingTensor("c")) { _ = try file.floats("c", shape: [1]) }
    }
  }

  @Test("the header is padded to eight bytes and lists tensors back to back")
  func header() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("x.safetensors")
      try SafetensorsFile.write([.init(name: "ab", shape: [1], values: [1])], to: url.path)
      let bytes = try [UInt8](Data(contentsOf: url))
      let json = #"{"ab":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
      let padded = json + String(repeating: " ", count: (8 - json.utf8.count % 8) % 8)
      #expect(bytes == little(UInt64(padded.utf8.count)) + Array(padded.utf8) + [0, 0, 0x80, 0x3F])
    }
  }

  @Test("F16, BF16 and F64 are widened or narrowed to fp32, integers are refused")
  func types() throws {
    func tensor(_ type: String, _ bytes: [UInt8]) throws -> SafetensorsFile {
      try parse(#"{"t":{"dtype":"\#(type)","shape":[1],"data_offsets":[0,\#(bytes.count)]}}"#, bytes)
    }
    #expect(try tensor("F16", little(Float16(1.5).bitPattern)).floats("t", shape: [1]) == [1.5])
    #expect(try tensor("BF16", little(UInt16(0x3FC0))).floats("t", shape: [1]) == [1.5])
    #expect(try tensor("F64", little(1.5.bitPattern)).floats("t", shape: [1]) == [1.5])
    let integers = try tensor("I32", little(1 as Int32))
    expect(.notFloats(tensor: "t", type: "I32")) { _ = try integers.floats("t", shape: [1]) }
  }

  @Test("a file cut at any byte, or longer than its tensors, is refused")
  func truncation() {
    let json = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    let bytes = file(json, [UInt8](repeating: 0, count: 8))
    for count in bytes.indices {
      #expect(throws: SafetensorsError.self, "\(count) bytes") { try parse(Array(bytes[..<count])) }
    }
    expect(.wrongEnd(dataEnd: bytes.count, size: bytes.count + 1)) { _ = try parse(bytes + [0]) }
  }

  @Test("any byte set to anything is read or refused, never trapped on")
  func corruption() {
    let bytes = file(
      #"{"__metadata__":{"k":"v"},"a":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]}}"#,
      [UInt8](repeating: 0, count: 4))
    for place in bytes.indices {
      for value in [0, 0x22, 0x2D, 0x39, 0x7F, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[place] = value
        _ = try? parse(changed)
      }
    }
  }

  @Test("a header longer than the file or than the limit is refused")
  func headerLength() {
    expect(.tooShort(bytes: 7)) { _ = try parse([UInt8](repeating: 0, count: 7)) }
    expect(.headerTooLarge(declared: .max, limit: 2)) { _ = try parse(little(UInt64.max) + Array("{}".utf8)) }
    expect(.headerTooLarge(declared: 3, limit: 2)) { _ = try parse(little(UInt64(3)) + Array("{}".utf8)) }
  }

  @Test("headers that are not one JSON object of tensors are refused")
  func headers() {
    func refuse(_ json: String, _ data: Int = 0, _ matches: (SafetensorsError.Problem) -> Bool) {
      do {
        _ = try parse(json, [UInt8](repeating: 0, count: data))
        Issue.record("accepted: \(json)")
      } catch let error as SafetensorsError {
        #expect(matches(error.problem), "\(error)")
      } catch { Issue.record(error) }
    }
    refuse(" {}") { if case .badHeader = $0 { true } else { false } }
    refuse("[]") { if case .badHeader = $0 { true } else { false } }
    refuse(#"{"a":1,"a":2}"#) { if case .badHeader = $0 { true } else { false } }
    refuse(#"{"__metadata__":{"a":1}}"#) { if case .badMetadata = $0 { true } else { false } }
    refuse(#"{"__metadata__":"a"}"#) { if case .badMetadata = $0 { true } else { false } }
    refuse(#"{"a":{}}"#) { if case .badTensor = $0 { true } else { false } }
    refuse(#"{"a":{"dtype":"F4","shape":[],"data_offsets":[0,0]}}"#) { $0 == .unknownType(tensor: "a", type: "F4") }
    refuse(#"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}"#) {
      if case .badTensor = $0 { true } else { false }
    }
    refuse(#"{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}"#, 1) {
      if case .badTensor = $0 { true } else { false }
    }
    refuse(#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#) {
      if case .badTensor = $0 { true } else { false }
    }
    refuse(#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#) {
      $0 == .badTensor(name: "a", fact: "has a size that overflows")
    }
    refuse(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4) {
      $0 == .wrongSize(tensor: "a", bytes: 4, expected: 8)
    }
  }

  @Test("tensors with a gap, an overlap or a late start are refused; the header's order does not matter")
  func places() throws {
    func two(_ a: String, _ b: String) -> String {
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[\#(a)]},"b":{"dtype":"U8","shape":[2],"data_offsets":[\#(b)]}}"#
    }
    let data = [UInt8](1...4)
    #expect(try parse(two("2,4", "0,2"), data)["a"]?.bytes == [3, 4])
    expect(.gap(tensor: "b", begin: 3, expected: 2)) { _ = try parse(two("0,2", "3,5"), data) }
    expect(.gap(tensor: "b", begin: 1, expected: 2)) { _ = try parse(two("0,2", "1,3"), data) }
    expect(.gap(tensor: "a", begin: 1, expected: 0)) { _ = try parse(two("1,3", "3,5"), data) }
  }

  @Test("dense vectors and their metadata survive the disk bit for bit")
  func denseVectors() throws {
    try withTemporaryDirectory { directory in
      let path = directory.appendingPathComponent("consolidation.safetensors").path
      let state = DenseVectors(
        ["fisher": [0.1, 1e-38, 3], "anchor": [], "moment": [-0.0]], metadata: ["rounds": "1.9"])
      try state.write(to: path)
      let read = try DenseVectors.read(path)
      #expect(read == state)
      #expect(read.vectors["moment"]?.first?.sign == .minus)
      #expect(try read.vector("fisher", count: 3, path: path).count == 3)
      expect(.wrongShape(tensor: "fisher", shape: [3], expected: [4])) {
        _ = try read.vector("fisher", count: 4, path: path)
      }
      try DenseVectors(["x": [.nan]]).write(to: path)
      expect(.notFinite(tensor: "x")) { _ = try DenseVectors.read(path) }
      #expect(try DenseVectors.read(path, finite: false).vectors["x"]?.first?.isNaN == true)
    }
  }

  private func file(_ json: String, _ data: [UInt8]) -> [UInt8] {
    little(UInt64(json.utf8.count)) + Array(json.utf8) + data
  }

  private func parse(_ json: String, _ data: [UInt8]) throws -> SafetensorsFile { try parse(file(json, data)) }

  private func parse(_ bytes: [UInt8]) throws -> SafetensorsFile {
    var stream = ByteStream(bytes)
    return try SafetensorsFile.parse(&stream, path: "x.safetensors")
  }

  private func expect(
    _ problem: SafetensorsError.Problem, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) {
    do {
      try body()
      Issue.record("was accepted", sourceLocation: sourceLocation)
    } catch let error as SafetensorsError {
      #expect(error.problem == problem, sourceLocation: sourceLocation)
    } catch { Issue.record(error, sourceLocation: sourceLocation) }
  }
}
