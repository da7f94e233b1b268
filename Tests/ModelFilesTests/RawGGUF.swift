/// A GGUF header put together field by field, so that a test can make any of them wrong.
struct RawGGUF {
  struct Tensor {
    var name = "w"
    var dimensions: [UInt64] = [32]
    var rank: UInt32?
    var type: UInt32 = 0
    var offset: UInt64 = 0
  }

  var magic: [UInt8] = Array("GGUF".utf8)
  var version: UInt32 = 3
  var tensorCount: UInt64?
  var keyCount: UInt64?
  /// Key, value type and the value's bytes.
  var keys: [(name: [UInt8], type: UInt32, value: [UInt8])] = []
  var tensors: [Tensor] = []
  var dataBytes = 0
  var alignment = 32

  var bytes: [UInt8] {
    var out = magic + little(version) + little(tensorCount ?? UInt64(tensors.count))
    out += little(keyCount ?? UInt64(keys.count))
    for key in keys { out += little(UInt64(key.name.count)) + key.name + little(key.type) + key.value }
    for tensor in tensors {
      out += string(tensor.name) + little(tensor.rank ?? UInt32(tensor.dimensions.count))
      for dimension in tensor.dimensions { out += little(dimension) }
      out += little(tensor.type) + little(tensor.offset)
    }
    while !out.count.isMultiple(of: alignment) { out.append(0) }
    return out + [UInt8](repeating: 0, count: dataBytes)
  }

  mutating func key(_ name: String, type: UInt32, _ value: [UInt8]) { keys.append((Array(name.utf8), type, value)) }
}

func little(_ value: some FixedWidthInteger) -> [UInt8] {
  stride(from: 0, to: value.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: value >> $0) }
}

func string(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }
