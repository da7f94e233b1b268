import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

/// Something that `stet` does to a State, and where it starts from.
struct SweptOperation: Sendable, CustomStringConvertible {
  let name: String
  let arguments: [String]
  /// Injection points that there are at least: fewer means that writes go past the door.
  let least: Int
  var scope = FaultPlan.Scope.changes
  /// Brings a new home to where the operation starts.
  let prepare: @Sendable (Home) async throws -> Void

  var description: String { name }

  static let all = [
    firstStart, learn, learnMore, rollback, promote, promoteRefused, forget, release, repair, settings, export,
  ]

  static let firstStart = SweptOperation(name: "first start", arguments: ["run", "--once"], least: 180) { _ in }

  static let learn = SweptOperation(name: "learn", arguments: ["run", "--once"], least: 400) { home in
    try await home.succeed("run", "--once")
    for number in 0..<10 { try home.drop(Prose.text(UInt64(number)), as: "law/\(number).md") }
    try home.drop(Data(), as: "law/void.md")
  }

  /// A second round: another edition, a second name, something refused, something new to replay against.
  static let learnMore = SweptOperation(name: "learn more", arguments: ["run", "--once"], least: 430) { home in
    try await learned(home)
    try home.drop(Prose.text(500), as: "law/3.md")
    try home.drop(Prose.text(1), as: "law/again.md")
    for number in 100..<108 { try home.drop(Prose.text(UInt64(number)), as: "news/\(number).md") }
    try home.drop(Data(), as: "news/void.md")
  }

  static let rollback = SweptOperation(name: "rollback", arguments: ["rollback"], least: 60, prepare: learned)

  static let promote = SweptOperation(name: "promote", arguments: ["promote", "1"], least: 60) { home in
    try await learned(home)
    try await home.succeed("rollback")
  }

  /// What the gate refused, past it.
  static let promoteRefused = SweptOperation(
    name: "promote --round", arguments: ["promote", "--round", "2"], least: 100
  ) { home in
    try await learned(home)
    for number in 100..<110 { try home.drop(Prose.text(UInt64(number)), as: "news/\(number).md") }
    let refused = try await home.stet("run", "--once", "--gate.minimum_gain", "1")
    try #require(refused.outcome == .exited(3), "\(String(decoding: refused.standardError, as: UTF8.self))")
  }

  /// Current goes back at once; the restart learns the rest again.
  static let forget = SweptOperation(
    name: "forget", arguments: ["forget", "--document", "3"], least: 250, prepare: learned)

  static let release = SweptOperation(
    name: "documents release", arguments: ["documents", "release", "1"], least: 80
  ) { home in
    let line = "The same line of a form that nobody has filled in yet.\n"
    try home.drop(String(repeating: line, count: 200), as: "notes/form.md")
    try await home.succeed("run", "--once")
    try #require(home.files(in: home.state.quarantine).count == 2)
  }

  static let repair = SweptOperation(name: "doctor --repair", arguments: ["doctor", "--repair"], least: 45) { home in
    try await learned(home)
    let disk = LocalFileSystem()
    try disk.setPermissions(home.state.store, mode: 0o644)
    for place in [home.state.root, home.state.quarantine, home.state.rounds] {
      try DurableFile.write(Data("half".utf8), to: place.appending(".x.1-1.stet-tmp"), through: disk)
    }
    try DurableFile.makeDirectory(home.state.round(99), through: disk)
    try DurableFile.makeDirectory(home.state.adapters.appending(".staging-0002"), through: disk)
    try DurableFile.replaceSymbolicLink(at: home.state.current, target: "adapters/0000", through: disk)
  }

  /// Reads alone: what cannot be read is told, and nothing is changed.
  static let settings = SweptOperation(
    name: "settings", arguments: ["settings"], least: 4, scope: .everything, prepare: learned)

  static let export = SweptOperation(
    name: "export", arguments: ["export", "--gguf", "out/adapter.gguf"], least: 11, prepare: learned)

  @Sendable private static func learned(_ home: Home) async throws {
    for number in 0..<10 { try home.drop(Prose.text(UInt64(number)), as: "law/\(number).md") }
    try await home.succeed("run", "--once")
    try #require(home.adapters.current().rawValue == 1)
  }
}

