import Curation
import Daemon
import Foundation
import Platform
import ReplayStore
import Synchronization
import Tensors
import TestSupport

/// A watched folder and a State of their own, with the tiny model's tokenizer.
struct IntakeBench {
  let folder: URL
  let watch: Path
  let state: StateDirectory
  let home: StateHome
  let lines = LogLines()
  var settings = IntakeSettings()
  var seed: UInt64 = 42

  init(_ folder: URL, settle: Duration = .zero) async throws {
    self.folder = folder
    watch = Path(folder.path + "/Watch")
    try FileManager.default.createDirectory(atPath: folder.path + "/Watch", withIntermediateDirectories: true)
    state = StateDirectory(root: folder.path + "/State")
    let model = folder.path + "/tiny.gguf"
    if !FileManager.default.fileExists(atPath: model) { try TinyModel().write(to: model) }
    home = try await StateHome.open(state, model: model, freshSeed: 42, busyTimeout: .milliseconds(50), now: { noon })
    settings.settle = settle
  }

  func service(
    through fileSystem: any FileSystem = LocalFileSystem(), plan: HeldOutPlan? = nil,
    converter: DocumentConverter? = nil, now: @escaping @Sendable () -> Date = { Date() }
  ) -> IntakeService {
    let curator = Curator(tokenizer: home.base.tokenizer, template: home.base.template) { Digest.of($0).bytes }
    return IntakeService(
      watch: watch, state: state, store: home.store,
      maker: ContentMaker(curator: curator, plan: plan ?? HeldOutPlan(seed: seed), seed: seed, converter: converter),
      settings: settings, through: fileSystem, now: now,
      log: Log(sinks: [lines], now: { noon }))
  }

  func drop(_ text: String, as name: String) throws { try drop(Data(text.utf8), as: name) }

  func drop(_ data: Data, as name: String) throws {
    let url = URL(fileURLWithPath: watch.description + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
    waitForWriters(of: url.path)
  }

  func isThere(_ name: String) -> Bool {
    (try? LocalFileSystem().exists(watch.appending(name))) == true
  }

  func documents() async throws -> [DocumentListing] {
    try await home.store.read { try $0.documents(limit: 100_000) }
  }

  func document(named name: String) async throws -> Document? {
    try await documents().last { $0.names.contains(name) }?.document
  }

  /// Files below a folder of the State, hidden ones too.
  func files(in folder: Path) throws -> [String] {
    var names: [String] = []
    try DirectoryWalk.walk(folder, through: LocalFileSystem()) { item in
      if case .entry(let path, _) = item { names.append(path.description) }
    }
    return names.sorted()
  }
}

/// What was logged.
final class LogLines: LogSink {
  let minimumLevel = LogLevel.debug
  private let records = Mutex<[LogRecord]>([])

  func write(_ record: LogRecord) { records.withLock { $0.append(record) } }

  func all(_ event: String) -> [LogRecord] { records.withLock { $0.filter { $0.event == event } } }
}
