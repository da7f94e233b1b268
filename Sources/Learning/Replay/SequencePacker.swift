import Transformer

/// A sample as token ids and marks.
package struct EncodedTokens: Codable, Hashable, Sendable {
  package var tokens: [Int32]
  /// `supervised[t]`: token t is a target; never so for t = 0.
  package var supervised: [Bool]

  /// - Precondition: as many marks as tokens.
  package init(tokens: [Int32], supervised: [Bool]) {
    precondition(tokens.count == supervised.count, "\(tokens.count) tokens, \(supervised.count) marks")
    self.tokens = tokens
    self.supervised = supervised
  }
}

/// Lays samples end to end in rows, long ones first, each into the fullest row that still has room (best-fit decreasing).
package enum SequencePacker {
  /// Which samples share a row: rows in the order in which they were opened, samples in the order in which they came in.
  /// Samples of one length keep their order, so the caller decides by shuffling who meets whom.
  /// - Precondition: no length above `capacity`, none below 1.
  package static func bins(lengths: [Int], capacity: Int) -> [[Int]] {
    precondition(lengths.allSatisfy { 1...capacity ~= $0 }, "a sample does not fit a row of \(capacity)")
    // Stable: equal lengths in the caller's order.
    let order = lengths.indices.sorted { (-lengths[$0], $0) < (-lengths[$1], $1) }
    var bins: [[Int]] = []
    /// Rows by the room that is left in them, 0 to `capacity`.
    var open = [[Int]](repeating: [], count: capacity + 1)
    for sample in order {
      let length = lengths[sample]
      let room = (length...capacity).first { !open[$0].isEmpty } ?? capacity
      let bin: Int
      if let last = open[room].popLast() {
        bin = last
      } else {
        bin = bins.count
        bins.append([])
      }
      bins[bin].append(sample)
      open[room - length].append(bin)
    }
    return bins
  }

  /// One row out of samples that fit it. Samples that begin alike, as those of one prompt template do, share that start:
  /// it is laid once, in front.
  /// - Parameter apart: places of samples that share nothing.
  /// - Returns: the row, and the segment of each sample.
  package static func row(_ samples: [EncodedTokens], apart: Set<Int> = []) -> (row: PackedRow, segments: [Int]) {
    let shared = CommonStart.longest(of: samples, apart: apart)
    let start = shared.map { Array(samples[$0.members[0]].tokens[..<$0.length]) } ?? []
    let members = Set(shared?.members ?? [])
    var (tokens, supervised, starts) = (start, start.map { _ in false }, start.isEmpty ? [] : [0])
    var segments: [Int] = []
    for (place, sample) in samples.enumerated() {
      segments.append(starts.count)
      starts.append(tokens.count)
      let skipped = members.contains(place) ? start.count : 0
      tokens += sample.tokens[skipped...]
      supervised += sample.supervised[skipped...]
    }
    var row = PackedRow(tokens: tokens, supervised: supervised, segmentStarts: starts)
    if !start.isEmpty { row.continues = Dictionary(uniqueKeysWithValues: members.map { (segments[$0], 0) }) }
    return (row, segments)
  }

  /// All samples in as few rows as best-fit finds; a start that all of them share takes its room once a row.
  /// - Precondition: none is empty or longer than `length`.
  package static func pack(_ samples: [EncodedTokens], length: Int) -> [PackedRow] {
    let shared = CommonStart.longest(of: samples, apart: [])
    let start = shared?.members.count == samples.count ? shared?.length ?? 0 : 0
    return bins(lengths: samples.map { $0.tokens.count - start }, capacity: length - start)
      .map { row($0.map { samples[$0] }).row }
  }
}
