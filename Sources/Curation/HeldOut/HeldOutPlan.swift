/// Which pieces of a domain are held out: fixed shares of its stream of pieces, at places that only the State's own
/// seed tells.
///
/// A domain's documents, in the order of their arrival, form one stream of pieces. The stream is cut into strata (of
/// 20 pieces with the default shares, the first of 10, so that small domains have some early); in each stratum a
/// keyed shuffle places blocks of one or two held-out pieces. So the shares hold nearly exactly at any length, with
/// no pass over all documents, and nobody without the seed can tell which text will judge.
package struct HeldOutPlan: Codable, Hashable, Sendable {
  /// Shares of pieces.
  package let validation: Double
  package let test: Double
  private let seed: UInt64

  /// Tokens in one piece at most.
  package static let pieceTokens = 256
  /// Tokens of training text left out on each side of held-out text of the same record, at least.
  package static let gapTokens = 32
  /// Contiguous pieces in one held-out block.
  private static let blockPieces = 2

  /// - Parameter seed: the State's own, made at its start and never shown.
  package init(seed: UInt64, validation: Double = 0.05, test: Double = 0.1) {
    self.seed = seed
    self.validation = min(max(validation, 0), 0.45)
    self.test = min(max(test, 0), 0.45)
  }

  /// The use of `count` pieces that stand in the stream of `domain` from `position` on.
  package func splits(domain: String, position: Int, count: Int) -> [Split] {
    guard count > 0, position >= 0 else { return [] }
    var splits: [Split] = []
    var stratum = self.stratum(containing: position)
    var offset = position - stratum.start
    while splits.count < count {
      let layout = layout(domain: domain, stratum)
      splits.append(contentsOf: layout[offset...].prefix(count - splits.count))
      offset = 0
      stratum = self.stratum(containing: stratum.start + stratum.length)
    }
    return splits
  }

  private struct Stratum {
    var start: Int
    var length: Int
    var index: Int
  }

  /// Pieces of one stratum: few, but enough for whole numbers of held-out ones.
  private var period: Int {
    let periods = [20, 40, 50]
    func isWhole(_ value: Double) -> Bool { abs(value - value.rounded()) < 1e-6 }
    return periods.first { isWhole(Double($0) * test) && isWhole(Double($0) * validation) } ?? 100
  }

  private func stratum(containing position: Int) -> Stratum {
    let period = period
    let first = period / 2
    guard position >= first else { return Stratum(start: 0, length: first, index: 0) }
    let index = (position - first) / period
    return Stratum(start: first + index * period, length: period, index: index + 1)
  }

  /// The first stratum is half as long and holds as many, whatever its shares then are.
  private func layout(domain: String, _ stratum: Stratum) -> [Split] {
    let tests = Int((Double(period) * test).rounded())
    let validations = Int((Double(period) * validation).rounded())
    let fits = tests + validations <= stratum.length
    var units =
      Self.blocks(.test, fits ? tests : tests / 2) + Self.blocks(.validation, fits ? validations : validations / 2)
    let held = units.reduce(0) { $0 + $1.count }
    units += [[Split]](repeating: [.train], count: stratum.length - held)
    var stream = KeyedStream(key: key(domain: domain, stratum: stratum.index))
    units.shuffle(using: &stream)
    let line = units.flatMap { $0 }
    // Turned by a random number of places, every place is as likely as any other.
    let turn = Int.random(in: 0..<line.count, using: &stream)
    return Array(line[turn...] + line[..<turn])
  }

  private static func blocks(_ split: Split, _ pieces: Int) -> [[Split]] {
    stride(from: 0, to: pieces, by: blockPieces).map { start in
      [Split](repeating: split, count: min(blockPieces, pieces - start))
    }
  }

  private func key(domain: String, stratum: Int) -> UInt64 {
    let name = Mixing.hash(domain.utf8, seed: Mixing.finish(seed))
    return Mixing.finish(Mixing.step(Mixing.step(name, seed), UInt64(stratum)))
  }
}

/// How far a domain's stream of pieces has come; kept with the domain, it makes planning incremental.
package struct HeldOutCursor: Codable, Hashable, Sendable {
  package let domain: String
  /// Pieces so far.
  package var position: Int

  package init(domain: String, position: Int = 0) {
    self.domain = domain
    self.position = position
  }
}
