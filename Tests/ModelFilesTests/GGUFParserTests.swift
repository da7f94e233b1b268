import ModelFiles
import TestSupport
import Testing

@Suite("GGUF header")
struct GGUFParserTests {
  @Test("a written file is read back: every value type, every tensor")
  func roundTrip() throws {
    let values: [(String, GGUFValue)] = [
      ("a", .uint8(200)), ("b", .int8(-3)), ("c", .uint16(65_000)), ("d", .int16(-5)), ("e", .uint32(4_000_000_000)),
      ("f", .int32(-7)), ("g", .float32(1.5)), ("h", .bool(true)), ("i", .string("naïve ✓")), ("j", .uint64(.max)),
      ("k", .int64(.min)), ("l", .float64(-0.1)),
      ("m", .array(.uint8([1, 2]))), ("n", .array(.int8([-1]))), ("o", .array(.uint16([9]))),
      ("p", .array(.int16([-9]))), ("q", .array(.uint32([7]))), ("r", .array(.int32([-7, 7]))),
      ("s", .array(.float32([0.5]))), ("t", .array(.bool([true, false]))), ("u", .array(.string(["", "x"]))),
      ("v", .array(.uint64([1]))), ("w", .array(.int64([-1]))), ("x", .array(.float64([2.5]))),
      ("y", .array(.string([]))),
    ]
    for alignment in [32, 64] {
      var writer = GGUFWriter(alignment: alignment)
      for (key, value) in values { writer.set(key, value) }
      writer.announce("first", dimensions: [3], type: .f32)
      writer.announce("second", dimensions: [32, 2], type: .q4x1)
      let file = try parse(writer.bytes { [UInt8](repeating: 7, count: $0.byteCount) })
      for (key, value) in values { #expect(file.metadata[key] == value) }
      #expect(file.version == 3)
      #expect(file.alignment == alignment)
      #expect(file.dataOffset.isMultiple(of: alignment))
      #expect(file.tensors.map(\.name) == ["first", "second"])
      #expect(file.tensors.map(\.dimensions) == [[3], [32, 2]])
      #expect(file.tensors.map(\.offset) == [0, alignment])
      #expect(file.tensors.map(\.byteCount) == [12, 40])
    }
  }

  @Test("version 2 is read as version 3 is")
  func versionTwo() throws {
    let file = try parse(RawGGUF(version: 2, tensors: [.init()], dataBytes: 128).bytes)
    #expect(file.version == 2)
    #expect(file.tensors.count == 1)
  }

  @Test("a file cut at any byte is refused")
  func truncation() throws {
    var writer = GGUFWriter()
    writer.set("text", .string("abc"))
    writer.set("list", .array(.string(["a", "bc"])))
    writer.set("numbers", .array(.int32([1, 2, 3])))
    writer.set("flag", .bool(true))
    writer.announce("one", dimensions: [5], type: .f32)
    writer.announce("two", dimensions: [32, 2], type: .q8x0)
    let bytes = writer.bytes { [UInt8](repeating: 1, count: $0.byteCount) }
    let whole = try parse(bytes)
    let end = whole.dataOffset + (whole.tensors.last.map { $0.offset + $0.byteCount } ?? 0)
    for count in 0..<end {
      #expect(throws: GGUFError.self, "\(count) bytes") { try parse(Array(bytes[..<count])) }
    }
    #expect(try parse(Array(bytes[..<end])).tensors == whole.tensors)
  }

  @Test("a file that ends while it is read is refused, wherever it ends")
  func shrinking() throws {
    let bytes = TinyModel(layers: 1).bytes()
    for count in stride(from: 0, to: 4096, by: 61) {
      var left = ArraySlice(bytes[..<count])
      var stream = ByteStream(size: bytes.count) { atMost in
        defer { left = left.dropFirst(min(atMost, 16)) }
        return Array(left.prefix(min(atMost, 16)))
      }
      #expect(throws: GGUFError.self, "\(count) bytes") { try GGUFParser.parse(&stream, path: "x.gguf") }
    }
  }

  @Test("any byte set to anything is read or refused, never trapped on")
  func corruption() {
    var raw = RawGGUF(tensors: [.init(name: "a", dimensions: [32, 2], type: 3)], dataBytes: 64)
    raw.key("general.alignment", type: 4, little(32 as UInt32))
    raw.key("list", type: 9, little(8 as UInt32) + little(2 as UInt64) + string("a") + string("b"))
    let bytes = raw.bytes
    for place in bytes.indices {
      for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[place] = value
        _ = try? parse(changed)
      }
    }
  }

  @Test("what is not a GGUF of version 2 or 3 is refused")
  func versions() {
    expect(.notGGUF, RawGGUF(magic: Array("GGML".utf8)))
    expect(.unsupportedVersion(1), RawGGUF(version: 1))
    expect(.unsupportedVersion(4), RawGGUF(version: 4))
    let bigEndian = GGUFError("x", .unsupportedVersion(0x0300_0000))
    #expect(bigEndian.description.contains("big-endian"))
  }

  @Test("counts and lengths beyond the file are refused before anything is allocated")
  func counts() {
    expect(.countBeyondFile(of: "tensors", count: .max, remaining: 8), RawGGUF(tensorCount: .max))
    expect(.countBeyondFile(of: "keys", count: 1 << 40, remaining: 8), RawGGUF(keyCount: 1 << 40))
    var long = RawGGUF()
    long.key("a", type: 8, little(UInt64.max))
    expect(.countBeyondFile(of: "bytes in the value of “a”", count: .max, remaining: 19), long)
    for type in [0, 4, 8, 12] as [UInt32] {
      var many = RawGGUF()
      many.key("a", type: 9, little(type) + little(UInt64.max / 2))
      refuse(many) { if case .countBeyondFile = $0 { true } else { false } }
    }
  }

  @Test("names that are empty, too long, doubled or no UTF-8 are refused")
  func names() {
    refuse(RawGGUF(tensors: [.init(name: String(repeating: "n", count: 64))], dataBytes: 128)) {
      $0 == .badName("a tensor", bytes: 64, limit: 63)
    }
    refuse(RawGGUF(tensors: [.init(name: "")], dataBytes: 128)) { $0 == .badName("a tensor", bytes: 0, limit: 63) }
    expect(.duplicateTensor("w"), RawGGUF(tensors: [.init(), .init(offset: 128)], dataBytes: 256))
    var twice = RawGGUF()
    twice.key("a", type: 7, [1])
    twice.key("a", type: 7, [0])
    expect(.duplicateKey("a"), twice)
    var empty = RawGGUF()
    empty.key("", type: 7, [1])
    refuse(empty) { if case .badName = $0 { true } else { false } }
    var invalid = RawGGUF()
    invalid.keys = [([0xC3, 0x28], 7, [1])]
    expect(.notUTF8("the name of a key"), invalid)
    var value = RawGGUF()
    value.key("a", type: 8, little(1 as UInt64) + [0xFF])
    expect(.notUTF8("the value of “a”"), value)
  }

  @Test("values of unknown types, arrays of arrays and truth values but 0 and 1 are refused")
  func values() {
    var unknown = RawGGUF()
    unknown.key("a", type: 13, little(0 as UInt64))
    expect(.unknownValueType(key: "a", type: 13), unknown)
    var nested = RawGGUF()
    nested.key("a", type: 9, little(9 as UInt32) + little(1 as UInt64) + little(4 as UInt32) + little(0 as UInt64))
    expect(.nestedArray(key: "a"), nested)
    var bool = RawGGUF()
    bool.key("a", type: 7, [2])
    expect(.badBool(key: "a", value: 2), bool)
  }

  @Test("an alignment that is no power of two or no u32 is refused")
  func alignments() {
    for value in [0, 3, 48] as [UInt32] {
      var raw = RawGGUF()
      raw.key("general.alignment", type: 4, little(value))
      expect(.badAlignment("\(value)"), raw)
    }
    var wide = RawGGUF()
    wide.key("general.alignment", type: 10, little(32 as UInt64))
    expect(.badAlignment("a uint64"), wide)
  }

  @Test("tensors with impossible shapes, types, sizes or places are refused")
  func tensors() {
    func one(_ tensor: RawGGUF.Tensor) -> RawGGUF { RawGGUF(tensors: [tensor], dataBytes: 256) }
    refuse(one(.init(dimensions: [1, 1, 1, 1, 1]))) { if case .badDimensions = $0 { true } else { false } }
    refuse(one(.init(dimensions: []))) { if case .badDimensions = $0 { true } else { false } }
    refuse(one(.init(dimensions: [0]))) { if case .badDimensions = $0 { true } else { false } }
    expect(.unknownTensorType(tensor: "w", type: 4), one(.init(type: 4)))
    expect(.unknownTensorType(tensor: "w", type: 99), one(.init(type: 99)))
    expect(.brokenRow(tensor: "w", elements: 33, block: 32), one(.init(dimensions: [33], type: 8)))
    expect(.brokenRow(tensor: "w", elements: 32, block: 256), one(.init(dimensions: [32], type: 12)))
    expect(.sizeOverflow(tensor: "w"), one(.init(dimensions: [.max])))
    expect(.sizeOverflow(tensor: "w"), one(.init(dimensions: [1 << 32, 1 << 32])))
    expect(.sizeOverflow(tensor: "w"), one(.init(dimensions: [1 << 62])))
    expect(.wrongOffset(tensor: "w", declared: 32, expected: 0), one(.init(offset: 32)))
    expect(.dataBeyondFile(tensor: "w", end: 64 + 260, size: 64 + 256), one(.init(dimensions: [65])))
    expect(
      .wrongOffset(tensor: "b", declared: 128, expected: 160),
      RawGGUF(
        tensors: [.init(name: "a", dimensions: [33]), .init(name: "b", dimensions: [1], offset: 128)], dataBytes: 256))
  }

  @Test("an error names the file, the fact and the remedy")
  func messages() {
    let error = GGUFError("State/models/base.gguf", .truncated(at: 100, needed: 8))
    #expect(
      error.description
        == "State/models/base.gguf: ends at byte 100 where 8 more are needed; the file is damaged or cut short; download it again."
    )
  }

  private func parse(_ bytes: [UInt8]) throws -> GGUFFile {
    var stream = ByteStream(bytes)
    return try GGUFParser.parse(&stream, path: "x.gguf")
  }

  private func refuse(
    _ raw: RawGGUF, sourceLocation: SourceLocation = #_sourceLocation, _ matches: (GGUFError.Problem) -> Bool
  ) {
    do {
      _ = try parse(raw.bytes)
      Issue.record("was accepted", sourceLocation: sourceLocation)
    } catch let error as GGUFError {
      #expect(matches(error.problem), "\(error.problem)", sourceLocation: sourceLocation)
    } catch {
      Issue.record(error, sourceLocation: sourceLocation)
    }
  }

  private func expect(_ problem: GGUFError.Problem, _ raw: RawGGUF, sourceLocation: SourceLocation = #_sourceLocation) {
    refuse(raw, sourceLocation: sourceLocation) { $0 == problem }
  }
}
