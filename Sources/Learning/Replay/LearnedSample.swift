import Transformer

/// A sample as a step learns it.
package struct LearnedSample {
  package var encoded: EncodedTokens
  /// Whether the base's distributions are learned instead of its tokens.
  package var isDistilled: Bool
  /// By place in the sample: distributions that are learned beside its tokens.
  package var recall: [Int: SoftTarget]

  /// - Parameter isAlone: whether what it recalls is learned in place of its tokens, where it recalls anything: a few samples
  ///   that come again and again are not learned by heart then.
  package init(
    _ encoded: EncodedTokens, isDistilled: Bool = false, recall: [Int: SoftTarget] = [:], isAlone: Bool = false
  ) {
    self.encoded = encoded
    if isAlone, !recall.isEmpty { self.encoded.supervised = encoded.supervised.map { _ in false } }
    self.isDistilled = isDistilled
    self.recall = recall
  }
}

extension SequencePacker {
  /// One row out of samples that fit it; a trainer weighs what is distilled and recalled in it. What several samples begin
  /// with is recalled once, as it is laid once; the first token behind it is not.
  package static func row(learning samples: [LearnedSample]) -> PackedRow {
    let apart = Set(samples.indices.filter { samples[$0].isDistilled })
    var (row, segments) = row(samples.map(\.encoded), apart: apart)
    let distilled = Set(apart.map { segments[$0] })
    if !distilled.isEmpty { row.distillation = PackedRow.Distillation(segments: distilled, weight: 1) }
    let common = row.continues == nil ? 0 : row.segments[0].count
    var recall: [Int: SoftTarget] = [:]
    for (segment, sample) in zip(segments, samples) {
      let shared = row.continues?[segment] == nil ? 0 : common
      for (place, target) in sample.recall where place != shared {
        recall[place < shared ? place : row.segmentStarts[segment] + place - shared] = target
      }
    }
    if !recall.isEmpty { row.recall = PackedRow.Recall(targets: recall, weight: 1) }
    return row
  }
}
