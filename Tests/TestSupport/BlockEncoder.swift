import Tensors

/// Encodes floats into a model file's blocks, as ggml's reference quantisers do; for making test models.
package enum BlockEncoder {
  /// - Precondition: `values` fill whole blocks.
  package static func encode(_ values: [Float], as format: BlockFormat) -> [UInt8] {
    precondition(values.count % format.elementsPerBlock == 0, "\(values.count) values in blocks of \(format)")
    var out: [UInt8] = []
    for start in stride(from: 0, to: values.count, by: format.elementsPerBlock) {
      let block = values[start..<start + format.elementsPerBlock]
      switch format {
      case .f32: for value in block { append(value.bitPattern, to: &out) }
      case .f16: for value in block { append(Float16(value).bitPattern, to: &out) }
      case .bf16: for value in block { append(UInt16(rounded(value) >> 16), to: &out) }
      case .q4x0: encodeQ4Symmetric(block, into: &out)
      case .q4x1: encodeQ4Offset(block, into: &out)
      case .q8x0: encodeQ8(block, into: &out)
      }
    }
    return out
  }

  private static func encodeQ4Symmetric(_ block: ArraySlice<Float>, into out: inout [UInt8]) {
    let extreme = block.max { abs($0) < abs($1) } ?? 0
    let scale = Float16(extreme / -8)
    let inverse = scale == 0 ? 0 : 1 / Float(scale)
    append(scale.bitPattern, to: &out)
    appendNibbles(block.map { clampedNibble($0 * inverse + 8) }, to: &out)
  }

  private static func encodeQ4Offset(_ block: ArraySlice<Float>, into out: inout [UInt8]) {
    let low = block.min() ?? 0
    let scale = Float16(((block.max() ?? 0) - low) / 15)
    let minimum = Float16(low)
    let inverse = scale == 0 ? 0 : 1 / Float(scale)
    append(scale.bitPattern, to: &out)
    append(minimum.bitPattern, to: &out)
    appendNibbles(block.map { clampedNibble(($0 - Float(minimum)) * inverse) }, to: &out)
  }

  private static func encodeQ8(_ block: ArraySlice<Float>, into out: inout [UInt8]) {
    let scale = Float16((block.map(abs).max() ?? 0) / 127)
    let inverse = scale == 0 ? 0 : 1 / Float(scale)
    append(scale.bitPattern, to: &out)
    for value in block { out.append(UInt8(bitPattern: Int8(max(-127, min(127, (value * inverse).rounded()))))) }
  }

  /// Element j is the low nibble of byte j, element j + 16 its high nibble.
  private static func appendNibbles(_ nibbles: [UInt8], to out: inout [UInt8]) {
    for j in 0..<16 { out.append(nibbles[j] | nibbles[j + 16] << 4) }
  }

  private static func clampedNibble(_ value: Float) -> UInt8 { UInt8(max(0, min(15, value.rounded()))) }

  /// Round to nearest, ties to even, on the upper 16 bits.
  private static func rounded(_ value: Float) -> UInt32 {
    value.bitPattern + 0x7FFF + (value.bitPattern >> 16 & 1)
  }

  private static func append(_ value: some FixedWidthInteger, to out: inout [UInt8]) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) { out.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}
