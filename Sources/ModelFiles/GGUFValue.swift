/// A metadata value with the type that its file gives it, so that it can be written back unchanged.
package enum GGUFValue: Hashable, Sendable {
  case uint8(UInt8)
  case int8(Int8)
  case uint16(UInt16)
  case int16(Int16)
  case uint32(UInt32)
  case int32(Int32)
  case float32(Float)
  case bool(Bool)
  case string(String)
  case uint64(UInt64)
  case int64(Int64)
  case float64(Double)
  case array(GGUFArray)

  /// The value's type.
  package var type: GGUFValueType {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .uint32: .uint32
    case .int32: .int32
    case .float32: .float32
    case .bool: .bool
    case .string: .string
    case .uint64: .uint64
    case .int64: .int64
    case .float64: .float64
    case .array: .array
    }
  }

  /// The value of any integer type that fits, `nil` for other types.
  package var integer: Int? {
    switch self {
    case .uint8(let value): Int(value)
    case .int8(let value): Int(value)
    case .uint16(let value): Int(value)
    case .int16(let value): Int(value)
    case .uint32(let value): Int(value)
    case .int32(let value): Int(value)
    case .uint64(let value): Int(exactly: value)
    case .int64(let value): Int(value)
    case .float32, .float64, .bool, .string, .array: nil
    }
  }
}

/// A metadata array; its elements have one type and are never arrays themselves.
package enum GGUFArray: Hashable, Sendable {
  case uint8([UInt8])
  case int8([Int8])
  case uint16([UInt16])
  case int16([Int16])
  case uint32([UInt32])
  case int32([Int32])
  case float32([Float])
  case bool([Bool])
  case string([String])
  case uint64([UInt64])
  case int64([Int64])
  case float64([Double])

  /// The elements' type.
  package var type: GGUFValueType {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .uint32: .uint32
    case .int32: .int32
    case .float32: .float32
    case .bool: .bool
    case .string: .string
    case .uint64: .uint64
    case .int64: .int64
    case .float64: .float64
    }
  }

  /// The elements of any integer type as 32-bit numbers, `nil` for other types or where one does not fit.
  package var int32s: [Int32]? {
    func narrowed(_ values: [some BinaryInteger]) -> [Int32]? {
      var out: [Int32] = []
      out.reserveCapacity(values.count)
      for value in values {
        guard let small = Int32(exactly: value) else { return nil }
        out.append(small)
      }
      return out
    }
    switch self {
    case .uint8(let values): return narrowed(values)
    case .int8(let values): return narrowed(values)
    case .uint16(let values): return narrowed(values)
    case .int16(let values): return narrowed(values)
    case .uint32(let values): return narrowed(values)
    case .int32(let values): return values
    case .uint64(let values): return narrowed(values)
    case .int64(let values): return narrowed(values)
    case .float32, .bool, .string, .float64: return nil
    }
  }
}

/// The value types of GGUF metadata (ggml's gguf.md, `gguf_metadata_value_type`).
package enum GGUFValueType: UInt32, Sendable {
  case uint8 = 0
  case int8 = 1
  case uint16 = 2
  case int16 = 3
  case uint32 = 4
  case int32 = 5
  case float32 = 6
  case bool = 7
  case string = 8
  case array = 9
  case uint64 = 10
  case int64 = 11
  case float64 = 12

  /// Bytes that a value of this type takes at least.
  package var minimumByteCount: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .string, .uint64, .int64, .float64: 8
    case .array: 12
    }
  }
}
