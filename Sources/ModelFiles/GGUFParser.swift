/// Reads a GGUF header from untrusted bytes (layout: see `GGUFFile`).
package struct GGUFParser {
  private typealias Problem = GGUFError.Problem

  private static let keyLimit = 65_535
  private static let tensorNameLimit = 63
  private static let dimensionLimit = 4

  private var stream: ByteStream

  /// Parses the header at the stream's start and leaves the stream at the data section.
  ///
  /// - Throws: `GGUFError` for every inconsistency; nothing that the file declares is allocated or indexed before it
  ///   is checked against the file's size.
  package static func parse(_ stream: inout ByteStream, path: String) throws(GGUFError) -> GGUFFile {
    var parser = GGUFParser(stream: stream)
    defer { stream = parser.stream }
    do { return try parser.file(path) } catch { throw GGUFError(path, error) }
  }

  private mutating func file(_ path: String) throws(GGUFError.Problem) -> GGUFFile {
    guard stream.remaining >= 4, try integer(UInt32.self) == 0x4655_4747 else { throw .notGGUF }
    let version = try integer(UInt32.self)
    guard version == 2 || version == 3 else { throw .unsupportedVersion(version) }
    let tensorCount = try integer(UInt64.self)
    let keyCount = try integer(UInt64.self)
    try check(tensorCount, of: "tensors", bytesEach: 33)
    try check(keyCount, of: "keys", bytesEach: 14)

    var metadata = GGUFMetadata(file: path)
    for _ in 0..<keyCount {
      let key = try name(of: "a key", limit: Self.keyLimit)
      guard metadata[key] == nil else { throw .duplicateKey(key) }
      metadata.set(key, try value(key))
    }
    let alignment = try alignment(metadata)

    var tensors: [GGUFTensor] = []
    var names: Set<String> = []
    var end = 0
    for _ in 0..<tensorCount {
      let tensor = try tensor(at: end, alignment: alignment)
      guard names.insert(tensor.name).inserted else { throw .duplicateTensor(tensor.name) }
      end = tensor.offset + tensor.byteCount
      tensors.append(tensor)
    }

    guard let dataOffset = Self.padded(stream.position, to: alignment) else { throw .badAlignment("\(alignment)") }
    for tensor in tensors {
      let (end, overflow) = dataOffset.addingReportingOverflow(tensor.offset + tensor.byteCount)
      guard !overflow else { throw .sizeOverflow(tensor: tensor.name) }
      guard end <= stream.size else { throw .dataBeyondFile(tensor: tensor.name, end: end, size: stream.size) }
    }
    if !tensors.isEmpty {
      let padding = dataOffset - stream.position
      do { try stream.skip(padding) } catch { throw Problem(error) }
    }
    return GGUFFile(
      path: path, version: version, alignment: alignment, metadata: metadata, tensors: tensors, dataOffset: dataOffset,
      fileSize: stream.size)
  }

  private func alignment(_ metadata: GGUFMetadata) throws(GGUFError.Problem) -> Int {
    guard let value = metadata["general.alignment"] else { return 32 }
    guard case .uint32(let bytes) = value else { throw .badAlignment("a \(value.type)") }
    guard bytes.nonzeroBitCount == 1 else { throw .badAlignment("\(bytes)") }
    return Int(bytes)
  }

  private mutating func tensor(at end: Int, alignment: Int) throws(GGUFError.Problem) -> GGUFTensor {
    let name = try name(of: "a tensor", limit: Self.tensorNameLimit)
    let rank = try integer(UInt32.self)
    guard rank >= 1, rank <= Self.dimensionLimit else {
      throw .badDimensions(tensor: name, fact: "\(rank) dimensions, allowed are 1 to \(Self.dimensionLimit)")
    }
    var dimensions: [Int] = []
    for _ in 0..<rank {
      let declared = try integer(UInt64.self)
      guard let dimension = Int(exactly: declared) else { throw .sizeOverflow(tensor: name) }
      guard dimension > 0 else { throw .badDimensions(tensor: name, fact: "a dimension of 0") }
      dimensions.append(dimension)
    }
    let code = try integer(UInt32.self)
    guard let type = GGUFTensorType(rawValue: code) else { throw .unknownTensorType(tensor: name, type: code) }
    guard dimensions[0] % type.elementsPerBlock == 0 else {
      throw .brokenRow(tensor: name, elements: dimensions[0], block: type.elementsPerBlock)
    }
    var elements = 1
    for dimension in dimensions {
      let (product, overflow) = elements.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw .sizeOverflow(tensor: name) }
      elements = product
    }
    let (bytes, tooLarge) = (elements / type.elementsPerBlock).multipliedReportingOverflow(by: type.bytesPerBlock)
    guard !tooLarge, let expected = Self.padded(end, to: alignment), !expected.addingReportingOverflow(bytes).overflow
    else { throw .sizeOverflow(tensor: name) }
    let offset = try integer(UInt64.self)
    guard offset == UInt64(expected) else {
      throw .wrongOffset(tensor: name, declared: offset, expected: expected)
    }
    return GGUFTensor(name: name, dimensions: dimensions, type: type, offset: expected, byteCount: bytes)
  }

  /// `offset` rounded up to a multiple of `alignment`, `nil` where that overflows.
  static func padded(_ offset: Int, to alignment: Int) -> Int? {
    let (sum, overflow) = offset.addingReportingOverflow(alignment - 1)
    return overflow ? nil : sum & ~(alignment - 1)
  }
}