/// Runs one operation with a fault at every call in turn.
struct FaultSweep: Sendable {
  /// All of it, or a seeded tenth (`STET_FULL_SWEEP=1`, `STET_SWEEP_SEED`).
  static let isWhole = ProcessInfo.processInfo.environment["STET_FULL_SWEEP"] == "1"
  static let seed = ProcessInfo.processInfo.environment["STET_SWEEP_SEED"].flatMap { UInt64($0) } ?? 1

  let operation: SweptOperation
  let folder: URL
  let start: Home
  /// What the world comes to without a fault.
  let goal: World
  /// What is current when the operation itself is over.
  let reached: Int
  /// Where it starts, for operations that may have to be asked for again.
  let origin: World?

  init(_ operation: SweptOperation, in folder: URL) async throws {
    self.operation = operation
    self.folder = folder
    start = try Home(new: folder.appendingPathComponent("start"))
    try await operation.prepare(start)
    let unbroken = try start.copy(to: folder.appendingPathComponent("unbroken"))
    let result = try await Self.run(operation, unbroken, plan: nil)
    try #require(result.succeeded, "\(operation): \(Self.prose(result))")
    reached = try unbroken.adapters.current().rawValue
    try #require(await Self.restart(unbroken, "\(operation)"))
    goal = try World(unbroken, dropped: start.dropped())
    // Looked at now, while nobody copies it: reading a store makes files beside it.
    origin = operation.arguments.first == "run" ? nil : try World(start, dropped: start.dropped())
  }

  /// - Returns: how many calls the operation makes.
  func count() async throws -> Int {
    let home = try start.copy(to: folder.appendingPathComponent("counted"))
    defer { try? FileManager.default.removeItem(at: home.folder) }
    let trace = folder.path + "/trace"
    let result = try await Self.run(
      operation, home, plan: .init(.die, step: .max, scope: operation.scope), trace: trace)
    try #require(result.succeeded, "\(operation): \(Self.prose(result))")
    return try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").count
  }

  func plans(_ count: Int) -> [FaultPlan.Text] {
    var faults: [FaultPlan.Fault] = [
      .error(ENOSPC, sticky: false), .error(ENOSPC, sticky: true), .error(EIO, sticky: false),
      .error(EIO, sticky: true), .error(EDQUOT, sticky: false),
    ]
    if operation.scope == .changes { faults.insert(.die, at: 0) }
    let all = faults.flatMap { fault in
      (1...count).map { FaultPlan.Text(fault, step: $0, scope: operation.scope) }
    }
    if Self.isWhole { return all }
    return all.filter { Self.draw("\(operation.name) \($0)") % 10 == 0 }
  }

  /// FNV-1a, so that the tenth is the same on every machine.
  private static func draw(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash ^ hash >> 29
  }

  /// One fault: the program ends by it or goes on, then it is started again without one.
  func inject(_ plan: FaultPlan.Text) async throws {
    let home = try start.copy(to: folder.appendingPathComponent("\(plan)".replacing("/", with: "-")))
    defer { try? FileManager.default.removeItem(at: home.folder) }
    let trace = home.folder.path + "/trace"
    let broken = try await Self.run(operation, home, plan: plan, trace: trace)
    let call = (try? String(contentsOfFile: trace, encoding: .utf8))?.split(separator: "\n")
      .dropFirst(plan.step - 1).first.map(String.init)
    let place = "\(operation): \(plan), \(call ?? "not reached")"
    switch (broken.outcome, plan.fault) {
    case (.killed(signal: SIGKILL), .die): break
    case (.exited(let code), _):
      if code != 0 { #expect(!broken.standardError.isEmpty, "\(place): no word of what went wrong") }
    case (let outcome, _): Issue.record("\(place): \(outcome), \(Self.prose(broken))")
    }
    try expectServing(home, place)
    guard try await Self.restart(home, place) else { return }
    // What was asked for may have to be asked for again.
    let world = try World(home, dropped: start.dropped())
    if operation.arguments.first == "run", plan.fault == .die {
      #expect(world == goal, "\(place)")
    } else if operation.arguments.first == "run" {
      // An error can leave some documents to a round of their own, which the gate may refuse.
      #expect(world.problems == [], "\(place)")
      #expect(world.taken == goal.taken, "\(place)")
      #expect(world.current >= goal.current, "\(place)")
    } else {
      let before = origin ?? goal
      #expect(world.problems == [], "\(place)")
      #expect(
        world.current == goal.current || world.current == before.current, "\(place): current is \(world.current)")
      #expect(world.documents == goal.documents || world.documents == before.documents, "\(place)")
    }
  }

