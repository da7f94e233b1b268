import Foundation
import Platform
import ReplayStore

/// A round that an earlier process, or a move of `current`, left running: it is given up, since its parent is no longer
/// what it would grow from, or what it was started with cannot be read.
struct InterruptedRound: Sendable {
  let number: Int
  private let folder: RoundFolder
  private let figures: RoundFigures

  /// `nil` where no round runs.
  static func find(
    _ store: ReplayStore, rounds: Path, through fileSystem: any FileSystem
  ) async throws -> InterruptedRound? {
    try await store.read { try $0.runningRound() }
      .map { InterruptedRound($0, folder: RoundFolder(rounds: rounds, number: $0.number, through: fileSystem)) }
  }

  init(_ round: Round, folder: RoundFolder) {
    number = round.number
    self.folder = folder
    // A ledger that cannot be read costs figures, not what was asked for.
    let ledger = try? folder.ledger()
    figures = RoundFigures(
      seconds: ledger?.seconds ?? round.seconds, tokens: ledger?.tokens ?? round.tokens, report: "{}")
  }

  /// The store's half, in the transaction that moves; a round that has ended meanwhile stays as it is.
  func abandon(in db: Database, now: Date) throws {
    guard try db.runningRound()?.number == number else { return }
    try db.abandon(round: number, figures: figures, now: now)
  }

  /// What it left on disk.
  func removeFiles() throws { try folder.remove() }
}
