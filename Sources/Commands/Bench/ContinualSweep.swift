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
    /// Share of past samples that is kept; 1 for arms that keep none.
    let buffer: Double

    /// - Parameter fingerprint: of everything else that tells its run from others.
    func file(_ fingerprint: String) -> String {
      let order = order.map { String($0 + 1) }.joined(separator: ".")
      return "\(arm.name)-\(order)-s\(seed)-b\(buffer)-\(fingerprint).json"
    }
  }

  let folder: Path
  let fingerprint: (ContinualArm) -> String
  /// Whether results without the scores that no mean needs will do.
  let isBrief: Bool
  let fileSystem: any FileSystem

  /// All arms on one order and seed before the next, so that an interrupted sweep compares like with like.
  static func entries(arms: [(arm: ContinualArm, buffer: Double)], tasks: Int, orders: Int, seeds: [Int]) -> [Entry] {
    seeds.flatMap { seed in
      (0..<orders).flatMap { turn in
        let order = (0..<tasks).map { ($0 + turn) % tasks }
        // All tasks at once have no order.
        return arms.filter { !$0.arm.isJoint || turn == 0 }.map { arm, buffer in
          Entry(arm: arm, order: order, seed: seed, buffer: arm.replays ? buffer : 1)
        }
      }
    }
  }

  func result(of entry: Entry) throws -> ContinualResult? {
    let path = folder.appending(entry.file(fingerprint(entry.arm)))
    guard try fileSystem.exists(path) else { return nil }
    let result = try ReportCoding.read(ContinualResult.self, from: fileSystem.contents(of: path, limit: 1 << 24))
    return isBrief || result.isComplete ? result : nil
  }

  func keep(_ result: ContinualResult, of entry: Entry) throws {
    try DurableFile.write(
      try ReportCoding.object(result), to: folder.appending(entry.file(fingerprint(entry.arm))), through: fileSystem)
  }

  /// The page with all matrices side by side.
  func writePage(_ summary: ContinualSummary) throws -> Path {
    let path = folder.appending("sweep.html")
    try DurableFile.write(Data(ContinualPage(summary).html.utf8), to: path, through: fileSystem)
    return path
  }
}

extension ContinualArm {
  /// Whether its runs are others with another value of a setting.
  func dependsOn(_ setting: String) -> Bool {
    switch setting {
    case "train.seed", "train.memory", "train.rate_decay": return false
    case "replay.share": return replays
    case "replay.general", "gate.general": return rehearsesGeneral
    // Elsewhere the strength stands in the name, or is the part's own.
    case "ewc.lambda", "replay.recall", "replay.learn": return isDefault
    default: break
    }
    return switch setting.prefix(while: { $0 != "." }) {
    case "lora", "train": true
    case "ewc": parts.contains(.ewc) || parts.contains(.ewcProduct)
    case "general": rehearsesGeneral
    default: false
    }
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
          answerLoss: result.answerLoss?.mean, answerLossTransfer: result.answerLoss?.backwardTransfer,
          buffer: (try? ContinualArm(result.arm).replays) == true ? result.buffer : nil, seed: result.seed,
          seconds: result.seconds, tokens: result.equivalentTokens,
          generalDivergence: result.generalDivergence)
      })
  }
}
