import Foundation
import Platform
import ReplayStore

/// The daemon: looks at the folder, starts rounds, does what verbs ask, and stops when it is told to.
///
/// Everything that happens is a message, taken one after another; `DaemonState` says what follows. What takes long,
/// a look at the folder or a round, runs beside and ends as a message.
package actor Service {
  private let queue = ActorQueue(label: "stet.service")
  package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe queue.asUnownedSerialExecutor() }

  let directory: StateDirectory
  let store: ReplayStore
  let intake: IntakeService
  let handlers: RoundHandlers
  let notify: NotifySocket
  let fileSystem: any FileSystem
  let now: @Sendable () -> Date
  let uptime: @Sendable () -> Duration
  let log: Log
  let live: LiveWork
  let stop = StopFlag()
  let mailbox = Mailbox()
  let rounds = WorkQueue(label: "stet.round")
  private let watch: Path
  let folder: FolderWatch
  private let reread: @Sendable () throws -> Settings
  private let tick: Duration

  /// The signal that ended it.
  package private(set) var endedBy: ServiceSignal?
  private(set) var settings: Settings
  var rule: RoundRule
  private(set) var state = DaemonState.starting
  /// Why something does not work as it should, by its first word.
  var degraded: [String: String] = [:]
  private var degradedSince: [String: Date] = [:]

  // The folder.
  var scanRuns = false
  var folderChanged = false
  var nextRescan = Duration.zero
  var nextWatch = Duration.zero
  var nextCheck: Duration?
  var nextChange = Duration.zero
  var pending = 0
  /// Domains whose latest batch was unlike them, what is said of it, and how long.
  var drifting: [String: (text: String, until: Duration)] = [:]

  /// The classifiers that judge documents.
  private var classifierStamp: [String]

  // Requests and rounds.
  var nextRequests = Duration.zero
  var nextRoundLook = Duration.zero
  /// What waited when a round found nothing to train on: no other one starts until that changes.
  /// The request that a resumed round was begun for.
  var resumedFor: RequestID?
  var fruitless: [WaitingDomain]?
  var failures = 0
  var notBefore = Duration.zero

  // What is told.
  let since: Date
  var lastScan: Date?
  var nextMetrics = Duration.zero
  private var written: DaemonStatus?
  private var stopDeadline = Duration.zero

  /// What is at work has this long to end in good order; a kill after that loses nothing either.
  private static let stopPatience = Duration.seconds(8)

  /// - Parameters:
  ///   - reread: reads the settings again, on SIGHUP.
  ///   - opening: gives the folder's events, or throws where there are none.
  ///   - tick: how often deadlines are looked at.
  package init(
    watch: Path, state: StateDirectory, store: ReplayStore, intake: IntakeService, settings: Settings,
    reread: @escaping @Sendable () throws -> Settings, handlers: RoundHandlers, notify: NotifySocket,
    through fileSystem: any FileSystem = LocalFileSystem(),
    opening: @escaping @Sendable (Path) throws -> AsyncStream<WatchEvent> = FolderWatch.inotify,
    tick: Duration = .milliseconds(200), now: @escaping @Sendable () -> Date,
    uptime: @escaping @Sendable () -> Duration = IntakeService.systemUptime, log: Log
  ) {
    self.watch = watch
    directory = state
    self.store = store
    self.intake = intake
    self.settings = settings
    self.reread = reread
    self.handlers = handlers
    self.notify = notify
    self.fileSystem = fileSystem
    self.tick = tick
    self.now = now
    self.uptime = uptime
    self.log = log
    rule = RoundRule(settings.round)
    classifierStamp = (try? ClassifierHome(state: state, through: fileSystem).stamp()) ?? []
    since = now()
    live = LiveWork(state, through: fileSystem, notify: notify, uptime: uptime)
    let mailbox = mailbox
    folder = FolderWatch(watch, opening: opening) { mailbox.send(.hint($0)) }
  }

  /// Runs until a signal ends it. Call it once.
  /// - Parameter signals: numbers of `ServiceSignal`; others are ignored.
  package func run(signals: AsyncStream<Int32>) async {
    let (mailbox, stop, tick) = (mailbox, stop, tick)
    let listener = Task.detached {
      for await number in signals {
        guard let signal = ServiceSignal(rawValue: number) else { continue }
        // Set at once: what is at work asks for it between any two steps.
        if signal != .hangUp { stop.set() }
        mailbox.send(.signal(signal))
      }
    }
    let ticker = Task.detached {
      while !Task.isCancelled {
        try? await Task.sleep(for: tick)
        mailbox.send(.tick)
      }
    }
    defer {
      listener.cancel()
      ticker.cancel()
      folder.stop()
    }
    folder.start()
    await apply(.opened)
    for await message in mailbox.messages {
      mailbox.took(message)
      await take(message)
      if state == .stopped { break }
    }
    tellStatus()
    await tellMetrics(always: true)
  }

  // MARK: Messages

  private func take(_ message: Mailbox.Message) async {
    switch message {
    case .tick: break
    case .signal(.hangUp): await readSettingsAgain()
    case .signal(let signal):
      endedBy = signal
      log.notice("daemon.stopping")
      await apply(.stopAsked(scanRuns: scanRuns))
    case .hint(.changed): folderChanged = true
    case .hint(.overflow):
      folderChanged = true
      await countOverflow()
    case .hint(.blind(let reason)):
      if degraded["polling"] == nil {
        log.warning("watch.polling", ["reason": reason])
        nextRescan = .zero
      }
      degraded["polling"] = reason
    case .scanned(let report, let scope, let took): await scanned(report, scope, took)
    case .roundEnded(let trigger, let result):
      await roundEnded(trigger, result)
      await apply(.workEnded)
    case .moveEnded(let request, let result):
      await moveEnded(request, result)
      await apply(.workEnded)
    }
    await react()
  }

  /// Looks at every deadline.
  private func react() async {
    switch state {
    case .starting, .scanning, .stopped: break
    case .stopping:
      if !scanRuns, !workRuns { await apply(.quiet) }
      if uptime() >= stopDeadline {
        log.warning("daemon.impatient")
        await apply(.quiet)
      }
    case .idle, .working, .yielding, .moving:
      await lookAtFolder()
      await lookAtRequests()
      await lookAtRounds()
    }
    // What is at work gives its own signs of life, and nothing else stands for them.
    if !workRuns, !scanRuns { live.ping() }
    tellStatus()
    await tellMetrics()
  }

  /// Whether a round or a move is under way.
  private(set) var workRuns = false

  func apply(_ event: DaemonEvent) async {
    let (next, actions) = state.after(event)
    if event == .workEnded { workRuns = false }
    state = next
    for action in actions { await perform(action) }
  }

  private func perform(_ action: DaemonAction) async {
    switch action {
    case .scan: await startScan(.everything)
    case .announceReady:
      log.notice("daemon.ready", ["watch": watch.description])
      told { try $0.ready() }
    case .startRound(let trigger):
      workRuns = true
      startRound(trigger)
    case .tellRound(let control): live.tell(control)
    case .startMove(let request):
      workRuns = true
      await startMove(request)
    case .announceStopping:
      stop.set()
      stopDeadline = uptime() + Self.stopPatience
      told { try $0.stopping() }
    case .end: log.notice("daemon.stopped")
    }
  }

  private func told(_ body: (NotifySocket) throws -> Void) {
    do { try body(notify) } catch { log.warning("notify.failed", ["reason": "\(error)"]) }
  }

  private func readSettingsAgain() async {
    told { try $0.reloading() }
    do {
      let fresh = try reread()
      let maker = try handlers.maker?(fresh)
      settings = fresh
      rule = RoundRule(settings.round)
      await intake.use(IntakeSettings(settings), maker)
      degraded["settings"] = nil
      // They were read with the settings.
      if maker != nil { degraded["classifiers"] = nil }
      log.notice("settings.read")
    } catch {
      degraded["settings"] = "\(error)"
      log.error("settings.refused", ["reason": "\(error)"])
    }
    nextRoundLook = .zero
    if state != .scanning, state != .starting { told { try $0.ready() } }
  }

  /// Judges documents by classifiers that were trained since; where they cannot be used the earlier ones stay.
  func takeUpClassifiers() async {
    guard let maker = handlers.maker,
      let stamp = try? ClassifierHome(state: directory, through: fileSystem).stamp(), stamp != classifierStamp
    else { return }
    classifierStamp = stamp
    do {
      await intake.use(IntakeSettings(settings), try maker(settings))
      degraded["classifiers"] = nil
      log.notice("classifiers.read", ["count": stamp.count])
    } catch {
      degraded["classifiers"] = "\(error)"
      log.error("classifiers.refused", ["reason": "\(error)"])
    }
  }

  /// When each thing began to be degraded; its end gets a line in the log, as its beginning had.
  private func noteDegradation() {
    for cause in degradedSince.keys where degraded[cause] == nil {
      degradedSince[cause] = nil
      log.notice("degraded.over", ["cause": cause])
    }
    for cause in degraded.keys where degradedSince[cause] == nil { degradedSince[cause] = now() }
  }

  private func tellStatus() {
    noteDegradation()
    let lines = degraded.sorted { $0.key < $1.key }.map { cause, reason in
      "\(cause): \(reason) (since \(RFC3339.string(from: degradedSince[cause] ?? since)))"
    }
    let work = workRuns ? live.latest : nil
    let status = DaemonStatus(
      pid: ProcessInfo.processInfo.processIdentifier, since: since, state: state.word,
      mode: degraded["polling"] == nil ? .inotify : .polling, watch: watch.description, pending: pending,
      degraded: lines, round: work.flatMap { $0.round > 0 ? $0.round : nil },
      preparation: work.flatMap { $0.round > 0 ? nil : $0 })
    guard status != written else { return }
    do {
      try LiveFile.write(status, to: directory.daemon, through: fileSystem)
      written = status
    } catch {
      // Told to the log once; a full disk shows in what else it keeps from working.
      if written?.degraded != lines { log.warning("status.failed", ["reason": "\(error)"]) }
      written = nil
    }
  }
}
