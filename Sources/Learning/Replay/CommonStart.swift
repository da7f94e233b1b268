import Transformer

/// The start that some samples of a row have in common.
struct CommonStart: Hashable, Sendable {
  /// Places of the samples that begin with it, ascending; at least two.
  let members: [Int]
  /// Tokens, none of them a target in any member; every member goes on with a token that is no target either, since that
  /// one's prediction would differ from sample to sample only in where it is laid.
  let length: Int

  /// A shorter start is not worth a segment of its own.
  private static let shortest = 8

  /// The start that saves most tokens; `nil` where none is long enough.
  static func longest(of samples: [EncodedTokens], apart: Set<Int>) -> CommonStart? {
    var groups: [ArraySlice<Int32>: [Int]] = [:]
    for (place, sample) in samples.enumerated() where !apart.contains(place) && free(sample) >= shortest {
      groups[sample.tokens[..<shortest], default: []].append(place)
    }
    let starts = groups.values.filter { $0.count > 1 }.map { members in
      CommonStart(members: members, length: common(members.map { samples[$0] }))
    }
    return starts.max { ($0.saved, $1.members[0]) < ($1.saved, $0.members[0]) }
  }

  private var saved: Int { length * (members.count - 1) }

  /// Tokens of a sample's start that may be shared.
  private static func free(_ sample: EncodedTokens) -> Int {
    (sample.supervised.firstIndex(of: true) ?? sample.tokens.count) - 1
  }

  /// Tokens that all samples begin with, as far as they may be shared.
  private static func common(_ samples: [EncodedTokens]) -> Int {
    let limit = samples.map(free).min() ?? 0
    return samples.map { samples[0].tokens.prefix(limit).commonStart(with: $0.tokens) }.min() ?? limit
  }
}
