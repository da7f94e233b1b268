import Curation
import Foundation
import Platform
import ReplayStore

/// Takes documents from the watched folder into the store.
///
/// A file goes through: seen → quiet → read whole and hashed → curated → decided → committed → filed → settled. A kill
/// between any two is made good by the next scan: until its content is committed a file is as if never seen, and from
/// then on its hash is known, so that the rest is done again and nothing twice.
package actor IntakeService {
  package enum Scope: Sendable {
    case everything
    /// Only files that an earlier look left as not quiet.
    case pending
  }

  package typealias Progress = @Sendable (IntakeProgress) -> Void

  let watch: Path
  let state: StateDirectory
  let store: ReplayStore
  var maker: ContentMaker
  var settings: IntakeSettings
  let fileSystem: any FileSystem
  let now: @Sendable () -> Date
  let uptime: @Sendable () -> Duration
  let log: Log

  let memory = IntakeMemoryBox()
  private var quiet = QuietFiles()
  /// Files that are to be looked at again before the next whole scan.
  var waiting: Set<Path> = []
  /// Files that failed, and when they are tried again.
  var retries: [Path: Duration] = [:]
  /// What is left alone was warned about once.
  var warned: Set<Path> = []
  /// Files that the folder does not let go.
  var stuck: Set<Path> = []
  var lastFailure: String?
  /// By domain.
  var gathered: [String: Gathered] = [:]
  /// Times a store that was locked or full kept files waiting, until it can be counted there.
  var uncounted = 0

  /// Of a batch, whose files are read and curated side by side.
  private static let batchFiles = 256
  private static let batchBytes: Int64 = 8 << 20
  /// Reading a file of more bytes, were it but a hole, would keep the others waiting for minutes.
  private static let largest: Int64 = 16 << 30
  static let retryInterval = Duration.seconds(30)

  /// - Parameters:
  ///   - watch: the watched folder.
  ///   - uptime: a clock that never jumps.
  package init(
    watch: Path, state: StateDirectory, store: ReplayStore, maker: ContentMaker, settings: IntakeSettings,
    through fileSystem: any FileSystem = LocalFileSystem(), now: @escaping @Sendable () -> Date,
    uptime: @escaping @Sendable () -> Duration = IntakeService.systemUptime, log: Log
  ) {
    self.watch = watch
    self.state = state
    self.store = store
    self.maker = maker
    self.settings = settings
    self.fileSystem = fileSystem
    self.now = now
    self.uptime = uptime
    self.log = log
  }

  /// For an open State, as its settings say.
  /// - Parameter maker: judges by more than the settings, where the State has classifiers.
  package init(
    _ home: StateHome, watch: Path, settings: Settings, maker: ContentMaker? = nil,
    through fileSystem: any FileSystem = LocalFileSystem(), now: @escaping @Sendable () -> Date,
    uptime: @escaping @Sendable () -> Duration = IntakeService.systemUptime, log: Log
  ) {
    self.init(
      watch: watch, state: home.directory, store: home.store, maker: maker ?? home.contentMaker(settings),
      settings: IntakeSettings(settings), through: fileSystem, now: now, uptime: uptime, log: log)
  }

  @Sendable package static func systemUptime() -> Duration {
    .seconds(ProcessInfo.processInfo.systemUptime)
  }

  /// From the next batch on.
  package func use(_ settings: IntakeSettings, _ maker: ContentMaker? = nil) {
    self.settings = settings
    if let maker { self.maker = maker }
  }

  /// Documents came back from elsewhere (`release`, a promotion): what new ones are compared with is read anew.
  package func forgetMemory() { memory.clear() }

  // MARK: A scan

  /// Looks at the folder and takes what is complete. One call at a time.
  /// - Parameter shouldStop: asked between files, and inside large ones; what is taken by then stays taken.
  package func scan(
    _ scope: Scope = .everything, progress: Progress = { _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
  ) async -> IntakeReport {
    var report = IntakeReport()
    do {
      let paths = try candidates(scope)
      try await take(paths, &report, progress: progress, shouldStop: shouldStop)
      if case .everything = scope, report.isComplete {
        try await settleWhatIsGone()
        try await readWhatWaitedForConverters(&report, shouldStop)
        try await readWhatCameBack(&report, shouldStop)
      }
      if report.isComplete { try await judgeBatches(&report) }
      lastFailure = nil
    } catch {
      fail(error, &report)
    }
    report.pending = waiting.count
    if report.failure != nil { report.nextCheck = Self.retryInterval }
    // A file that cannot be taken does not hold up those that are nearly quiet.
    if report.isComplete, !waiting.isEmpty { report.nextCheck = max(settings.settle, .milliseconds(200)) }
    return report
  }

  private func take(
    _ paths: PathList, _ report: inout IntakeReport, progress: Progress, shouldStop: @escaping @Sendable () -> Bool
  ) async throws {
    var (next, prepared) = (0, nil as IntakeBatch?)
    while next < paths.count || prepared != nil {
      guard !shouldStop() else {
        report.isComplete = false
        return
      }
      let (done, batch) = (next, try await nextBatch(paths, &next))
      // One batch is read and curated while the one before it is committed and filed.
      async let ahead = batch.isEmpty ? nil : batchMaker.batch(of: batch, shouldStop)
      if let prepared {
        try await settle(prepared, &report)
        try await judgeBatches(&report, ofAtLeast: Self.comparedDocuments)
        progress(IntakeProgress(done: done, total: paths.count))
      }
      prepared = try await ahead
    }
    if !paths.isEmpty { progress(IntakeProgress(done: paths.count, total: paths.count)) }
  }

  /// The next files that may be taken now, few enough to be handled at once.
  /// - Parameter next: where in `paths` to go on.
  private func nextBatch(_ paths: PathList, _ next: inout Int) async throws -> [Path] {
    var batch: [Path] = []
    var size: Int64 = 0
    while next < paths.count, batch.count < Self.batchFiles {
      let path = paths[next]
      if let status = try await readyStatus(path) {
        if !batch.isEmpty, size + status.size > Self.batchBytes { break }
        batch.append(path)
        size += status.size
      }
      next += 1
    }
    return batch
  }

  /// Names to look at, in the order of their bytes; what is no document is left out, and warned about once.
  private func candidates(_ scope: Scope) throws -> PathList {
    if case .pending = scope { return PathList(waiting.sorted()) }
    var paths = PathList()
    let remembered = waiting.union(retries.keys).union(stuck).union(warned).union(quiet.paths)
    /// Of what is remembered, and what is no document.
    var (there, special): (Set<Path>, Set<Path>) = ([], [])
    try DirectoryWalk.walk(watch, through: fileSystem, skipping: { IgnoredNames.isIgnored(folder: $0) }) { item in
      switch item {
      case .entry(let path, .regular):
        guard !IgnoredNames.isIgnored(path) else { return }
        paths.append(path)
        if remembered.contains(path) { there.insert(path) }
      case .entry(let path, let kind):
        guard !IgnoredNames.isIgnored(path) else { return }
        special.insert(path)
        warnOnce(path, UntrustedFileError.notRegular(path, kind).description)
      case .directory: return
      case .unreadable(let path, let error):
        special.insert(path)
        warnOnce(path, error.description)
      }
    }
    quiet.keep(there)
    waiting.formIntersection(there)
    retries = retries.filter { there.contains($0.key) }
    stuck.formIntersection(there)
    warned.formIntersection(there.union(special))
    return paths
  }

  /// The status of a file that may be taken now, `nil` for one that waits, is gone or is left alone.
  private func readyStatus(_ path: Path) async throws -> FileStatus? {
    let status = try? fileSystem.statusIfPresent(watch.appending(path))
    guard let status, status.kind == .regular else {
      drop(path)
      return nil
    }
    guard status.linkCount == 1 else {
      leaveAlone(path, Self.hardLinkWarning(path))
      return nil
    }
    guard status.size <= Self.largest else {
      leaveAlone(path, "\(path): \(status.size) bytes are too many to be read; split it, or take it out of the folder")
      return nil
    }
    if let again = retries[path], uptime() < again { return nil }
    if settings.take == .copy || stuck.contains(path) {
      let (name, stamp) = (Arrival.name(path), Arrival.stamp(status))
      if try await store.read({ try $0.isKnown(path: name, stamp: stamp) }) {
        drop(path)
        return nil
      }
    }
    guard quiet.isQuiet(path, status, for: settings.settle, now: now(), uptime: uptime()) else {
      waiting.insert(path)
      return nil
    }
    return status
  }

  func drop(_ path: Path) {
    waiting.remove(path)
    quiet.forget(path)
  }
}
