import Curation
import Foundation
import Platform
import ReplayStore

/// Files that were read and curated together, before anything is decided about them.
struct IntakeBatch: Sendable {
  let paths: [Path]
  let outcomes: [ArrivalReader.Outcome]
  /// What was read, in order; the verdict is `nil` where the bytes were known.
  let documents: [(arrival: Arrival, verdict: CurationVerdict?)]
}

/// Reads and curates files side by side. It changes nothing, so that it can work while an earlier batch is committed.
struct IntakeBatchMaker: Sendable {
  let reader: ArrivalReader
  let store: ReplayStore
  let maker: ContentMaker
  let settings: IntakeSettings

  func batch(of paths: [Path], _ shouldStop: @escaping @Sendable () -> Bool) async throws -> IntakeBatch {
    var outcomes = await SideBySide.map(paths) { reader.read($0, shouldStop: shouldStop) }
    let arrivals = outcomes.compactMap { if case .ready(let arrival) = $0 { arrival } else { nil } }
    let verdicts = try await curate(arrivals, shouldStop)
    var documents = Array(zip(arrivals, verdicts))
    if shouldStop() {
      // What a converter did not read for being stopped is read at the next start.
      let broken = Set(documents.filter { $0.1?.rejection?.name == .converterFailed }.map(\.0.path))
      documents.removeAll { broken.contains($0.0.path) }
      for (index, path) in paths.enumerated() where broken.contains(path) { outcomes[index] = .stopped }
    }
    return IntakeBatch(paths: paths, outcomes: outcomes, documents: documents)
  }

  /// The verdicts on documents whose bytes are new, each content once.
  private func curate(
    _ arrivals: [Arrival], _ shouldStop: @escaping @Sendable () -> Bool
  ) async throws -> [CurationVerdict?] {
    let (settings, curator) = (settings, maker.curator)
    let wanted = try await store.read { db in
      var seen: Set<Digest> = []
      let judge = IntakeJudge(db: db, settings: settings, curator: curator)
      return try arrivals.map { arrival in
        guard seen.insert(arrival.sha256).inserted else { return false }
        guard let known = try db.document(sha256: arrival.sha256) else { return true }
        return try judge.mayReturn(known, named: db.editable(named: arrival.name))
      }
    }
    return await SideBySide.map(Array(zip(arrivals, wanted))) { arrival, isWanted in
      guard isWanted else { return nil }
      switch arrival.content {
      case .bytes(let data): return maker.verdict(name: arrival.name, bytes: data, shouldStop: shouldStop)
      case .tooLarge:
        let reason = RejectionReason(
          .tooLarge, figure: Double(arrival.status.size), limit: Double(settings.limit), detail: "bytes; split it")
        return CurationVerdict(state: .rejected(reason))
      }
    }
  }
}
