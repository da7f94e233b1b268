import Tensors

/// The element types a GGUF tensor can have (ggml.h, `enum ggml_type`): all are sized, so that a file's layout can be
/// checked; those with a `format` can be read.
package enum GGUFTensorType: UInt32, CaseIterable, Sendable {
  case f32 = 0
  case f16 = 1
  case q4x0 = 2
  case q4x1 = 3
  case q5x0 = 6
  case q5x1 = 7
  case q8x0 = 8
  case q8x1 = 9
  case q2k = 10
  case q3k = 11
  case q4k = 12
  case q5k = 13
  case q6k = 14
  case q8k = 15
  case iq2xxs = 16
  case iq2xs = 17
  case iq3xxs = 18
  case iq1s = 19
  case iq4nl = 20
  case iq3s = 21
  case iq2s = 22
  case iq4xs = 23
  case i8 = 24
  case i16 = 25
  case i32 = 26
  case i64 = 27
  case f64 = 28
  case iq1m = 29
  case bf16 = 30
  case tq1x0 = 34
  case tq2x0 = 35
  case mxfp4 = 39

  package init(_ format: BlockFormat) {
    switch format {
    case .f32: self = .f32
    case .f16: self = .f16
    case .bf16: self = .bf16
    case .q4x0: self = .q4x0
    case .q4x1: self = .q4x1
    case .q8x0: self = .q8x0
    }
  }

  /// How the engine reads it; `nil` where it does not.
  package var format: BlockFormat? { BlockFormat.allCases.first { GGUFTensorType($0) == self } }

  /// The name other tools print, such as `Q4_K`.
  package var name: String { facts.name }
  /// Elements in one block.
  package var elementsPerBlock: Int { facts.elements }
  /// Bytes of one block.
  package var bytesPerBlock: Int { facts.bytes }

  /// Name, elements and bytes of a block (ggml-common.h).
  private var facts: (name: String, elements: Int, bytes: Int) {
    switch self {
    case .f32: ("F32", 1, 4)
    case .f16: ("F16", 1, 2)
    case .q4x0: ("Q4_0", 32, 18)
    case .q4x1: ("Q4_1", 32, 20)
    case .q5x0: ("Q5_0", 32, 22)
    case .q5x1: ("Q5_1", 32, 24)
    case .q8x0: ("Q8_0", 32, 34)
    case .q8x1: ("Q8_1", 32, 36)
    case .q2k: ("Q2_K", 256, 84)
    case .q3k: ("Q3_K", 256, 110)
    case .q4k: ("Q4_K", 256, 144)
    case .q5k: ("Q5_K", 256, 176)
    case .q6k: ("Q6_K", 256, 210)
    case .q8k: ("Q8_K", 256, 292)
    case .iq2xxs: ("IQ2_XXS", 256, 66)
    case .iq2xs: ("IQ2_XS", 256, 74)
    case .iq3xxs: ("IQ3_XXS", 256, 98)
    case .iq1s: ("IQ1_S", 256, 50)
    case .iq4nl: ("IQ4_NL", 32, 18)
    case .iq3s: ("IQ3_S", 256, 110)
    case .iq2s: ("IQ2_S", 256, 82)
    case .iq4xs: ("IQ4_XS", 256, 136)
    case .i8: ("I8", 1, 1)
    case .i16: ("I16", 1, 2)
    case .i32: ("I32", 1, 4)
    case .i64: ("I64", 1, 8)
    case .f64: ("F64", 1, 8)
    case .iq1m: ("IQ1_M", 256, 56)
    case .bf16: ("BF16", 1, 2)
    case .tq1x0: ("TQ1_0", 256, 54)
    case .tq2x0: ("TQ2_0", 256, 66)
    case .mxfp4: ("MXFP4", 32, 17)
    }
  }
}
