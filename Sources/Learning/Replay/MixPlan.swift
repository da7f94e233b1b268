/// A sample by number, without its tokens.
package struct SampleReference: Codable, Hashable, Sendable {
  package let id: Int64
  package let tokens: Int
  /// Of these, targets.
  package let supervised: Int

  package init(id: Int64, tokens: Int, supervised: Int) {
    self.id = id
    self.tokens = tokens
    self.supervised = supervised
  }
}

/// What an earlier domain offers to replay, in the order in which it is to be drawn.
package struct ReplayDomain: Codable, Hashable, Sendable {
  package let name: String
  package let samples: [SampleReference]
  /// The part of its budget that it has lost already, 0 or more: what it has over even replay goes by it.
  package let need: Double

  package init(name: String, samples: [SampleReference], need: Double = 0) {
    self.name = name
    self.samples = samples
    self.need = need
  }

  /// Of a sample; 0 without any.
  package var meanTokens: Int { samples.reduce(0) { $0 + $1.tokens } / max(samples.count, 1) }

  /// Whether its samples are questions, of which less than half is learned.
  var isOfAnswers: Bool {
    samples.reduce(0) { $0 + 2 * $1.supervised - $1.tokens } < 0
  }
}

/// How a round's steps are mixed.
package struct MixSettings: Codable, Hashable, Sendable {
  /// `train.batch` and `train.sequence`: a step is this many rows of this many tokens.
  package var rows: Int
  package var length: Int
  package var epochs: Int
  /// `replay.share` and `replay.general`, of a step's tokens.
  package var share: Double
  package var generalShare: Double
  /// Times that an earlier sample may come in one epoch: with 1 a small domain leaves its share to the others.
  package var repeats: Int
  /// The same for a domain of answers, where it is more.
  package var answerRepeats: Int

  package init(
    rows: Int = 2, length: Int = 512, epochs: Int = 3, share: Double = 0.2, generalShare: Double = 0.05,
    repeats: Int = 1, answerRepeats: Int = 1
  ) {
    self.rows = rows
    self.length = length
    self.epochs = epochs
    self.share = share
    self.generalShare = generalShare
    self.repeats = repeats
    self.answerRepeats = answerRepeats
  }
}

/// Where a planned sample comes from. Numbers are of one table for new and earlier samples, of another for general ones.
package enum SampleOrigin: Codable, Hashable, Sendable {
  case new
  case earlier(domain: String)
  case general
}

package struct PlannedSample: Codable, Hashable, Sendable {
  package let origin: SampleOrigin
  package let reference: SampleReference
}

/// Samples that share a row, in their order.
package struct PlannedRow: Codable, Hashable, Sendable {
  package let samples: [PlannedSample]

  package var tokens: Int { samples.reduce(0) { $0 + $1.reference.tokens } }
}

/// One optimiser step.
package struct PlannedStep: Codable, Hashable, Sendable {
  package let epoch: Int
  package let rows: [PlannedRow]

  package var tokens: Int { rows.reduce(0) { $0 + $1.tokens } }
}
