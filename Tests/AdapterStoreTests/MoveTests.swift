import AdapterStore
import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

@Suite("Rolling back and promoting")
struct MoveTests {
  @Test("rollback restores the earlier version byte for byte, with its consolidation state")
  func rollback() throws {
    try withStore { store in
      try store.publish(1, parent: 0)
      let before = try store.files(of: version(1))
      let consolidation = try store.consolidation(of: version(1))
      try store.publish(2, parent: 1)
      let move = try store.rollback()
      #expect(move.from == version(2))
      #expect(move.to == version(1))
      #expect(move.abandoned == [version(2)])
      #expect(try store.current() == version(1))
      #expect(try store.files(of: version(1)) == before)
      #expect(try store.consolidation(of: version(1)) == consolidation)
    }
  }

  @Test("from version 0 there is nothing to roll back to, and nothing changes")
  func fromBase() throws {
    try withStore { store in
      try store.publish(1, parent: 0)
      try store.rollback()
      #expect(throws: AdapterStoreError.nothingToRollBackTo) { try store.rollback() }
      #expect(try store.current() == .base)
      #expect(try store.versions() == [.base, version(1)])
    }
  }

  @Test("rollback goes to ancestors alone; promotion goes to any version; neither to the current one")
  func rules() throws {
    try withStore { store in
      try store.publish(1, parent: 0)
      try store.publish(2, parent: 1)
      try store.rollback()
      try store.publish(3, parent: 1)
      #expect(throws: AdapterStoreError.notAnAncestor(version(2), current: version(3))) {
        try store.rollback(to: version(2))
      }
      #expect(throws: AdapterStoreError.unknownVersion(version(9), directory: store.directory.description)) {
        try store.rollback(to: version(9))
      }
      #expect(throws: AdapterStoreError.alreadyCurrent(version(3))) { try store.promote(version(3)) }
      let move = try store.promote(version(2))
      #expect(move.abandoned == [version(3)])
      #expect(try store.lineage(of: try store.current()) == [2, 1, 0].map(version))
    }
  }

  @Test("a damaged version is not rolled back to, and current stays")
  func damagedTarget() throws {
    try withStore { store in
      try store.publish(1, parent: 0)
      try store.publish(2, parent: 1)
      let file = store.directory(of: version(1)).appending("adapter.gguf").description
      try Data("edited".utf8).write(to: URL(fileURLWithPath: file))
      #expect(throws: AdapterStoreError.self) { try store.rollback() }
      #expect(try store.current() == version(2))
      #expect(try store.rollback(to: .base).to == .base)
    }
  }

  @Test("a thousand flips show a concurrent reader nothing but complete versions")
  func flips() throws {
    try withTemporaryDirectory { directory in
      let store = AdapterStore(state: directory.path)
      try store.establishBase(contents(0, parent: nil))
      try store.publish(1, parent: 0)
      let expected = [try store.files(of: .base), try store.files(of: version(1))]
      let reading = Mutex((isDone: false, reads: 0, failure: String?.none))
      // A thread of its own: the test pool's may all be busy with other tests.
      Thread.detachNewThread {
        while !reading.withLock({ $0.isDone }) {
          let failure: String?
          do {
            try store.verify(try store.current())
            // What another program sees through the link alone.
            let adapter = try Data(contentsOf: directory.appendingPathComponent("current/adapter_model.safetensors"))
            let isComplete = expected.contains { $0["adapter_model.safetensors"] == adapter }
            failure = isComplete ? nil : "an adapter that was never published"
          } catch {
            failure = String(describing: error)
          }
          reading.withLock { state in
            state.reads += 1
            state.failure = state.failure ?? failure
          }
        }
      }
      var flips = 0
      while flips < 1_000 || reading.withLock({ $0.reads }) < 100 {
        try store.makeCurrent(flips.isMultiple(of: 2) ? .base : version(1))
        flips += 1
      }
      let failure = reading.withLock { state in
        state.isDone = true
        return state.failure
      }
      #expect(failure == nil)
      #expect(try store.recover() == [])
    }
  }
}
