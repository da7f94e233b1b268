import Tensors

/// The element types of the safetensors format.
package enum SafetensorsType: String, Hashable, Sendable, CaseIterable {
  case f64 = "F64"
  case f32 = "F32"
  case f16 = "F16"
  case bf16 = "BF16"
  case i64 = "I64"
  case i32 = "I32"
  case i16 = "I16"
  case i8 = "I8"
  case u64 = "U64"
  case u32 = "U32"
  case u16 = "U16"
  case u8 = "U8"
  case bool = "BOOL"
  case f8e4m3 = "F8_E4M3"
  case f8e5m2 = "F8_E5M2"

  /// Bytes of one element.
  package var byteCount: Int {
    switch self {
    case .f64, .i64, .u64: 8
    case .f32, .i32, .u32: 4
    case .f16, .bf16, .i16, .u16: 2
    case .i8, .u8, .bool, .f8e4m3, .f8e5m2: 1
    }
  }

  /// Little-endian elements as fp32; `nil` for types other than F32, F16, BF16 and F64.
  func floats(_ bytes: [UInt8]) -> [Float]? {
    let format: BlockFormat
    switch self {
    case .f32: format = .f32
    case .f16: format = .f16
    case .bf16: format = .bf16
    case .f64:
      return stride(from: 0, to: bytes.count, by: 8).map { start in
        Float(Double(bitPattern: (0..<8).reduce(0 as UInt64) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }))
      }
    case .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool, .f8e4m3, .f8e5m2: return nil
    }
    return StoredMatrix(format: format, rows: 1, columns: bytes.count / byteCount, bytes: bytes).decoded()
  }
}
