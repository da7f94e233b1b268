import Transformer

/// A sample as a step learns it.
package struct LearnedSample {
  package var encoded: EncodedTokens
  /// Whether the base's distributions are learned instead of its tokens.
  package var isDistilled: Bool
  /// By place in the sample: distributions that are learned beside its tokens.
  package var recall: [Int: SoftTarget]

  package init(_ encoded: EncodedTokens, isDistilled: Bool = false, recall: [Int: SoftTarget] = [:]) {
    self.encoded = encoded
    self.isDistilled = isDistilled
    self.recall = recall
  }
}

extension SequencePacker {
  /// One row out of samples that fit it; a trainer weighs what is distilled and recalled in it.
  package static func row(learning samples: [LearnedSample]) -> PackedRow {
    // What is recalled may lie in a sample's start, which is then its own.
    let apart = Set(samples.indices.filter { samples[$0].isDistilled || !samples[$0].recall.isEmpty })
    var (row, segments) = row(samples.map(\.encoded), apart: apart)
    let distilled = Set(samples.indices.filter { samples[$0].isDistilled }.map { segments[$0] })
    if !distilled.isEmpty { row.distillation = PackedRow.Distillation(segments: distilled, weight: 1) }
    var recall: [Int: SoftTarget] = [:]
    for (segment, sample) in zip(segments, samples) {
      let start = row.segmentStarts[segment]
      for (place, target) in sample.recall { recall[start + place] = target }
    }
    if !recall.isEmpty { row.recall = PackedRow.Recall(targets: recall, weight: 1) }
    return row
  }
}
