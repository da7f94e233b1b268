import AdapterStore
import Daemon
import Foundation
import ModelFiles
import Platform
import ReplayStore
import TestSupport
import Testing
import Tokenizers

let noon = Date(timeIntervalSince1970: 1_795_000_000)

@Suite("A State and its base model")
struct HomeTests {
  private let disk = LocalFileSystem()

  @Test("a new State is open to its owner alone")
  func permissions() throws {
    try withTemporaryDirectory { folder in
      let state = StateDirectory(root: folder.path + "/State")
      try state.create(through: disk)
      for path in [state.root, state.originals, state.quarantine, state.logs] {
        #expect(try disk.status(of: path, followingLinks: false).permissions == 0o700)
      }
      #expect(try !state.exists(through: disk))
    }
  }

  @Test("a State that others may write to is refused, with the command that mends it")
  func writableByOthers() throws {
    try withTemporaryDirectory { folder in
      let state = StateDirectory(root: folder.path + "/State")
      try state.create(through: disk)
      try Data().write(to: URL(fileURLWithPath: folder.path + "/State/store.sqlite"))
      try disk.setPermissions(state.adapters, mode: 0o777)
      let error = #expect(throws: StateError.self) { try state.create(through: disk) }
      #expect(error == .writableByOthers(state.adapters.description))
      #expect(error?.description.contains("chmod go-w") == true)
    }
  }

  @Test("a watched folder that holds the State is refused, whatever links lead there")
  func watchedState() throws {
    try withTemporaryDirectory { folder in
      let (root, disk) = (Path(folder.path), self.disk)
      try DurableFile.makeDirectory(root.appending("a/State"), through: disk)
      try disk.makeSymbolicLink(root.appending("link"), target: root.appending("a"))
      func check(_ watch: String, _ state: String) throws {
        try WatchedFolder.check(root.appending(watch), beside: root.appending(state), through: disk)
      }
      for (watch, state) in [("a", "a/State"), ("a/State", "a/State"), ("link", "a/State"), ("a", "link/State")] {
        let error = #expect(throws: StateError.self) { try check(watch, state) }
        #expect(error?.exitCode == 2)
      }
      try DurableFile.makeDirectory(root.appending("a/.stet/Watch"), through: disk)
      try check("a", "a/.stet")
      try check("a/.stet/Watch", "a/.stet")
      try check("a/State2", "a/State")
    }
  }

  @Test("an empty folder that a checkout left open is closed, not refused")
  func emptyFolder() throws {
    try withTemporaryDirectory { folder in
      let state = StateDirectory(root: folder.path + "/State")
      try disk.makeDirectory(state.root, mode: 0o775)
      try state.create(through: disk)
      #expect(try disk.status(of: state.root, followingLinks: false).permissions == 0o700)
    }
  }

  @Test("a folder without a State says so with exit code 10")
  func noState() throws {
    try withTemporaryDirectory { folder in
      let state = StateDirectory(root: folder.path + "/nothing")
      let error = #expect(throws: StateError.self) { try state.requireExisting(through: disk) }
      #expect(error?.exitCode == 10)
    }
  }

  @Test("a model's metadata becomes its tokenizer and its chat template")
  func tokenizer() throws {
    try withTemporaryDirectory { folder in
      let path = try TinyModel().write(to: folder.path + "/tiny.gguf")
      let state = StateDirectory(root: folder.path + "/State")
      try state.create(through: disk)
      let base = try BaseModelHome(state: state, now: { noon }).load(Path(path), expecting: nil)
      let text = "the end of the line\nand 42"
      #expect(base.tokenizer.decode(base.tokenizer.encode(text)) == text)
      #expect(base.tokenizer.endOfTurn == TinyVocabulary.endOfTurn)
      #expect(base.template?.defaultSystemMessage == "You are a small model for tests")
      #expect(base.manifestBase().name == TinyModel.name)
      #expect(base.manifestBase().template != nil)
    }
  }

  @Test("without a model there is a sentence that says how to get one")
  func noModel() throws {
    try withTemporaryDirectory { folder in
      let state = StateDirectory(root: folder.path + "/State")
      try state.create(through: disk)
      let home = BaseModelHome(state: state, now: { noon })
      let error = #expect(throws: BaseModelError.self) { try home.locate(named: nil) }
      #expect(error?.description.contains("stet model fetch") == true)
      #expect(throws: BaseModelError.missing("/no/such.gguf")) { try home.locate(named: "/no/such.gguf") }
    }
  }

  @Test("a model named once is the State's own from then on, and another one is refused with exit code 12")
  func anotherModel() async throws {
    try await withTemporaryDirectory { folder in
      let first = try TinyModel(seed: 1).write(to: folder.path + "/first.gguf")
      let second = try TinyModel(seed: 2).write(to: folder.path + "/second.gguf")
      let state = StateDirectory(root: folder.path + "/State")
      let seed: UInt64 = 7
      do {
        let home = try await StateHome.open(state, model: first, freshSeed: seed, now: { noon })
        #expect(home.identity.seed == seed)
        home.lock.release()
      }
      do {
        let home = try await StateHome.open(state, model: nil, freshSeed: 8, now: { noon })
        #expect(home.identity.seed == seed)
        home.lock.release()
      }
      let error = await #expect(throws: BaseModelError.self) {
        _ = try await StateHome.open(state, model: second, freshSeed: 9, now: { noon })
      }
      #expect(error?.exitCode == 12)
      #expect(error?.description.hasPrefix(second) == true)
    }
  }

  @Test("a model that is edited under the daemon is noticed")
  func editedModel() async throws {
    try await withTemporaryDirectory { folder in
      let path = try TinyModel(seed: 1).write(to: folder.path + "/base.gguf")
      let state = StateDirectory(root: folder.path + "/State")
      let home = try await StateHome.open(state, model: path, freshSeed: 1, now: { noon })
      let models = BaseModelHome(state: state, now: { noon })
      try models.checkUnchanged(home.base)
      try TinyModel(seed: 3).write(to: path)
      #expect(throws: BaseModelError.self) { try models.checkUnchanged(home.base) }
    }
  }

  @Test("a second process on one State is told who has it")
  func locked() async throws {
    try await withTemporaryDirectory { folder in
      let path = try TinyModel().write(to: folder.path + "/base.gguf")
      let state = StateDirectory(root: folder.path + "/State")
      let home = try await StateHome.open(state, model: path, freshSeed: 1, now: { noon })
      let error = await #expect(throws: LockError.self) {
        _ = try await StateHome.open(state, model: path, freshSeed: 1, now: { noon })
      }
      let process = ProcessInfo.processInfo.processIdentifier
      #expect(error == .held(path: state.lock.description, pid: process))
      home.lock.release()
    }
  }
}
