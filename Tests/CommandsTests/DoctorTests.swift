import AdapterStore
import Commands
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

/// Breaks one thing after another, and looks whether it is found, and mended where that is safe.
@Suite("doctor --deep")
struct DoctorTests {
  private struct Checks: Decodable {
    struct Check: Decodable {
      var name: String
      var ok: Bool
      var detail: String
      var remedy: String
    }
    var checks: [Check]
  }

  /// What is wrong with the State, the machine and the model left out.
  private func wrong(_ made: Made) async throws -> [Checks.Check] {
    let run = await made.stet("doctor", "--deep", "--json")
    let names = ["leftover", "open", "original", "version", "current", "permissions", "files", "store", "versions"]
    return try run.object(Checks.self).checks.filter { check in
      !check.ok && (names.contains(check.name) || check.name.hasPrefix("version "))
    }
  }

  private let disk = LocalFileSystem()

  @Test("finds nothing where nothing is broken")
  func sound() async throws {
    try await withState { made in
      let found = try await wrong(made)
      #expect(found.isEmpty)
      let run = await made.stet("doctor", "--deep", "--json")
      #expect(try run.object(Checks.self).checks.contains { $0.name == "files" && $0.ok })
    }
  }

  /// Breaks a thing, and looks whether that is found.
  private func findsIt(_ item: Break, _ made: Made) async throws -> Path {
    let place = item.place(made.state)
    try await item.doIt(made, place)
    let found = try await wrong(made)
    #expect(found.contains { $0.name == item.finding && $0.detail.contains(place.description) }, "\(item): \(found)")
    #expect(found.allSatisfy { !$0.remedy.isEmpty })
    return place
  }

  @Test("--repair mends what can be mended without a loss, and says so", arguments: mendable.indices)
  func mends(_ index: Int) async throws {
    let item = mendable[index]
    try await withState { made in
      let place = try await findsIt(item, made)
      let prose = await stet(["doctor", "--repair", "--state", made.state.root.description]).prose
      #expect(prose.contains(place.description) || prose.contains(place.lastComponent.description), "\(item): \(prose)")
      #expect(try await wrong(made).isEmpty, "\(item)")
    }
  }

  @Test("names what somebody has to look at, and leaves it as it is", arguments: named.indices)
  func names(_ index: Int) async throws {
    let item = named[index]
    try await withState { made in
      _ = try await findsIt(item, made)
      _ = await made.stet("doctor", "--repair")
      #expect(try await wrong(made).map(\.name).contains(item.finding), "\(item)")
    }
  }

  @Test("--repair makes folders that are missing, and wants the State for itself")
  func folders() async throws {
    try await withState { made in
      try disk.removeDirectory(made.state.quarantine)
      let state = made.state.root.description
      #expect(await stet(["doctor", "--repair", "--state", state]).prose.contains("\(made.state.quarantine): made"))
      #expect(try disk.exists(made.state.quarantine))
      let lock = try StateLock.acquire(made.state.lock)
      #expect(await stet(["doctor", "--repair", "--state", state]).code == .locked)
      lock.release()
    }
  }
}

private func write(_ text: String, to path: Path, mode: UInt32 = 0o600) throws {
  try DurableFile.makeDirectory(path.parent, through: LocalFileSystem())
  try DurableFile.write(Data(text.utf8), to: path, mode: mode, through: LocalFileSystem())
}

/// A name, how to break it, what the finding is called, and the path it has to name.
private struct Break: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let finding: String
  let place: @Sendable (StateDirectory) -> Path
  let doIt: @Sendable (Made, Path) async throws -> Void
}

private let mendable = [
  Break(testDescription: "an interrupted write", finding: "leftover") {
    $0.originals.appending("ab/.x.1-1.stet-tmp")
  } doIt: { made, path in
    try write("half", to: path)
  },
  Break(testDescription: "an interrupted report", finding: "leftover") {
    $0.quarantine.appending(".y.1-2.stet-tmp")
  } doIt: { made, path in
    try write("half", to: path)
  },
  Break(testDescription: "the folder of a round that has ended", finding: "leftover") {
    $0.round(1)
  } doIt: { made, path in
    try write("{}", to: path.appending("plan.json"))
  },
  Break(testDescription: "an interrupted publication", finding: "leftover") {
    $0.adapters.appending(".staging-0003")
  } doIt: { made, path in
    try write("{}", to: path.appending("manifest.json"))
  },
  Break(testDescription: "a released file that still lies in quarantine", finding: "leftover") {
    $0.quarantined(Digest.of("document 1"))
  } doIt: { made, path in
    try write("document 1", to: path)
  },
  Break(testDescription: "a file that others may read", finding: "open") {
    $0.log
  } doIt: { made, path in
    try write("", to: path, mode: 0o644)
  },
  Break(testDescription: "a document that others may read", finding: "open") {
    $0.original(Digest.of("document 2"))
  } doIt: { made, path in
    try write("document 2", to: path, mode: 0o604)
  },
  Break(testDescription: "a link to another version than the store's", finding: "current") {
    $0.current
  } doIt: { made, path in
    try made.adapters.makeCurrent(version(1))
  },
  Break(testDescription: "a link that is gone", finding: "current") {
    $0.current
  } doIt: { made, path in
    try LocalFileSystem().unlink(path)
  },
]

private let named = [
  Break(testDescription: "an edited adapter", finding: "version 1") {
    $0.adapters.appending("0001/adapter_model.safetensors")
  } doIt: { made, path in
    try write("edited", to: path)
  },
  Break(testDescription: "a version that is gone", finding: "version") {
    $0.adapters
  } doIt: { made, path in
    try DurableFile.removeTree(path.appending("0001"), through: LocalFileSystem())
  },
  Break(testDescription: "a version that the store does not know", finding: "version") {
    $0.adapters
  } doIt: { made, path in
    try FileManager.default.copyItem(
      atPath: path.appending("0002").description, toPath: path.appending("0009").description)
  },
  Break(testDescription: "an original with other bytes", finding: "original") {
    $0.original(Digest.of("document 1"))
  } doIt: { made, path in
    try write("something else", to: path)
  },
  Break(testDescription: "an original that no row knows", finding: "original") {
    $0.original(Digest.of("stray"))
  } doIt: { made, path in
    try write("stray", to: path)
  },
  Break(testDescription: "a file that others may write", finding: "open") {
    $0.original(Digest.of("document 2"))
  } doIt: { made, path in
    try write("document 2", to: path, mode: 0o666)
  },
  Break(testDescription: "a State that others may write", finding: "permissions") {
    $0.root
  } doIt: { made, path in
    try LocalFileSystem().setPermissions(path, mode: 0o777)
  },
]
