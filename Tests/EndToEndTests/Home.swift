import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

/// A folder with `Watch`, `State` and a tiny model, as a user has them.
struct Home: Sendable {
  let folder: URL

  /// Makes the folders, and settings under which a round takes a moment and is published whatever it learned or forgot.
  init(new folder: URL, settings: [String: String] = [:]) throws {
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try TinyModel(context: 512).write(to: folder.path + "/tiny.gguf")
    let disk = LocalFileSystem()
    for name in ["Watch", "State"] { try DurableFile.makeDirectory(folder.path + "/" + name, through: disk) }
    let all = Home.quick.merging(settings) { $1 }
    let lines = all.sorted { $0.key < $1.key }.map { "  \"\($0.key)\": \($0.value)" }
    let text = "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    try DurableFile.write(Data(text.utf8), to: state.settings, through: disk)
  }

  /// One that is there already.
  init(_ folder: URL) { self.folder = folder }

  static let quick = [
    "lora.rank": "2", "train.rate": "0.01", "train.epochs": "1", "train.memory": "\"fast\"", "train.sequence": "128",
    "round.threads": "1", "round.nice": "0", "general.pieces": "4", "general.tokens": "16", "gate.general": "100",
    "gate.round": "1", "gate.lineage": "1", "gate.minimum_gain": "-1", "ewc.samples": "2",
    "intake.settle": "\"0s\"",
  ]

  var watch: Path { Path(folder.path + "/Watch") }
  var state: StateDirectory { StateDirectory(root: folder.path + "/State") }
  var model: String { folder.path + "/tiny.gguf" }
  var places: [String] { ["--state", state.root.description, "--watch", watch.description, "--model", model] }

  var adapters: AdapterStore { AdapterStore(state: state.root) }

  func store() throws -> ReplayStore { try ReplayStore(path: state.store.description, access: .existing) }

  func drop(_ text: String, as name: String) throws { try drop(Data(text.utf8), as: name) }

  func drop(_ data: Data, as name: String) throws {
    let url = URL(fileURLWithPath: watch.description + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
    waitForWriters(of: url.path)
  }

  @discardableResult
  func stet(_ arguments: String..., environment: [String: String] = [:]) async throws -> ChildResult {
    try await BuiltProgram.stet.run(arguments + places, environment: environment)
  }

  /// Runs a verb that has to succeed.
  func succeed(_ arguments: String...) async throws {
    let result = try await BuiltProgram.stet.run(arguments + places)
    try #require(result.succeeded, "stet \(arguments): \(String(decoding: result.standardError, as: UTF8.self))")
  }

  /// The same home in another place.
  func copy(to place: URL) throws -> Home {
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for name in ["State", "Watch"] {
      try FileManager.default.copyItem(
        at: folder.appendingPathComponent(name), to: place.appendingPathComponent(name))
    }
    try FileManager.default.createSymbolicLink(
      atPath: place.path + "/tiny.gguf", withDestinationPath: folder.path + "/tiny.gguf")
    let copy = Home(place)
    for name in try copy.files(in: copy.watch) { waitForWriters(of: copy.watch.appending(name).description) }
    return copy
  }

  /// Files below a folder, hidden ones too, by their paths in it.
  func files(in place: Path) throws -> [String] {
    guard try LocalFileSystem().exists(place) else { return [] }
    var names: [String] = []
    try DirectoryWalk.walk(place, through: LocalFileSystem()) { item in
      if case .entry(let path, _) = item { names.append(path.description) }
    }
    return names.sorted()
  }

  /// SHA-256 of every file in Watch.
  func dropped() throws -> Set<Digest> {
    Set(try files(in: watch).map { try Digest.ofFile(watch.appending($0), through: LocalFileSystem()) })
  }

  func adapter(_ version: Int) throws -> Data? {
    guard let number = VersionNumber(rawValue: version) else { return nil }
    let path = adapters.directory(of: number).appending("adapter_model.safetensors")
    return try LocalFileSystem().exists(path) ? try LocalFileSystem().contents(of: path) : nil
  }
}

/// Waits until `condition` holds, for four minutes at most.
func eventually(
  _ comment: @autoclosure () -> Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async throws -> Bool
) async throws {
  let clock = ContinuousClock()
  let deadline = clock.now + .seconds(240)
  while clock.now < deadline {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(20))
  }
  Issue.record(comment() ?? "it did not happen within four minutes", sourceLocation: sourceLocation)
}
