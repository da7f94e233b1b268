import Transformer

/// A row and where its samples came from.
package struct PackedSamples: Hashable, Sendable {
  package let row: PackedRow
  /// Indices, among those packed, of the samples in the row, in the order in which they lie.
  package let samples: [Int]
}

extension SequencePacker {
  /// All samples in rows of at most `length` tokens, with their places; rows and places depend on the lengths and the
  /// order only.
  /// - Precondition: no sample is empty or longer than `length`: samples are never cut.
  package static func packWithPlaces(_ samples: [EncodedTokens], length: Int) -> [PackedSamples] {
    bins(lengths: samples.map(\.tokens.count), capacity: length).map { members in
      PackedSamples(row: row(members.map { samples[$0] }).row, samples: members)
    }
  }
}
