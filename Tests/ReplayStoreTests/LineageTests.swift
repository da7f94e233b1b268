import Foundation
import ReplayStore
import TestSupport
import Testing

@Suite("The best of a lineage")
struct LineageTests {
  @Test("is the version furthest below current on the pieces that both have, of equal ones the latest")
  func best() throws {
    try withDatabase { db in
      for number in 1...3 { try db.take(number) }
      try db.learn(as: 1)
      let pieces = try db.frozenPieces(domain: "law", split: .test).map(\.id)
      try #require(pieces.count == 3)
      func record(_ version: Int, _ losses: [Double]) throws {
        try db.record(
          zip(pieces, losses).map { PieceScore(piece: $0, nll: $1 * 10, tokens: 10) }, of: .version(version))
      }
      try record(0, [3, 3, 3])
      try record(1, [2, 2, 4])
      // Not measured on the last piece.
      try record(2, [1, 1])
      try record(3, [3, 3, 2])
      try record(4, [2, 2, 4])
      let best = try #require(try db.best(of: [0, 1, 2, 4], than: 3, on: pieces, fewest: 3))
      #expect(best.version == 4 && abs(best.gain - 0.0) < 1e-12)
      #expect(try db.best(of: [0, 1], than: 3, on: Array(pieces.suffix(1)), fewest: 1)?.gain == -1)
      // What both were measured on counts, where that is enough.
      #expect(try db.best(of: [0, 1, 2], than: 3, on: pieces, fewest: 2)?.version == 2)
      #expect(try db.best(of: [0, 1, 2], than: 3, on: pieces, fewest: 2)?.gain == 2)
      #expect(try db.best(of: [2], than: 3, on: pieces, fewest: 3) == nil)
      #expect(try db.best(of: [3], than: 2, on: pieces, fewest: 2)?.gain == -2)
      #expect(try db.best(of: [], than: 3, on: pieces, fewest: 1) == nil)
      #expect(try db.best(of: [0], than: 3, on: [], fewest: 0) == nil)
    }
  }
}