  /// Whenever it was broken off, `current` is a whole version, the old one or the new one.
  private func expectServing(_ home: Home, _ place: String) throws {
    guard try LocalFileSystem().exists(home.state.current) else {
      #expect(operation.name == SweptOperation.firstStart.name, "\(place): current is gone")
      return
    }
    do {
      let current = try home.adapters.current()
      try home.adapters.verify(current)
      let old = try? start.adapters.current()
      #expect(
        [goal.current, reached].contains(current.rawValue) || current == old, "\(place): current is \(current)")
    } catch {
      Issue.record("\(place): \(error)")
    }
  }

  private static func run(
    _ operation: SweptOperation, _ home: Home, plan: FaultPlan.Text?, trace: String? = nil
  ) async throws -> ChildResult {
    var arguments = operation.arguments + home.places
    if let place = arguments.firstIndex(of: "out/adapter.gguf") {
      arguments[place] = home.folder.path + "/adapter.gguf"
    }
    guard let plan else { return try await BuiltProgram.stet.run(arguments) }
    var environment = ["STET_FAULT": plan.description]
    environment["STET_FAULT_TRACE"] = trace
    return try await BuiltProgram.faultyStet.run(arguments, environment: environment)
  }

  /// The ordinary program on what is there; that the gate defers something is no failure.
  private static func restart(_ home: Home, _ place: String) async throws -> Bool {
    let after = try await home.stet("run", "--once")
    if after.outcome == .exited(0) || after.outcome == .exited(3) { return true }
    Issue.record("\(place): the next start says \(prose(after))")
    return false
  }

  static func prose(_ result: ChildResult) -> String { String(decoding: result.standardError, as: UTF8.self) }
}

/// What a State has come to, as far as it must not depend on what happened on the way.
struct World: Equatable, Sendable {
  var current: Int
  var versions: [Int]
  /// Of the current version: the same rows, seeds and steps give the same bytes, however often it was broken off.
  var adapter: Data?
  /// Names and states.
  var documents: [String]
  /// What must be empty.
  var problems: [String]

  /// Names and states, learned in whatever round or sent back by the gate.
  var taken: [String] {
    documents.map { $0.replacing(" deferred", with: " learned").replacing(" waiting", with: " learned") }.sorted()
  }

  /// - Parameter dropped: the files that lay in Watch at the start.
  init(_ home: Home, dropped: Set<Digest>) throws {
    let store = try Database(path: home.state.store.description, access: .existing)
    let adapters = home.adapters
    var problems = try store.integrityCheck()
    current = try adapters.current().rawValue
    versions = try adapters.versions().map(\.rawValue)
    adapter = try home.adapter(current)
    for version in try adapters.versions() {
      do { try adapters.verify(version) } catch { problems.append("\(error)") }
    }
    let listing = try store.documents(limit: 10_000)
    documents = try listing.map { item in
      let times = try store.names(of: item.document.id).map { "\($0.path)×\($0.times)" }
      return "\(times.sorted()) \(item.document.state)"
    }.sorted()
    problems += dropped.subtracting(listing.map(\.document.sha256)).map { "\($0) is lost" }
    let left = try home.files(in: home.watch)
    problems += left.map { "\($0) was not taken" }
    let kept = Set(try home.files(in: home.state.originals).map { Path($0).lastComponent.description })
    let refused = Set(try home.files(in: home.state.quarantine))
    for item in listing {
      let name = item.document.sha256.hex
      if item.document.state == .forgotten {
        if kept.contains(name) || refused.contains(name) { problems.append("\(name) is forgotten, and still there") }
        if try !store.samples(of: item.document.id).isEmpty { problems.append("a text is forgotten, and still there") }
        continue
      }
      let isThere = item.document.state == .quarantined ? refused.contains(name) : kept.contains(name)
      if !isThere { problems.append("the bytes of \(item.names) are nowhere") }
    }
    problems += try store.unsettledNames().map { "\($0.path) is not settled" }
    problems += try store.openRequests().map { "request \($0.id) is open" }
    if let round = try store.runningRound() { problems.append("round \(round.number) still runs") }
    if try store.currentVersion() != current { problems.append("the store says \(try store.currentVersion() ?? -1)") }
    let rows = try StateAudit.rows(store)
    problems += try StateAudit(state: home.state, adapters: adapters, through: LocalFileSystem()).deep(rows).map(\.fact)
    self.problems = problems
  }
}
