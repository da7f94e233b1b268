/// How the numbers of a matrix are stored in a model file; each row is a whole number of blocks (GGUF, ggml-common.h).
package enum BlockFormat: String, CaseIterable, Codable, Sendable {
  case f32, f16, bf16
  case q4x0 = "q4_0"
  case q4x1 = "q4_1"
  case q8x0 = "q8_0"

  /// Elements in one block.
  package var elementsPerBlock: Int {
    switch self {
    case .f32, .f16, .bf16: 1
    case .q4x0, .q4x1, .q8x0: 32
    }
  }

  /// Bytes of one block.
  package var bytesPerBlock: Int {
    switch self {
    case .f32: 4
    case .f16, .bf16: 2
    case .q4x0: 18
    case .q4x1: 20
    case .q8x0: 34
    }
  }

  /// Bytes of `count` elements, `nil` where they are no whole number of blocks or the product overflows.
  package func byteCount(elements count: Int) -> Int? {
    guard count >= 0, count % elementsPerBlock == 0 else { return nil }
    let (bytes, overflow) = (count / elementsPerBlock).multipliedReportingOverflow(by: bytesPerBlock)
    return overflow ? nil : bytes
  }
}
