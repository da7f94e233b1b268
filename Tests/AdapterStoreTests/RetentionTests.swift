import AdapterStore
import Foundation
import Platform
import TestSupport
import Testing

@Suite("Retention of versions")
struct RetentionTests {
  /// 0 ← 1 ← 2 ← 3 (left) and 2 ← 4 ← 5 ← 6, the current one.
  private func withHistory(_ body: (AdapterStore) throws -> Void) throws {
    try withStore { store in
      for number in 1...3 { try store.publish(Float(number), parent: number - 1) }
      try store.rollback()
      for number in 4...6 { try store.publish(Float(number), parent: number == 4 ? 2 : number - 1) }
      try body(store)
    }
  }

  @Test("the current version, the base, the latest, the latest ancestors and pinned ones keep their files")
  func keeps() throws {
    try withHistory { store in
      #expect(try store.thin(.init(latest: 1, pinned: [version(1)])).map(\.rawValue) == [2, 3, 4])
      #expect(try store.thin(.init(latest: 1, pinned: [version(1)])) == [])
      for number in [0, 1, 5, 6] { try store.verify(version(number)) }
      #expect(try store.current() == version(6))
    }
  }

  @Test("a thinned version has its history and is never served")
  func history() throws {
    try withHistory { store in
      _ = try store.thin(.init(latest: 1))
      #expect(try store.versions().count == 7)
      #expect(try store.lineage(of: version(6)).map(\.rawValue) == [6, 5, 4, 2, 1, 0])
      #expect(try store.report(of: version(2)) == contents(2, parent: 1).report)
      #expect(throws: AdapterStoreError.thinned(version(2))) { try store.verify(version(2)) }
      #expect(throws: AdapterStoreError.thinned(version(4))) { try store.rollback(to: version(4)) }
      #expect(throws: AdapterStoreError.thinned(version(3))) { try store.promote(version(3)) }
      #expect(try store.rollback().to == version(5))
      #expect(try store.publish(7, parent: 5) == version(7))
    }
  }

  @Test("killed at any step of thinning, the next start goes on")
  func killed() throws {
    var step = 1
    while true {
      let calls = try withTemporaryDirectory { directory -> Int in
        let store = AdapterStore(state: directory.path)
        try store.establishBase(contents(0, parent: nil))
        for number in 1...4 { try store.publish(Float(number), parent: number - 1) }
        let faulty = FaultyFileSystem(step: step, fault: .kill, in: .everything)
        _ = Result { try AdapterStore(state: directory.path, through: faulty).thin(.init(latest: 1)) }
        _ = try store.recover()
        for version in try store.versions() {
          if try store.isThinned(version) {
            let kept = try store.files(of: version).keys.sorted()
            #expect(kept == ["manifest.json", "report.html", "report.json", "thinned"])
          } else {
            try store.verify(version)
          }
        }
        _ = try store.thin(.init(latest: 1))
        #expect(try store.versions().filter { try store.isThinned($0) }.map(\.rawValue) == [1, 2])
        return faulty.calls.count
      }
      if calls < step { break }
      step += 1
    }
    #expect(step > 20)
  }
}
