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

  /// One row out of samples that fit it.
  package static func row(_ samples: [EncodedTokens]) -> PackedRow {
    var (tokens, supervised, starts) = ([Int32](), [Bool](), [Int]())
    for sample in samples where !sample.tokens.isEmpty {
      starts.append(tokens.count)
      tokens += sample.tokens
      supervised += sample.supervised
    }
    return PackedRow(tokens: tokens, supervised: supervised, segmentStarts: starts)
  }

  /// All samples in as few rows as best-fit finds.
  /// - Precondition: none is empty or longer than `length`.
  package static func pack(_ samples: [EncodedTokens], length: Int) -> [PackedRow] {
    bins(lengths: samples.map(\.tokens.count), capacity: length).map { row($0.map { samples[$0] }) }
  }
}
