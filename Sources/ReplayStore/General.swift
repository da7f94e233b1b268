import Foundation

/// A text that the base itself wrote: it stands for what the model knows in general.
package struct GeneralSample: Hashable, Sendable {
  /// How the base was asked: free text, or a chat answer.
  package var kind: String
  /// Measured, never replayed.
  package var isHeldOut: Bool
  package var prompt: String?
  package var encoded: StoredTokens

  package init(kind: String, isHeldOut: Bool, prompt: String? = nil, encoded: StoredTokens) {
    self.kind = kind
    self.isHeldOut = isHeldOut
    self.prompt = prompt
    self.encoded = encoded
  }
}

/// What a part of the general set is for.
package enum GeneralPart: Hashable, Sendable {
  /// Mixed into training.
  case replayed
  /// Every sixth of those that are not held out: read where a step back is chosen.
  case validation
  /// Held out: read by the gate.
  case test
}

/// One held-out general sample under one adapter.
package struct GeneralScore: Hashable, Sendable {
  package let sample: Int
  /// Sum over the supervised tokens, nats.
  package let nll: Double
  /// Sum over the supervised tokens of KL(base ‖ adapted), nats.
  package let divergence: Double
  package let tokens: Int

  package init(sample: Int, nll: Double, divergence: Double, tokens: Int) {
    self.sample = sample
    self.nll = nll
    self.divergence = divergence
    self.tokens = tokens
  }
}

extension Database {
  /// Keeps the general set; a set that exists already is replaced, with what was measured on it.
  package func replaceGeneralSet(_ samples: [GeneralSample]) throws {
    try run("DELETE FROM general_evaluation")
    try run("DELETE FROM general_sample")
    for (id, sample) in samples.enumerated() {
      try run(
        """
        INSERT INTO general_sample (id, kind, held_out, prompt, tokens, supervised, token_count)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """, id, sample.kind, sample.isHeldOut, sample.prompt, TokenBlob.encode(sample.encoded.tokens),
        SupervisionBlob.encode(sample.encoded.supervised), sample.encoded.tokens.count)
    }
  }

  /// One part of the general set, by number.
  package func generalSamples(_ part: GeneralPart) throws -> [(id: Int, sample: GeneralSample)] {
    let samples = try rows(
      "SELECT id, kind, held_out, prompt, tokens, supervised FROM general_sample WHERE held_out = ? ORDER BY id",
      part == .test
    ) { row -> (id: Int, sample: GeneralSample) in
      (
        try row[0],
        GeneralSample(kind: try row[1], isHeldOut: try row[2], prompt: try row[3], encoded: try row.tokens(at: 4))
      )
    }
    if part == .test { return samples }
    return samples.enumerated().filter { ($0.offset % 6 == 5) == (part == .validation) }.map(\.element)
  }

  /// Keeps scores; measuring a sample again replaces its score.
  package func record(_ scores: [GeneralScore], of subject: EvaluationSubject) throws {
    for score in scores {
      try run(
        """
        INSERT OR REPLACE INTO general_evaluation (subject, number, attempt, sample, nll, divergence, tokens)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """, subject.kind, subject.number, subject.attempt, score.sample, score.nll, score.divergence, score.tokens)
    }
  }

  /// A subject's scores by sample, empty where it was never measured.
  package func generalScores(of subject: EvaluationSubject) throws -> [GeneralScore] {
    try rows(
      """
      SELECT sample, nll, divergence, tokens FROM general_evaluation
      WHERE subject = ? AND number = ? AND attempt = ? ORDER BY sample
      """, subject.kind, subject.number, subject.attempt
    ) { GeneralScore(sample: try $0[0], nll: try $0[1], divergence: try $0[2], tokens: try $0[3]) }
  }
}
