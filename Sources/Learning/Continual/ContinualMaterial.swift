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

  /// - Parameter recall: of earlier samples, by number, beside what they remember themselves.
  func rows(of step: PlannedStep, recall: [Int64: [Int: SoftTarget]]) -> [PackedRow] {
    step.rows.map { row in
      SequencePacker.row(
        learning: row.samples.map { planned in
          LearnedSample(
            text(of: planned), isDistilled: planned.origin == .general,
            recall: recall[planned.reference.id] ?? remembered(planned),
            isAlone: training.recallsAlone && planned.origin != .new)
        })
    }
  }

  func text(of planned: PlannedSample) -> EncodedTokens {
    let (owner, place) = numbers(of: planned)
    return switch planned.origin {
    case .general: training.general[place]
    case .new: training.task.train[place]
    case .earlier: training.memory[owner - 1].samples[place]
    }
  }

  private func remembered(_ planned: PlannedSample) -> [Int: SoftTarget] {
    let (owner, place) = numbers(of: planned)
    let remembered =
      switch planned.origin {
      case .general: [] as [[Int: SoftTarget]]
      case .new: training.recall
      case .earlier: training.memory[owner - 1].recall
      }
    return remembered.isEmpty ? [:] : remembered[place]
  }

  private func numbers(of planned: PlannedSample) -> (owner: Int, place: Int) {
    (Int(planned.reference.id / Self.stride), Int(planned.reference.id % Self.stride))
  }
}
