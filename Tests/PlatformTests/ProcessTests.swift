import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@Suite("Child processes, signals and limits", .timeLimit(.minutes(1)))
struct ProcessTests {
  private let patient = ChildProcess.Limits(timeout: .seconds(50))

  @Test("arguments arrive as they are, whatever a shell would make of them")
  func arguments() throws {
    let strange = ["printf", "%s|", "a b", "$HOME", "*", "'", "\"", "; exit 3", "\n", "ü"]
    let result = try ChildProcess.run(strange, limits: patient)
    #expect(result.outcome == .exited(0))
    #expect(String(decoding: result.standardOutput, as: UTF8.self) == strange.dropFirst(2).map { $0 + "|" }.joined())
    #expect(throws: PlatformError.self) { try ChildProcess.run(["printf", "a\0b"], limits: patient) }
    #expect(throws: PlatformError.self) { try ChildProcess.run([], limits: patient) }
  }

  @Test("status, both streams and the environment come back apart")
  func streams() throws {
    let result = try ChildProcess.run(
      ["/bin/sh", "-c", "echo out; echo \"err $NAME\" >&2; exit 7"], environment: ["NAME": "value"], limits: patient)
    #expect(result.outcome == .exited(7))
    #expect(!result.succeeded)
    #expect(result.standardOutput == Data("out\n".utf8))
    #expect(result.standardError == Data("err value\n".utf8))
    #expect(result.lastErrorLine == "err value")
    #expect(!result.isCut)
  }

  @Test("lines are handed out as they come, also those that end in a carriage return or in nothing")
  func lines() throws {
    var lines: [String] = []
    let result = try ChildProcess.run(
      ["printf", "one\\n10%%\\r20%%\\r\\n\\nlast"], limits: patient, onLine: { _, line in lines.append(line) })
    #expect(result.succeeded)
    #expect(lines == ["one", "10%", "20%", "last"])
  }

  @Test("input and output larger than a pipe go through without a deadlock")
  func largeInput() throws {
    let input = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    let result = try ChildProcess.run(["cat"], input: input, limits: patient)
    #expect(result.standardOutput == input)
  }

  @Test("a child that does not read its input ends without ending us")
  func unreadInput() throws {
    let result = try ChildProcess.run(["true"], input: Data(count: 1_000_000), limits: patient)
    #expect(result.outcome == .exited(0))
  }

  @Test("more output than is kept is read and dropped")
  func cutOutput() throws {
    var limits = patient
    limits.keptBytes = 1000
    let result = try ChildProcess.run(["/bin/sh", "-c", "head -c 500000 /dev/zero | tr '\\0' x"], limits: limits)
    #expect(result.succeeded)
    #expect(result.isCut)
    #expect(result.standardOutput == Data(repeating: UInt8(ascii: "x"), count: 1000))
  }

  @Test(
    "a child that takes too long is ended, also one that ignores the request", .timeLimit(.minutes(5)),
    arguments: [
      ["sleep", "600"], ["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"],
    ])
  func timeout(command: [String]) throws {
    var limits = ChildProcess.Limits(timeout: .milliseconds(100))
    limits.grace = .milliseconds(100)
    #expect(try ChildProcess.run(command, limits: limits).outcome == .timedOut)
  }

  @Test("a child is ended when the caller no longer wants it")
  func cancelled() throws {
    var asked = 0
    let result = try ChildProcess.run(
      ["sleep", "600"], limits: patient,
      isCancelled: {
        asked += 1
        return asked > 2
      })
    #expect(result.outcome == .cancelled)
  }

  @Test("a grandchild that keeps the pipe open does not keep us")
  func grandchild() throws {
    let result = try ChildProcess.run(["/bin/sh", "-c", "sleep 30 & echo done"], limits: patient)
    #expect(result.outcome == .exited(0))
    #expect(result.standardOutput == Data("done\n".utf8))
  }

  @Test(
    "a child killed by another hand says by which signal, and a program that is not there is an error with a remedy")
  func otherEnds() throws {
    let result = try ChildProcess.run(["/bin/sh", "-c", "kill -9 $$"], limits: patient)
    #expect(result.outcome == .killed(signal: SIGKILL))
    let error = #expect(throws: PlatformError.self) {
      try ChildProcess.run(["stet-no-such-program"], limits: patient)
    }
    #expect(error?.isMissing == true)
    #expect(error?.description.contains("PATH") == true)
  }

  @Test("a signal arrives as a value and no longer ends the process, and a child gets it as any program does")
  func signals() async throws {
    let stream = SignalStream.signals([SIGUSR1, SIGUSR2])
    var iterator = stream.makeAsyncIterator()
    kill(getpid(), SIGUSR1)
    #expect(await iterator.next() == SIGUSR1)
    kill(getpid(), SIGUSR2)
    #expect(await iterator.next() == SIGUSR2)
    let result = try ChildProcess.run(["/bin/sh", "-c", "kill -USR1 $$; exit 0"], limits: patient)
    #expect(result.outcome == .killed(signal: SIGUSR1))
  }

  @Test("core files are turned off")
  func coreFiles() throws {
    try ProcessLimits.disableCoreDumps()
    let limits = try String(decoding: LocalFileSystem().contents(of: "/proc/self/limits"), as: UTF8.self)
    let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
    #expect(core.split(separator: " ").suffix(3) == ["0", "0", "bytes"])
  }

  @Test("niceness reaches every thread, and threads made later")
  func nice() throws {
    try ProcessLimits.setNice(3)
    let tasks = try LocalFileSystem().list(Path("/proc/self/task"))
    for task in tasks {
      guard
        let stat = try? LocalFileSystem().contents(of: Path("/proc/self/task").appending(task.name).appending("stat"))
      else { continue }
      // Fields after the name's closing bracket: state is the 3rd of stat(5), niceness the 19th.
      let rest = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
      #expect(rest[16] == "3")
    }
  }
}
