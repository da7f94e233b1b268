import Tensors

/// What products with the frozen weights are computed in where a gradient is made. Losses that are measured are fp32's
/// either way, and so are attention, norms, the adapter's own gradient and the optimiser.
package enum Precision: String, Codable, Sendable, CaseIterable {
  case fp32
  /// Factors of 8 bits, sums of 24; only where the processor has AVX512_BF16, and by itself only where
  /// that is faster.
  case bf16

  /// What bf16 has to gain at least, for a product alone, to be worth its packed weights and its rounding.
  private static let worthwhile = 1.15

  /// The fastest that this processor has, as measured (`BFloat16Speed`).
  package static let fastest: Precision = BFloat16Speed.besideSGEMM > worthwhile ? .bf16 : .fp32

  /// What stands in for it here: a round may have begun on another processor.
  package var available: Precision { self == .bf16 && !BFloat16Matrix.isAvailable ? .fp32 : self }
}

/// The processor lacks what was asked for.
package enum PrecisionError: Error, Hashable, CustomStringConvertible {
  case noBFloat16

  package var description: String {
    "train.precision bf16: this processor has no AVX512_BF16; set it to auto or fp32."
  }
}
