/// Builds a GGUF file of version 3: metadata and tensor descriptions first, then each tensor's bytes in order.
package struct GGUFWriter {
  package let alignment: Int
  package private(set) var metadata = GGUFMetadata(file: "")
  package private(set) var tensors: [GGUFTensor] = []
  private var end = 0

  /// - Parameter alignment: bytes, a power of two; written as a key where it is not the default of 32.
  package init(alignment: Int = 32) {
    precondition(alignment > 0 && alignment.nonzeroBitCount == 1, "alignment \(alignment) is not a power of two")
    self.alignment = alignment
    if alignment != 32 { metadata.set("general.alignment", .uint32(UInt32(alignment))) }
  }

  package mutating func set(_ key: String, _ value: GGUFValue) { metadata.set(key, value) }

  /// Announces a tensor; its bytes come later, in the order of announcement.
  ///
  /// - Parameter dimensions: fastest first.
  /// - Precondition: a name of 1 to 63 bytes, 1 to 4 dimensions, whole blocks in a row.
  package mutating func announce(_ name: String, dimensions: [Int], type: GGUFTensorType) {
    precondition((1...63).contains(name.utf8.count), "tensor name “\(name)”")
    precondition((1...4).contains(dimensions.count) && dimensions.allSatisfy { $0 > 0 }, "\(name): \(dimensions)")
    precondition(dimensions[0] % type.elementsPerBlock == 0, "\(name): rows of \(dimensions[0]) as \(type.name)")
    let offset = padded(end)
    let bytes = dimensions.reduce(1, *) / type.elementsPerBlock * type.bytesPerBlock
    tensors.append(GGUFTensor(name: name, dimensions: dimensions, type: type, offset: offset, byteCount: bytes))
    end = offset + bytes
  }

  /// Everything before the data section, padded.
  package var header: [UInt8] {
    var out: [UInt8] = []
    out.append(contentsOf: Array("GGUF".utf8))
    out.append(littleEndian: 3 as UInt32)
    out.append(littleEndian: UInt64(tensors.count))
    out.append(littleEndian: UInt64(metadata.entries.count))
    for entry in metadata.entries {
      out.append(ggufString: entry.key)
      out.append(littleEndian: entry.value.type.rawValue)
      out.append(ggufValue: entry.value)
    }
    for tensor in tensors {
      out.append(ggufString: tensor.name)
      out.append(littleEndian: UInt32(tensor.dimensions.count))
      for dimension in tensor.dimensions { out.append(littleEndian: UInt64(dimension)) }
      out.append(littleEndian: tensor.type.rawValue)
      out.append(littleEndian: UInt64(tensor.offset))
    }
    out.append(contentsOf: [UInt8](repeating: 0, count: padded(out.count) - out.count))
    return out
  }

  /// The zero bytes that follow a tensor's own.
  package func padding(after tensor: GGUFTensor) -> [UInt8] {
    [UInt8](repeating: 0, count: padded(tensor.byteCount) - tensor.byteCount)
  }

  /// The whole file in memory.
  package func bytes(data: (GGUFTensor) throws -> [UInt8]) rethrows -> [UInt8] {
    var out = header
    for tensor in tensors {
      let bytes = try data(tensor)
      precondition(bytes.count == tensor.byteCount, "\(tensor.name): \(bytes.count) of \(tensor.byteCount) bytes")
      out.append(contentsOf: bytes)
      out.append(contentsOf: padding(after: tensor))
    }
    return out
  }

  private func padded(_ offset: Int) -> Int { (offset + alignment - 1) & ~(alignment - 1) }
}

extension [UInt8] {
  mutating func append(littleEndian value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  fileprivate mutating func append(ggufString text: String) {
    append(littleEndian: UInt64(text.utf8.count))
    append(contentsOf: text.utf8)
  }

  fileprivate mutating func append(ggufValue value: GGUFValue) {
    switch value {
    case .uint8(let value): append(value)
    case .int8(let value): append(littleEndian: value)
    case .uint16(let value): append(littleEndian: value)
    case .int16(let value): append(littleEndian: value)
    case .uint32(let value): append(littleEndian: value)
    case .int32(let value): append(littleEndian: value)
    case .float32(let value): append(littleEndian: value.bitPattern)
    case .bool(let value): append(value ? 1 : 0)
    case .string(let value): append(ggufString: value)
    case .uint64(let value): append(littleEndian: value)
    case .int64(let value): append(littleEndian: value)
    case .float64(let value): append(littleEndian: value.bitPattern)
    case .array(let array): append(ggufArray: array)
    }
  }

  private mutating func append(ggufArray array: GGUFArray) {
    append(littleEndian: array.type.rawValue)
    switch array {
    case .uint8(let values): append(values) { $0.append($1) }
    case .int8(let values): append(values) { $0.append(littleEndian: $1) }
    case .uint16(let values): append(values) { $0.append(littleEndian: $1) }
    case .int16(let values): append(values) { $0.append(littleEndian: $1) }
    case .uint32(let values): append(values) { $0.append(littleEndian: $1) }
    case .int32(let values): append(values) { $0.append(littleEndian: $1) }
    case .float32(let values): append(values) { $0.append(littleEndian: $1.bitPattern) }
    case .bool(let values): append(values) { $0.append($1 ? 1 : 0) }
    case .string(let values): append(values) { $0.append(ggufString: $1) }
    case .uint64(let values): append(values) { $0.append(littleEndian: $1) }
    case .int64(let values): append(values) { $0.append(littleEndian: $1) }
    case .float64(let values): append(values) { $0.append(littleEndian: $1.bitPattern) }
    }
  }

  private mutating func append<T>(_ values: [T], each: (inout [UInt8], T) -> Void) {
    append(littleEndian: UInt64(values.count))
    for value in values { each(&self, value) }
  }
}
