import Transformer

/// The texts of one task's training, by the numbers that a mixer plans with.
struct ContinualMaterial {
  /// Numbers between one owner's samples and the next's.
  private static let stride: Int64 = 1 << 32

  private let training: TaskTraining

  init(_ training: TaskTraining) { self.training = training }

  /// - Parameter owner: 0 for what is new, and among general texts; from 1 for earlier tasks.
  func references(of samples: [EncodedTokens], owner: Int) -> [SampleReference] {
    samples.enumerated().map { place, sample in
      SampleReference(
        id: Int64(owner) * Self.stride + Int64(place), tokens: sample.tokens.count,
        supervised: sample.supervised.count { $0 })
    }
  }

  func rows(of step: PlannedStep) -> [PackedRow] {
    step.rows.map { row in
      let parts = row.samples.map(part)
      let distilled = Set(row.samples.indices.filter { row.samples[$0].origin == .general })
      // What a place recalls may lie in its sample's start, which is then its own.
      let recalling = Set(parts.indices.filter { !parts[$0].recall.isEmpty })
      var (packed, segments) = SequencePacker.row(parts.map(\.sample), apart: distilled.union(recalling))
      if !distilled.isEmpty {
        packed.distillation = PackedRow.Distillation(segments: Set(distilled.map { segments[$0] }), weight: 1)
      }
      var recall: [Int: SoftTarget] = [:]
      for (segment, part) in zip(segments, parts) {
        let start = packed.segmentStarts[segment]
        for (place, target) in part.recall { recall[start + place] = target }
      }
      if !recall.isEmpty { packed.recall = PackedRow.Recall(targets: recall, weight: training.recallWeight) }
      return packed
    }
  }

  private func part(_ planned: PlannedSample) -> (sample: EncodedTokens, recall: [Int: SoftTarget]) {
    let (owner, place) = (Int(planned.reference.id / Self.stride), Int(planned.reference.id % Self.stride))
    switch planned.origin {
    case .general: return (training.general[place], [:])
    case .new: return (training.task.train[place], training.recall.isEmpty ? [:] : training.recall[place])
    case .earlier:
      let task = training.memory[owner - 1]
      return (task.samples[place], task.recall.isEmpty ? [:] : task.recall[place])
    }
  }
}
