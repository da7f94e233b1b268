import Foundation
import Learning
import ModelFiles
import Platform
import Reports

/// `State/rounds/N`: the plan that a round was started with, and how far it is.
///
/// Every file is written whole and durably, so a kill leaves the old one or the new one.
struct RoundFolder: Sendable {
  /// Pinned at the start of an attempt.
  struct Plan: Codable, Sendable {
    var settings: RoundSettings
    /// `RoundAttempt.number`.
    var attempt: Int
    var seed: UInt64
    var steps: [PlannedStep]
    var epochSteps: [Int]
  }

  /// Work done so far, over all sittings.
  struct Ledger: Codable, Sendable {
    var stepSeconds = 0.0
    var evaluationSeconds = 0.0
    var fisherSeconds = 0.0
    /// Of attempts that were rejected, and of the one that runs.
    var tokens = 0
    var replayedTokens = 0
    /// Of those, the general set's; `nil` in a ledger of before they were counted apart.
    var generalTokens: Int? = 0
    var tries: [Try] = []

    /// An attempt that the gate refused.
    struct Try: Codable, Sendable {
      /// Of its tokens, those of earlier domains.
      var replayShare: Double
      /// What was found along it, the whole step first.
      var walk: [ForgettingReport.WalkStep]
    }

    var seconds: Double { stepSeconds + evaluationSeconds + fisherSeconds }
  }

  let path: Path
  let fileSystem: any FileSystem

  init(rounds: Path, number: Int, through fileSystem: any FileSystem) {
    path = rounds.appending(String(number))
    self.fileSystem = fileSystem
  }

  private var planPath: Path { path.appending("plan.json") }
  private var phasePath: Path { path.appending("phase.json") }
  private var ledgerPath: Path { path.appending("ledger.json") }
  private var checkpointPath: Path { path.appending("checkpoint.safetensors") }
  private var consolidationPath: Path { path.appending("consolidation.safetensors") }

  func create() throws { try DurableFile.makeDirectory(path, mode: 0o700, through: fileSystem) }

  func remove() throws { try DurableFile.removeTree(path, through: fileSystem) }

  // MARK: Plan and ledger

  /// Where the round's machine stands; `waiting` where nothing was done yet.
  func phase() throws -> RoundPhase { try json(phasePath) ?? .waiting }

  func write(_ phase: RoundPhase) throws { try write(phase, to: phasePath) }

  func plan() throws -> Plan? { try json(planPath) }

  /// Starts an attempt: the checkpoint of an earlier one goes first.
  func begin(_ plan: Plan) throws {
    if try fileSystem.exists(checkpointPath) { try DurableFile.remove(checkpointPath, through: fileSystem) }
    try write(plan, to: planPath)
  }

  func ledger() throws -> Ledger { try json(ledgerPath) ?? Ledger() }

  func write(_ ledger: Ledger) throws { try write(ledger, to: ledgerPath) }

  // MARK: Vectors

  /// What the attempt's penalty pulls towards; made once, since the general Fisher at the base takes a while.
  func consolidation(count: Int) throws -> Consolidation? {
    guard try fileSystem.exists(consolidationPath) else { return nil }
    let file = try DenseVectors.read(consolidationPath.description, through: fileSystem)
    return try Consolidation(
      vectors: file.vectors, values: file.metadata.compactMapValues(Double.init), count: count)
  }

  func write(_ consolidation: Consolidation) throws {
    try DenseVectors(consolidation.vectors, metadata: consolidation.values.mapValues { "\($0)" })
      .write(to: consolidationPath.description, through: fileSystem)
  }

  /// Whether there is a trained candidate, finished or not.
  func hasCheckpoint() throws -> Bool { try fileSystem.exists(checkpointPath) }

  func checkpoint() throws -> TrainerCheckpoint? {
    guard try hasCheckpoint() else { return nil }
    let file = try DenseVectors.read(checkpointPath.description, through: fileSystem)
    return TrainerCheckpoint(vectors: file.vectors, state: Data((file.metadata["state"] ?? "").utf8))
  }

  func write(_ checkpoint: TrainerCheckpoint) throws {
    try DenseVectors(checkpoint.vectors, metadata: ["state": String(decoding: checkpoint.state, as: UTF8.self)])
      .write(to: checkpointPath.description, through: fileSystem)
  }

  // MARK: JSON

  private func json<Value: Decodable>(_ path: Path) throws -> Value? {
    guard try fileSystem.exists(path) else { return nil }
    let data = try fileSystem.contents(of: path, limit: 1 << 28)
    do {
      return try JSONDecoder().decode(Value.self, from: data)
    } catch let error as DecodingError {
      throw RoundFileError(path: path, folder: self.path, reason: error)
    }
  }

  private func write(_ value: some Encodable, to path: Path) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try DurableFile.write(encoder.encode(value), to: path, through: fileSystem)
  }
}

/// A file of a round's folder is not what was written there.
package struct RoundFileError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  init(path: Path, folder: Path, reason: DecodingError) {
    description =
      "\(path): the round's file cannot be read (\(reason.fact)). Remove the folder \(folder): a round at work starts "
      + "anew then, and a refused one's documents can be learned again with stet train --retry."
  }
}