// Values.
extension GGUFParser {
  private mutating func value(_ key: String) throws(GGUFError.Problem) -> GGUFValue {
    switch try valueType(key) {
    case .uint8: .uint8(try integer())
    case .int8: .int8(try integer())
    case .uint16: .uint16(try integer())
    case .int16: .int16(try integer())
    case .uint32: .uint32(try integer())
    case .int32: .int32(try integer())
    case .float32: .float32(Float(bitPattern: try integer()))
    case .bool: .bool(try bool(key))
    case .string: .string(try string("the value of “\(key)”"))
    case .uint64: .uint64(try integer())
    case .int64: .int64(try integer())
    case .float64: .float64(Double(bitPattern: try integer()))
    case .array: .array(try array(key))
    }
  }

  private mutating func array(_ key: String) throws(GGUFError.Problem) -> GGUFArray {
    let type = try valueType(key)
    let declared = try integer(UInt64.self)
    try check(declared, of: "elements of “\(key)”", bytesEach: type.minimumByteCount)
    let count = Int(declared)
    switch type {
    case .uint8: return .uint8(try integers(count))
    case .int8: return .int8(try integers(count))
    case .uint16: return .uint16(try integers(count))
    case .int16: return .int16(try integers(count))
    case .uint32: return .uint32(try integers(count))
    case .int32: return .int32(try integers(count))
    case .uint64: return .uint64(try integers(count))
    case .int64: return .int64(try integers(count))
    case .float32: return .float32(try integers(count).map(Float.init(bitPattern:)))
    case .float64: return .float64(try integers(count).map(Double.init(bitPattern:)))
    case .bool:
      var flags: [Bool] = []
      for _ in 0..<count { flags.append(try bool(key)) }
      return .bool(flags)
    case .string:
      let what = "an element of “\(key)”"
      var texts: [String] = []
      texts.reserveCapacity(count)
      for _ in 0..<count { texts.append(try string(what)) }
      return .string(texts)
    case .array: throw .nestedArray(key: key)
    }
  }

  private mutating func valueType(_ key: String) throws(GGUFError.Problem) -> GGUFValueType {
    let code = try integer(UInt32.self)
    guard let type = GGUFValueType(rawValue: code) else { throw .unknownValueType(key: key, type: code) }
    return type
  }

  private mutating func bool(_ key: String) throws(GGUFError.Problem) -> Bool {
    let value = try integer(UInt8.self)
    guard value <= 1 else { throw .badBool(key: key, value: value) }
    return value == 1
  }

  private mutating func name(of what: String, limit: Int) throws(GGUFError.Problem) -> String {
    let length = try integer(UInt64.self)
    guard length >= 1, length <= UInt64(limit) else { throw .badName(what, bytes: length, limit: limit) }
    return try text(Int(length), "the name of \(what)")
  }

  private mutating func string(_ what: String) throws(GGUFError.Problem) -> String {
    let length = try integer(UInt64.self)
    guard length <= UInt64(stream.remaining) else {
      throw .countBeyondFile(of: "bytes in \(what)", count: length, remaining: stream.remaining)
    }
    return try text(Int(length), what)
  }

  private mutating func text(_ count: Int, _ what: String) throws(GGUFError.Problem) -> String {
    let text: String?
    do { text = try stream.text(count) } catch { throw Problem(error) }
    guard let text else { throw .notUTF8(what) }
    return text
  }

  private mutating func integers<T: FixedWidthInteger>(_ count: Int) throws(GGUFError.Problem) -> [T] {
    var out: [T] = []
    out.reserveCapacity(count)
    for _ in 0..<count { out.append(try integer()) }
    return out
  }

  private mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(GGUFError.Problem) -> T {
    do { return try stream.integer() } catch { throw Problem(error) }
  }

  /// Refuses a count whose elements, at `bytesEach` bytes at least, cannot fit in what is left of the file.
  private func check(_ count: UInt64, of what: String, bytesEach: Int) throws(GGUFError.Problem) {
    guard count <= UInt64(stream.remaining / bytesEach) else {
      throw .countBeyondFile(of: what, count: count, remaining: stream.remaining)
    }
  }
}
