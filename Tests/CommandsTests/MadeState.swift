import AdapterStore
import Commands
import Daemon
import Foundation
import ModelFiles
import Platform
import ReplayStore
import Reports
import Synchronization
import TestSupport

let noon = Date(timeIntervalSince1970: 1_795_000_000)

func version(_ number: Int) -> VersionNumber {
  guard let version = VersionNumber(rawValue: number) else { preconditionFailure("\(number) is no version") }
  return version
}

/// What one run of the program wrote.
struct VerbRun {
  let code: ExitCode
  let rows: String

  func object<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try ReportCoding.read(type, from: Data(rows.utf8))
  }

  func lines<Value: Decodable>(_ type: Value.Type) throws -> [Value] {
    try rows.split(separator: "\n").map { try ReportCoding.read(type, from: Data($0.utf8)) }
  }
}

/// A State made without a base model: documents 1 and 2 of the domain `law`, learned by versions 1 and 2.
struct Made {
  let state: StateDirectory

  init(root: String) { state = StateDirectory(root: root) }

  var adapters: AdapterStore { AdapterStore(state: state.root) }

  var store: ReplayStore {
    get throws { try ReplayStore(path: state.store.description, access: .create) }
  }

  func stet(_ arguments: String...) async -> VerbRun {
    final class Sink: Sendable { let data = Mutex(Data()) }
    let sink = Sink()
    let output = Output(rows: { data in sink.data.withLock { $0.append(data) } }, prose: { _ in })
    let program = Program(output: output, surroundings: Surroundings(environment: [:], now: { noon }))
    let code = await program.run(arguments + ["--state", state.root.description])
    return VerbRun(code: code, rows: sink.data.withLock { String(decoding: $0, as: UTF8.self) })
  }

  /// Of the documents in the order of their numbers.
  func states() async throws -> [DocumentState] {
    try await store.read { try $0.documents(limit: 100) }.map(\.document.state)
  }

  func take(_ number: Int) async throws {
    let incoming = IncomingDocument(
      sha256: Digest.of("document \(number)"), domain: "law", path: "law/\(number).md", stamp: nil, byteCount: 40,
      received: noon)
    let tokens = StoredTokens(tokens: [1, 2, 3, 4], supervised: [false, true, true, true])
    let content = DocumentContent(
      state: .waiting,
      samples: [SampleRecord(content: "{\"text\":\"\(number)\"}", encoded: tokens, split: .train, replayKey: 1)])
    _ = try await store.write { try $0.commit(incoming, content) }
  }

  /// Takes a document in and starts a round with it.
  func beginRound(_ number: Int) async throws -> Int {
    try await take(number)
    let parent = try adapters.current().rawValue
    let round = try await store.write {
      try $0.beginRound(parent: parent, includingDeferred: false, settings: "{}", now: noon)
    }
    guard let round else { throw RoundError.unknown(round: number) }
    return round.number
  }

  /// A round that ends in a version, all of it by the stores' own means.
  func publish(_ number: Int, from ancestor: Int? = nil) async throws {
    let round = try await beginRound(number)
    let parent = ancestor ?? number - 1
    let report = ForgettingReport(
      version: number, round: round, parent: parent, created: noon, gate: ForgettingReport.Gate(decision: .published))
    _ = try adapters.install(Self.contents(Float(number), parent: parent, round: round, report))
    let figures = RoundFigures(
      seconds: 1, tokens: 3, report: String(decoding: try ReportCoding.line(report), as: UTF8.self))
    let summary = String(
      decoding: try ReportCoding.line(VersionView(report, version: number, state: .current)), as: UTF8.self)
    _ = try await store.write {
      try $0.publish(
        round: round, asVersion: number, attempt: 0, versionFigures: summary, figures: figures, now: noon)
    }
    try adapters.makeCurrent(version(number))
  }

  static func contents(_ value: Float, parent: Int?, round: Int?, _ report: ForgettingReport) throws -> VersionContents
  {
    let layout = AdapterLayout(lora: LoRAConfiguration(rank: 2, alpha: 4), model: TinyModel().configuration)
    return VersionContents(
      adapter: Adapter(layout: layout, parameters: [Float](repeating: value, count: layout.count)),
      consolidation: ConsolidationState(),
      origin: Manifest.Origin(
        created: noon,
        base: Manifest.Base(
          sha256: Digest.of("the base"), name: "tiny", tokenizer: Digest.of("tokenizer"), template: nil),
        lora: layout.lora),
      parent: parent.map(version), round: round, baseName: "tiny", report: try ReportCoding.object(report))
  }
}

/// Runs `body` with a State of two versions.
func withState(_ body: (Made) async throws -> Void) async throws {
  try await withTemporaryDirectory { folder in
    let made = Made(root: folder.appendingPathComponent("State").path)
    try made.state.create(through: LocalFileSystem())
    try await made.store.write { try $0.recordBaseVersion(now: noon) }
    let report = ForgettingReport(
      version: 0, round: 0, parent: 0, created: noon, gate: ForgettingReport.Gate(decision: .published))
    try made.adapters.establishBase(Made.contents(0, parent: nil, round: nil, report))
    try await made.publish(1)
    try await made.publish(2)
    try await body(made)
  }
}
