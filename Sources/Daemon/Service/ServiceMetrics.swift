import Foundation
import Platform
import ReplayStore
import Reports

/// The daemon's figures for a monitoring system, as one file in Prometheus' text format (a node exporter's textfile
/// collector reads it). No document, no name and no domain is in it.
struct ServiceMetrics: Sendable {
  var documents: [DocumentState: Int]
  var waitingTokens: Int
  var version: Int
  var totals: [DailyCount: Int]
  var isPaused: Bool
  var lastPublished: Date?

  /// From one state of the store.
  init(_ db: Database) throws {
    documents = try db.documentCounts()
    waitingTokens = try db.waitingDomains().reduce(0) { $0 + $1.tokens }
    version = try db.currentVersion() ?? 0
    totals = try db.totals()
    isPaused = try db.isPaused()
    lastPublished = try db.lastPublished()
  }

  /// - Parameters:
  ///   - degraded: what does not work as it should, by its first words.
  ///   - lastScan: when the folder was last looked at without a failure.
  func metrics(
    working: Bool, degraded: [String], since: Date, lastScan: Date?, pending: Int, availableBytes: Int64?
  ) -> [Metric] {
    func seconds(_ date: Date?) -> [Metric.Sample] { date.map { [.init($0.timeIntervalSince1970)] } ?? [] }
    func total(_ count: DailyCount) -> Double { Double(totals[count] ?? 0) }
    return [
      Metric("stet_start_time_seconds", help: "When the daemon started.", kind: .gauge, samples: seconds(since)),
      Metric(
        "stet_documents", help: "Documents by state.", kind: .gauge,
        samples: DocumentState.allCases.map {
          .init(Double(documents[$0] ?? 0), labels: ["state": $0.rawValue])
        }),
      Metric("stet_pending_files", help: "Files that are not quiet yet.", kind: .gauge, value: Double(pending)),
      Metric(
        "stet_waiting_tokens", help: "New tokens that wait for a round.", kind: .gauge, value: Double(waitingTokens)),
      Metric("stet_current_version", help: "The version that serves.", kind: .gauge, value: Double(version)),
      Metric(
        "stet_rounds_total", help: "Rounds that ended, by how.", kind: .counter,
        samples: [
          .init(total(.publishedRounds), labels: ["result": "published"]),
          .init(total(.rejectedRounds), labels: ["result": "rejected"]),
        ]),
      Metric(
        "stet_round_running", help: "1 while a round, or a move of current, works.", kind: .gauge,
        value: working ? 1 : 0),
      Metric("stet_rounds_paused", help: "1 while none may start.", kind: .gauge, value: isPaused ? 1 : 0),
      Metric(
        "stet_watch_overflows_total", help: "Times that the watcher lost events and the folder was scanned anew.",
        kind: .counter, value: total(.overflow)),
      Metric(
        "stet_intake_retries_total", help: "Times that files stayed because the store was locked or the disk full.",
        kind: .counter, value: total(.retried)),
      Metric(
        "stet_degraded", help: "1 for each thing that does not work as it should; stet status says what to do.",
        kind: .gauge, samples: degraded.sorted().map { .init(1, labels: ["cause": $0]) }),
      Metric(
        "stet_last_scan_success_timestamp_seconds", help: "When the folder was last looked at without a failure.",
        kind: .gauge, samples: seconds(lastScan)),
      Metric(
        "stet_last_published_timestamp_seconds", help: "When a round last made a version.", kind: .gauge,
        samples: seconds(lastPublished)),
      Metric(
        "stet_resident_memory_bytes", help: "Memory of the daemon.", kind: .gauge,
        value: Double(Machine.current.residentBytes)),
      Metric(
        "stet_state_available_bytes", help: "Space that is left where the State is.", kind: .gauge,
        samples: availableBytes.map { [.init(Double($0))] } ?? []),
    ]
  }
}

extension Service {
  private static let metricsInterval = Duration.seconds(15)

  func tellMetrics(always: Bool = false) async {
    guard let file = settings.metrics.file, always || uptime() >= nextMetrics else { return }
    nextMetrics = uptime() + Self.metricsInterval
    do {
      let metrics = try await store.read { try ServiceMetrics($0) }.metrics(
        working: workRuns, degraded: Array(degraded.keys), since: since, lastScan: lastScan, pending: pending,
        availableBytes: try? fileSystem.availableBytes(at: directory.root))
      // For the eyes of another user, which is what it is there for.
      try LiveFile.write(Data(MetricsText.render(metrics).utf8), to: Path(file), mode: 0o644, through: fileSystem)
      degraded["metrics"] = nil
    } catch {
      if degraded["metrics"] == nil { log.warning("metrics.failed", ["reason": "\(error)"]) }
      degraded["metrics"] = "\(error)"
    }
  }
}
