import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@Suite("The state's lock", .timeLimit(.minutes(1)))
struct StateLockTests {
  private static let flock = "/usr/bin/flock"

  @Test("a second taker is refused with the number of the first, and gets it after the release")
  func twoTakers() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/lock"
      #expect(StateLock.holder(of: path) == nil)
      let first = try StateLock.acquire(path)
      #expect(StateLock.holder(of: path) == getpid())
      let error = #expect(throws: LockError.self) { try StateLock.acquire(path) }
      #expect(error == .held(path: path, pid: getpid()))
      #expect("\(LockError.held(path: path, pid: 7))".contains("process 7"))
      first.release()
      #expect(StateLock.holder(of: path) == nil)
      let second = try StateLock.acquire(path)
      #expect(try LocalFileSystem().contents(of: path) == Data("\(getpid())\n".utf8))
      #expect(try LocalFileSystem().status(of: Path(path), followingLinks: false).permissions == 0o600)
      second.release()
    }
  }

  @Test("looking who holds it never keeps a taker out")
  func lookersDoNotBlock() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.path + "/lock"
      try StateLock.acquire(path).release()
      try Data("999999999\n".utf8).write(to: URL(fileURLWithPath: path))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for _ in 0..<2000 { _ = StateLock.holder(of: path) }
        }
        for _ in 0..<20 {
          try StateLock.acquire(path).release()
        }
        try await group.waitForAll()
      }
    }
  }

  @Test(
    "a holder that is killed leaves nothing that needs help",
    .enabled(if: FileManager.default.isExecutableFile(atPath: flock)))
  func killedHolder() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/lock"
      // Another process with another number in the file, which then dies without a chance to clean up.
      let holder = Process()
      holder.executableURL = URL(fileURLWithPath: StateLockTests.flock)
      holder.arguments = ["--no-fork", path, "sleep", "600"]
      try holder.run()
      while StateLock.holder(of: path) == nil { sched_yield() }
      try Data("\(holder.processIdentifier)\n".utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: LockError.self) { try StateLock.acquire(path) }
      #expect(error == .held(path: path, pid: holder.processIdentifier))
      kill(holder.processIdentifier, SIGKILL)
      holder.waitUntilExit()
      let lock = try StateLock.acquire(path)
      #expect(StateLock.holder(of: path) == getpid())
      lock.release()
    }
  }

  @Test("a lock file that is removed under its holder does not let two in under one name for long")
  func removedFile() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/lock"
      let first = try StateLock.acquire(path)
      try LocalFileSystem().unlink(Path(path))
      let second = try StateLock.acquire(path)
      #expect(throws: LockError.self) { try StateLock.acquire(path) }
      first.release()
      second.release()
    }
  }

  @Test("a folder that is missing, or a link in the file's place, is an error that names it")
  func unavailable() throws {
    try withTemporaryDirectory { directory in
      for path in [directory.path + "/none/lock", directory.path + "/link"] {
        try? LocalFileSystem().makeSymbolicLink(Path(directory.path + "/link"), target: Path("target"))
        let error = #expect(throws: LockError.self) { try StateLock.acquire(path) }
        guard case .unavailable(let cause) = error else {
          Issue.record("expected an unavailable lock, got \(String(describing: error))")
          continue
        }
        #expect(cause.path == path)
      }
    }
  }
}
