import Daemon
import Foundation
import Platform
import ReplayStore
import Synchronization
import TestSupport
import Testing

@Suite("The clock jumps")
struct ClockTests {
  /// Intake under a wall clock that is `offset` seconds off, with a clock of its own that never jumps.
  private func service(_ bench: IntakeBench, offset: TimeInterval, uptime: @escaping @Sendable () -> Duration)
    -> IntakeService
  {
    IntakeService(
      bench.home, watch: bench.watch, settings: settings, now: { Date() + offset }, uptime: uptime,
      log: Log(sinks: [bench.lines], now: { noon }))
  }

  private var settings: Settings {
    var settings = Settings()
    settings.intake.settle = .seconds(5)
    return settings
  }

  @Test("set back an hour, a file is taken when it has lain unchanged for as long as it must, and not before")
  func setBack() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      let uptime = SteadyClock()
      let service = service(bench, offset: -3600) { uptime.reading }
      try bench.drop(Prose.text(1), as: "law/a.md")
      #expect(await service.scan().pending == 1)
      uptime.advance(4)
      #expect(await service.scan().pending == 1)
      try bench.drop(Prose.text(2), as: "law/a.md")
      uptime.advance(4)
      #expect(await service.scan().pending == 1)
      uptime.advance(5)
      #expect(await service.scan().taken == [.waiting: 1])
    }
  }

  @Test("set forward a year, files are taken and nothing is lost or doubled when it comes back")
  func setForward() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      let uptime = SteadyClock()
      let ahead = service(bench, offset: 31_536_000) { uptime.reading }
      try bench.drop(Prose.text(1), as: "law/a.md")
      #expect(await ahead.scan().taken == [.waiting: 1])
      let back = service(bench, offset: 0) { uptime.reading }
      try bench.drop(Prose.text(1), as: "law/b.md")
      try bench.drop(Prose.text(2), as: "law/c.md")
      _ = await back.scan()
      uptime.advance(10)
      _ = await back.scan()
      let names = try await bench.documents().map { Set($0.names) }
      #expect(Set(names) == [["law/a.md", "law/b.md"], ["law/c.md"]])
    }
  }

  @Test("a document that came in the future starts a round no later than one of today would twice over")
  func roundRule() {
    var settings = Settings()
    (settings.round.tokens, settings.round.age) = (1000, .seconds(3600))
    let rule = RoundRule(settings.round)
    #expect(rule.due(newTokens: 1, oldest: noon + 1800, now: noon) == nil)
    #expect(rule.due(newTokens: 1, oldest: noon + 1800, now: noon + 5400) == .age)
    #expect(rule.due(newTokens: 1, oldest: noon + 86_400, now: noon) == .age)
  }
}

/// A clock that goes on only when it is told to.
final class SteadyClock: Sendable {
  private let seconds = Mutex(0)

  var reading: Duration { .seconds(seconds.withLock { $0 }) }

  func advance(_ by: Int) { seconds.withLock { $0 += by } }
}
