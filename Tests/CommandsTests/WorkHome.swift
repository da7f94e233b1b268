import Commands
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport

/// A folder with `Watch`, `State` and a tiny model, where verbs that work are run inside the test's process.
struct WorkHome {
  let folder: URL

  init(_ folder: URL) throws {
    self.folder = folder
    try TinyModel(context: 512).write(to: model)
  }

  var model: String { folder.path + "/tiny.gguf" }
  var state: StateDirectory { StateDirectory(root: folder.path + "/State") }
  var places: [String] { ["--state", state.root.description, "--watch", folder.path + "/Watch"] }

  /// Settings under which a round takes a moment.
  private static let quick = [
    "lora.rank=2", "train.rate=0.01", "train.epochs=1", "train.memory=fast", "train.sequence=128", "round.threads=1",
    "round.nice=0", "general.pieces=4", "general.tokens=16", "gate.general=100", "gate.round=1", "gate.lineage=1",
    "ewc.samples=2", "intake.settle=0s",
  ].flatMap { ["--set", $0] }

  /// Runs a verb that works on the State.
  func work(_ arguments: String...) async -> Run {
    await CommandsTests.stet(arguments + places + ["--model", model] + Self.quick)
  }

  /// Runs a verb that looks.
  func stet(_ arguments: String...) async -> Run { await CommandsTests.stet(arguments + places) }

  func drop(_ documents: Range<UInt64>, in domain: String = "law") throws {
    for number in documents {
      let url = folder.appendingPathComponent("Watch/\(domain)/\(number).md")
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(Prose.text(number).utf8).write(to: url)
      waitForWriters(of: url.path)
    }
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: folder.appendingPathComponent("Watch").path)
  }

  var store: ReplayStore {
    get throws { try ReplayStore(path: state.store.description, access: .existing) }
  }
}
