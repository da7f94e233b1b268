import AdapterStore
import Foundation
import Platform
import TestSupport
import Testing

@Suite("Faults while publishing")
struct FaultTests {
  /// What must hold whenever publishing version 1 over version 0 was interrupted.
  private func expectConverges(_ directory: URL, _ step: Int) throws {
    let store = AdapterStore(state: directory.path)
    let current = try store.current()
    try store.verify(current)
    for version in try store.versions() { try store.verify(version) }
    _ = try store.recover()
    #expect(try store.recover() == [], "step \(step)")
    let entries = try FileManager.default.contentsOfDirectory(atPath: store.directory.description).sorted()
    let expected = try store.versions().map(\.directoryName)
    #expect(entries.filter { $0 != ".highest" } == expected, "step \(step)")
    // Work goes on: the next version is complete and current, and its number is new.
    let before = try store.highestNumber()
    let next = try store.publish(3, parent: current.rawValue)
    #expect(next > before)
    #expect(try store.current() == next)
  }

  /// Publishes version 1 with a fault at every call in turn, until there is no call left to fail.
  private func sweep(_ fault: FaultyFileSystem.Fault) throws -> Int {
    for step in 1... {
      let calls = try withTemporaryDirectory { directory -> Int in
        try AdapterStore(state: directory.path).establishBase(contents(0, parent: nil))
        let faulty = FaultyFileSystem(step: step, fault: fault, in: .everything)
        let store = AdapterStore(state: directory.path, through: faulty)
        _ = Result { try store.publish(1, parent: 0) }
        try expectConverges(directory, step)
        return faulty.calls.count
      }
      if calls < step { return calls }
    }
    return 0
  }

  @Test("killed at any step, current is wholly old or wholly new, and a restart converges")
  func killed() throws {
    #expect(try sweep(.kill) > 50)
  }

  @Test("an input or output error at any step leaves complete versions alone")
  func once() throws {
    #expect(try sweep(.error(EIO, sticky: false)) > 50)
  }

  @Test("killed at any step of the first start, the next start makes version 0")
  func firstStart() throws {
    var step = 1
    while true {
      let calls = try withTemporaryDirectory { directory -> Int in
        let faulty = FaultyFileSystem(step: step, fault: .kill, in: .everything)
        _ = Result { try AdapterStore(state: directory.path, through: faulty).establishBase(contents(0, parent: nil)) }
        let store = AdapterStore(state: directory.path)
        _ = try store.recover()
        try store.establishBase(contents(0, parent: nil))
        #expect(try store.current() == .base)
        try store.verify(.base)
        #expect(try store.versions() == [.base])
        return faulty.calls.count
      }
      if calls < step { break }
      step += 1
    }
    #expect(step > 30)
  }

  @Test("killed at any step of a removal, the version is there whole or gone, and its number stays taken")
  func removal() throws {
    var step = 1
    while true {
      let calls = try withTemporaryDirectory { directory -> Int in
        let store = AdapterStore(state: directory.path)
        try store.establishBase(contents(0, parent: nil))
        try store.publish(1, parent: 0)
        try store.rollback()
        let faulty = FaultyFileSystem(step: step, fault: .kill, in: .everything)
        _ = Result { try AdapterStore(state: directory.path, through: faulty).remove(version(1)) }
        _ = try store.recover()
        for version in try store.versions() { try store.verify(version) }
        #expect(try store.publish(2, parent: 0) == version(2))
        return faulty.calls.count
      }
      if calls < step { break }
      step += 1
    }
  }

  @Test("a full disk publishes nothing, keeps current, and publishing works when there is space")
  func full() throws {
    try withStore { store in
      let full = AdapterStore(
        state: store.state, through: FaultyFileSystem(step: 1, fault: .error(ENOSPC, sticky: true), in: .writes))
      let error = #expect(throws: PlatformError.self) { try full.publish(1, parent: 0) }
      #expect(error?.isOutOfSpace == true)
      try store.verify(.base)
      #expect(try store.current() == .base)
      #expect(try store.versions() == [.base])
      #expect(try store.publish(1, parent: 0) == version(1))
    }
  }
}
