import Foundation
import Learning
import Platform
import Reports

/// Many runs of a continual bench, each a file in one folder: what is there is not run again.
struct ContinualSweep {
  /// One run.
  struct Entry: Hashable {
    let arm: ContinualArm
    /// Places of the tasks.
    let order: [Int]
    let seed: Int

    func file(_ fingerprint: String) -> String {
      "\(arm.name)-\(order.map { String($0 + 1) }.joined(separator: "."))-s\(seed)-\(fingerprint).json"
    }
  }

  let folder: Path
  /// Of everything that the runs have in common.
  let fingerprint: String
  let fileSystem: any FileSystem

  /// All arms on one order and seed before the next, so that an interrupted sweep compares like with like.
  static func entries(arms: [ContinualArm], tasks: Int, orders: Int, seeds: [Int]) -> [Entry] {
    seeds.flatMap { seed in
      (0..<orders).flatMap { turn in
        let order = (0..<tasks).map { ($0 + turn) % tasks }
        return arms.compactMap { arm in
          // All tasks at once have no order.
          arm.isJoint && turn > 0 ? nil : Entry(arm: arm, order: order, seed: seed)
        }
      }
    }
  }

  func result(of entry: Entry) throws -> ContinualResult? {
    let path = folder.appending(entry.file(fingerprint))
    guard try fileSystem.exists(path) else { return nil }
    return try ReportCoding.read(ContinualResult.self, from: fileSystem.contents(of: path, limit: 1 << 24))
  }

  func keep(_ result: ContinualResult, of entry: Entry) throws {
    try DurableFile.write(
      try ReportCoding.object(result), to: folder.appending(entry.file(fingerprint)), through: fileSystem)
  }

  /// The page with all matrices side by side.
  func writePage(_ summary: ContinualSummary) throws -> Path {
    let path = folder.appending("sweep.html")
    try DurableFile.write(Data(ContinualPage(summary).html.utf8), to: path, through: fileSystem)
    return path
  }
}

extension ContinualSummary {
  /// - Parameter results: of all runs that are there.
  init(_ results: [ContinualResult]) {
    self.init(
      runs: results.map { result in
        Run(
          arm: result.arm, tasks: result.tasks, matrix: result.matrix, isAccuracy: result.accuracy != nil,
          isJoint: result.arm == "joint", score: result.accuracy ?? result.loss ?? .nan,
          backwardTransfer: result.backwardTransfer, learning: result.learningAccuracy, regret: result.regret,
          buffer: result.buffer, seed: result.seed, seconds: result.seconds, tokens: result.equivalentTokens)
      })
  }
}
