import Foundation
import TestSupport
import Testing

/// SQLite's method: make call N fail, for N = 1, 2, 3 …, and look at the world after each.
@Suite("Faults", .serialized)
struct FaultSweepTests {
  @Test(
    "SIGKILL, ENOSPC and EIO at each injected step: a restart converges, nothing is lost or doubled, current is whole",
    arguments: SweptOperation.all)
  func sweep(_ operation: SweptOperation) async throws {
    try await withTemporaryDirectory { folder in
      let sweep = try await FaultSweep(operation, in: folder)
      #expect(sweep.goal.problems == [])
      let count = try await sweep.count()
      #expect(count >= operation.least, "injection points of \(operation)")
      let plans = sweep.plans(count)
      let began = ContinuousClock.now
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<2 {
          group.addTask {
            for index in plans.indices where index % 2 == worker { try await sweep.inject(plans[index]) }
          }
        }
        try await group.waitForAll()
      }
      print("sweep of \(operation): \(count) steps, \(plans.count) faults, \(ContinuousClock.now - began)")
    }
  }
}
