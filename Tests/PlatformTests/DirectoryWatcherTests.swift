import Dispatch
import Foundation
import Platform
import TestSupport
import Testing

@Suite("Watching a folder", .timeLimit(.minutes(1)))
struct DirectoryWatcherTests {
  let disk = LocalFileSystem()

  /// Reads events until `wanted` have all come; returns everything read. The suite's limit ends a wait in vain.
  private func events(
    of watcher: DirectoryWatcher, until wanted: Set<WatchEvent>
  ) async -> [WatchEvent] {
    var missing = wanted
    var all: [WatchEvent] = []
    for await event in watcher.events {
      all.append(event)
      missing.remove(event)
      if missing.isEmpty { break }
    }
    return all
  }

  private func write(_ path: String) throws {
    try Data("x".utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test("a file that is written and one that is moved in are reported, what was there before is not")
  func files() async throws {
    try await withTemporaryDirectory { directory in
      let root = directory.path + "/Watch"
      try DurableFile.makeDirectory(root, through: disk)
      try write(root + "/before")
      try write(directory.path + "/outside")
      let watcher = try DirectoryWatcher(root)
      try write(root + "/written")
      try disk.rename(Path(directory.path + "/outside"), to: Path(root + "/moved"))
      let seen = await events(of: watcher, until: [.changed(Path(root + "/written")), .changed(Path(root + "/moved"))])
      #expect(!seen.contains(.changed(Path(root + "/before"))))
    }
  }

  @Test("a new directory is watched at once, with all that came into it first")
  func newDirectories() async throws {
    try await withTemporaryDirectory { directory in
      let root = directory.path
      let watcher = try DirectoryWatcher(root)
      for round in 0..<20 {
        try FileManager.default.createDirectory(atPath: root + "/d\(round)/inner", withIntermediateDirectories: true)
        try write(root + "/d\(round)/inner/file")
      }
      let wanted = (0..<20).map { WatchEvent.changed(Path(root + "/d\($0)/inner/file")) }
      _ = await events(of: watcher, until: Set(wanted))
      // By now the directories are known to be watched.
      try write(root + "/d7/inner/later")
    }
  }

  @Test("a directory that moves inside the folder is reported under its new name, one that moves out no longer")
  func movingDirectories() async throws {
    try await withTemporaryDirectory { directory in
      let root = directory.path + "/Watch"
      try DurableFile.makeDirectory(root + "/old/inner", through: disk)
      try DurableFile.makeDirectory(root + "/leaving", through: disk)
      let watcher = try DirectoryWatcher(root)
      try disk.rename(Path(root + "/old"), to: Path(root + "/new"))
      try disk.rename(Path(root + "/leaving"), to: Path(directory.path + "/left"))
      try write(directory.path + "/left/unseen")
      try write(root + "/mark")
      _ = await events(of: watcher, until: [.changed(Path(root + "/mark"))])
      try write(root + "/new/inner/file")
      try write(directory.path + "/left/unseen too")
      let wanted = WatchEvent.changed(Path(root + "/new/inner/file"))
      var seen: [WatchEvent] = []
      for await event in watcher.events {
        seen.append(event)
        if event == wanted { break }
      }
      #expect(!seen.contains { "\($0)".contains("unseen") })
      #expect(!seen.contains { "\($0)".contains("/old") })
    }
  }

  @Test("a link to a directory outside is reported as a change and not followed, and names need not be UTF-8")
  func links() async throws {
    try await withTemporaryDirectory { directory in
      let root = directory.path + "/Watch"
      try DurableFile.makeDirectory(root, through: disk)
      try DurableFile.makeDirectory(directory.path + "/outside", through: disk)
      try disk.makeSymbolicLink(Path(root + "/early"), target: Path("../outside"))
      let watcher = try DirectoryWatcher(root)
      try disk.makeSymbolicLink(Path(root + "/late"), target: Path("../outside"))
      try write(directory.path + "/outside/secret")
      let name = Path(bytes: Array((root + "/caf").utf8) + [0xE9])
      try DurableFile.write(Data("x".utf8), to: name, through: disk)
      let seen = await events(of: watcher, until: [.changed(name)])
      #expect(seen.contains(.changed(Path(root + "/late"))))
      #expect(!seen.contains { "\($0)".contains("secret") })
    }
  }

  @Test("the folder itself may be a link")
  func rootLink() async throws {
    try await withTemporaryDirectory { directory in
      try DurableFile.makeDirectory(directory.path + "/real/inner", through: disk)
      let root = directory.path + "/Watch"
      try disk.makeSymbolicLink(Path(root), target: Path("real"))
      let watcher = try DirectoryWatcher(root)
      try write(directory.path + "/real/inner/file")
      _ = await events(of: watcher, until: [.changed(Path(root + "/inner/file"))])
    }
  }

  @Test("when the kernel's queue runs over that is reported, and what comes afterwards is seen")
  func kernelOverflow() async throws {
    let limit = try Int(
      String(decoding: disk.contents(of: "/proc/sys/fs/inotify/max_queued_events"), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines))
    guard let limit, limit <= 50_000 else { return }
    try await withTemporaryDirectory { directory in
      let queue = DispatchQueue(label: "held")
      queue.suspend()
      let watcher = try DirectoryWatcher(directory.path, bufferedEvents: 1 << 20, target: queue)
      try DurableFile.makeDirectory(directory.path + "/early", through: disk)
      // Made and closed: two events a file.
      for number in 0...limit / 2 {
        touch(directory.path + "/\(number)")
      }
      try FileManager.default.createDirectory(atPath: directory.path + "/late", withIntermediateDirectories: false)
      queue.resume()
      let seen = await events(of: watcher, until: [.overflow])
      #expect(seen.count > limit / 4)
      try write(directory.path + "/late/file")
      _ = await events(of: watcher, until: [.changed(Path(directory.path + "/late/file"))])
    }
  }

  private func touch(_ path: String) {
    _ = try? disk.open(Path(path), for: .create(mode: 0o600))
  }

  @Test("when the reader falls behind, what it gets ends with an overflow")
  func slowReader() async throws {
    try await withTemporaryDirectory { directory in
      let queue = DispatchQueue(label: "held")
      queue.suspend()
      let watcher = try DirectoryWatcher(directory.path, bufferedEvents: 10, target: queue)
      for number in 0..<100 { try write(directory.path + "/\(number)") }
      queue.resume()
      // The watcher's own queue targets this one, so it has drained the descriptor before this block runs.
      queue.sync {}
      let seen = await events(of: watcher, until: [.overflow])
      #expect(seen.last == .overflow)
      #expect(seen.count <= 10)
    }
  }

  @Test("when the folder is removed or moved away, that is the last event", arguments: [false, true])
  func lost(moved: Bool) async throws {
    try await withTemporaryDirectory { directory in
      let root = directory.path + "/Watch"
      try DurableFile.makeDirectory(root + "/inner", through: disk)
      let watcher = try DirectoryWatcher(root)
      if moved {
        try disk.rename(Path(root), to: Path(directory.path + "/elsewhere"))
      } else {
        try DurableFile.removeTree(root, through: disk)
      }
      var last: WatchEvent?
      for await event in watcher.events { last = event }
      #expect(last == .lost)
    }
  }

  @Test("a missing folder is an error that names it, and cancelling ends the events")
  func missing() async throws {
    try await withTemporaryDirectory { directory in
      let error = #expect(throws: PlatformError.self) { try DirectoryWatcher(directory.path + "/none") }
      #expect(error?.isMissing == true)
      #expect(error?.path == directory.path + "/none")
      let watcher = try DirectoryWatcher(directory.path)
      watcher.cancel()
      for await _ in watcher.events {}
    }
  }

  @Test("records are parsed at every truncation, without reading past the end")
  func records() {
    func record(_ watch: Int32, _ mask: UInt32, _ name: String, padding: Int) -> [UInt8] {
      let bytes = Array(name.utf8) + [UInt8](repeating: 0, count: padding)
      let words = [UInt32(bitPattern: watch), mask, 0, UInt32(bytes.count)]
      return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } } + bytes
    }
    let first = record(1, InotifyMask.closedAfterWriting, "name", padding: 12)
    let second = record(-1, InotifyMask.overflow, "", padding: 0)
    let all = first + second
    let expected = [
      InotifyRecord(watch: 1, mask: InotifyMask.closedAfterWriting, name: Array("name".utf8)),
      InotifyRecord(watch: -1, mask: InotifyMask.overflow, name: []),
    ]
    for length in 0...all.count {
      let count = length < first.count ? 0 : length < all.count ? 1 : 2
      #expect(InotifyRecord.parse(all[..<length]) == Array(expected[..<count]))
    }
    let lying: [UInt8] = Array(repeating: 0xFF, count: 64)
    #expect(InotifyRecord.parse(lying).isEmpty)
  }
}
