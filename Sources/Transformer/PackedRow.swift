/// One row handed to the decoder: one or more samples laid end to end, each attending to itself only.
///
/// Positions start at 0 in each segment, and behind the segment that it goes on from. Invariants: `tokens.count ==
/// supervised.count`, `segmentStarts` ascends from 0.
package struct PackedRow: Codable, Hashable, Sendable {
  package var tokens: [Int32]
  /// `supervised[t]`: token t is a target, predicted from those before it; never true at a segment's start.
  package var supervised: [Bool]
  package var segmentStarts: [Int]
  /// Segments that learn the base's distributions instead of their tokens; `nil`: none.
  package var distillation: Distillation?
  /// Remembered distributions that are learned beside the tokens or without them; `nil`: none.
  package var recall: Recall?
  /// Segments that go on from an earlier one of this row, by number: they see all of it and of what that one goes on
  /// from, so that what several samples begin with is laid once. That is exact: a causal decoder's states at a common
  /// start are the same in every sample. `nil`: none.
  package var continues: [Int: Int]?

  /// Dark replay (Buzzega et al., 2020): at each of these places the loss has `weight`·KL(remembered ‖ model), in nats,
  /// beside that of the token where it is supervised.
  package struct Recall: Codable, Hashable, Sendable {
    /// By place of the token that is predicted; never a segment's first.
    package var targets: [Int: SoftTarget]
    package var weight: Float

    package init(targets: [Int: SoftTarget], weight: Float) {
      self.targets = targets
      self.weight = weight
    }
  }

  /// Knowledge distillation (Hinton et al., 2015) from the base without its adapter: at each supervised token of these
  /// segments the loss is `weight`·KL(base ‖ model), in nats.
  package struct Distillation: Codable, Hashable, Sendable {
    package var segments: Set<Int>
    package var weight: Float

    package init(segments: Set<Int>, weight: Float) {
      self.segments = segments
      self.weight = weight
    }
  }

  /// - Precondition: `tokens` and `supervised` have one length, `segmentStarts` ascend from 0 within it.
  package init(tokens: [Int32], supervised: [Bool], segmentStarts: [Int] = [0]) {
    precondition(tokens.count == supervised.count, "row: \(tokens.count) tokens, \(supervised.count) flags")
    precondition(segmentStarts.first == 0 || tokens.isEmpty, "row: the first segment starts at 0")
    precondition(
      zip(segmentStarts, segmentStarts.dropFirst()).allSatisfy(<) && segmentStarts.last ?? 0 < max(tokens.count, 1),
      "row: segment starts \(segmentStarts) do not ascend within \(tokens.count) tokens")
    self.tokens = tokens
    self.supervised = supervised
    self.segmentStarts = segmentStarts
    for start in segmentStarts where start < supervised.count { self.supervised[start] = false }
  }

  /// One segment with every token but the first supervised.
  package init(text tokens: [Int32]) {
    self.init(tokens: tokens, supervised: tokens.indices.map { $0 > 0 }, segmentStarts: tokens.isEmpty ? [] : [0])
  }

  /// The half-open token ranges of the segments.
  package var segments: [Range<Int>] {
    segmentStarts.indices.map { i in
      segmentStarts[i]..<(i + 1 < segmentStarts.count ? segmentStarts[i + 1] : tokens.count)
    }
  }

  /// Tokens of all samples, a common start counted in each.
  package var sampleTokens: Int {
    guard let continues else { return tokens.count }
    let segments = segments
    let shared = Set(continues.values)
    /// Tokens of each segment and of what it goes on from.
    var whole: [Int] = []
    for k in segments.indices { whole.append(segments[k].count + (continues[k].map { whole[$0] } ?? 0)) }
    return segments.indices.reduce(0) { $0 + (shared.contains($1) ? 0 : whole[$1]) }
  }

  /// Tokens that count in the loss.
  package var supervisedCount: Int { supervised.reduce(0) { $0 + ($1 ? 1 : 0) } }

  /// Of these, tokens that learn the base's distributions.
  package var distilledCount: Int { targets.distilled.count }

  /// Places that learn a remembered distribution.
  package var recalledCount: Int { recall?.targets.count ?? 0 }

  /// The places that have a loss: those whose tokens or remembered distributions are learned, then those that are
  /// distilled, each in order.
  var targets: (learned: [Int], distilled: [Int]) {
    let segments = segments
    let distilled = Set((distillation?.segments ?? []).filter(segments.indices.contains).flatMap { segments[$0] })
    let learned = supervised.indices.filter {
      (supervised[$0] || recall?.targets[$0] != nil) && !distilled.contains($0)
    }
    return (learned, distilled.isEmpty ? [] : supervisedPlaces.filter(distilled.contains))
  }

  /// The places of supervised tokens, in order.
  var supervisedPlaces: [Int] { supervised.indices.filter { supervised[$0] } }

  /// The distilled segments alone, for the teacher to read; `nil` where there are none.
  var distilledPart: PackedRow? {
    guard let distillation else { return nil }
    let segments = segments
    let parts = segments.indices.filter(distillation.segments.contains).map { segments[$0] }
    if parts.isEmpty { return nil }
    var starts = [0]
    for part in parts.dropLast() { starts.append(starts[starts.count - 1] + part.count) }
    return PackedRow(
      tokens: parts.flatMap { tokens[$0] }, supervised: parts.flatMap { supervised[$0] }, segmentStarts: starts)
  }
}
