import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@Suite("Durable files")
struct DurableFileTests {
  let disk = LocalFileSystem()

  @Test("what is written is read back, with mode 0600, and nothing else is left in the directory")
  func writeAndRead() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/manifest.json"
      for content in ["first", "second, longer", ""] {
        try DurableFile.write(Data(content.utf8), to: path, through: disk)
        #expect(try disk.contents(of: path) == Data(content.utf8))
      }
      #expect(try disk.status(of: Path(path), followingLinks: false).permissions == 0o600)
      #expect(try disk.list(Path(directory.path)).map(\.name) == [Path("manifest.json")])
    }
  }

  @Test("the order is open, write, fsync, rename, open the directory, fsync")
  func order() throws {
    try withTemporaryDirectory { directory in
      let faulty = FaultyFileSystem(step: .max, fault: .kill)
      try DurableFile.write(Data("x".utf8), to: directory.path + "/a", through: faulty)
      #expect(faulty.calls == ["open", "write", "fsync", "rename", "open", "fsync"])
    }
  }

  @Test("after a kill at any step the file is wholly old or wholly new, and leftovers are known as such")
  func killAtEachStep() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/value"
      for step in 1...40 {
        try DurableFile.write(Data("old content".utf8), to: path, through: disk)
        let faulty = FaultyFileSystem(step: step, fault: .kill, shortWrites: true)
        let outcome = Result {
          try DurableFile.write(Data("new content, in several writes".utf8), to: path, through: faulty)
        }
        let content = try String(decoding: disk.contents(of: path), as: UTF8.self)
        #expect(content == "old content" || content == "new content, in several writes")
        let others = try disk.list(Path(directory.path)).map(\.name).filter { $0 != Path("value") }
        #expect(others.allSatisfy { DurableFile.isTemporary($0) })
        for entry in try disk.list(Path(directory.path)) where DurableFile.isTemporary(entry.name) {
          try DurableFile.remove(Path(directory.path).appending(entry.name), through: disk)
        }
        #expect(try disk.list(Path(directory.path)).count == 1)
        if case .success = outcome {
          #expect(content.hasPrefix("new"))
          #expect(step > faulty.calls.count)
        }
      }
    }
  }

  @Test(
    "a full disk or a failing one at any step is an error, and the old file stays", arguments: [ENOSPC, EIO],
    [false, true])
  func errorAtEachStep(code: Int32, sticky: Bool) throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/value"
      let renameStep = 9
      for step in 1...renameStep - 1 {
        try DurableFile.write(Data("old".utf8), to: path, through: disk)
        let faulty = FaultyFileSystem(step: step, fault: .error(code, sticky: sticky), shortWrites: true)
        let error = #expect(throws: PlatformError.self) {
          try DurableFile.write(Data("new content, in several writes".utf8), to: path, through: faulty)
        }
        #expect(error?.code == code)
        #expect(try disk.contents(of: path) == Data("old".utf8))
        // A failed fsync is never tried again: pages may be gone though a second call succeeds.
        #expect(sticky || faulty.calls.filter { $0 == "fsync" }.count <= 1)
        if !sticky { #expect(try disk.list(Path(directory.path)).count == 1) }
      }
    }
  }

  @Test("a link is turned with no moment without one, and a kill at any step leaves the old target or the new")
  func symbolicLink() throws {
    try withTemporaryDirectory { directory in
      let link = Path(directory.path + "/current")
      for step in 1...6 {
        try DurableFile.replaceSymbolicLink(at: link, target: "adapters/0001", through: disk)
        let faulty = FaultyFileSystem(step: step, fault: .kill)
        try? DurableFile.replaceSymbolicLink(at: link, target: "adapters/0002", through: faulty)
        let target = try disk.readSymbolicLink(link)
        #expect(target == Path(step <= 2 ? "adapters/0001" : "adapters/0002"))
      }
    }
  }

  @Test("directories are made with those above them, with mode 0700 whatever the umask, and again without harm")
  func directories() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/a/b/c"
      try DurableFile.makeDirectory(path, through: disk)
      try DurableFile.makeDirectory(path, through: disk)
      try DurableFile.write(Data(), to: path + "/file", through: disk)
      #expect(try disk.status(of: Path(path), followingLinks: false).permissions == 0o700)
      #expect(try disk.status(of: Path(path + "/file"), followingLinks: false).permissions == 0o600)
      #expect(throws: PlatformError.self) { try DurableFile.makeDirectory(path + "/file", through: disk) }
      // The usual umask takes these bits away.
      try DurableFile.makeDirectory(directory.path + "/open", mode: 0o777, through: disk)
      try DurableFile.write(Data(), to: directory.path + "/open/file", mode: 0o666, through: disk)
      #expect(try disk.status(of: Path(directory.path + "/open"), followingLinks: false).permissions == 0o777)
      #expect(try disk.status(of: Path(directory.path + "/open/file"), followingLinks: false).permissions == 0o666)
    }
  }

  @Test("a tree is removed without following the links in it")
  func removeTree() throws {
    try withTemporaryDirectory { directory in
      let kept = directory.path + "/kept"
      try DurableFile.makeDirectory(kept, through: disk)
      try DurableFile.write(Data("stays".utf8), to: kept + "/file", through: disk)
      let tree = directory.path + "/tree/inner"
      try DurableFile.makeDirectory(tree, through: disk)
      try DurableFile.write(Data("goes".utf8), to: tree + "/file", through: disk)
      try DurableFile.replaceSymbolicLink(at: tree + "/link", target: kept, through: disk)
      try DurableFile.removeTree(directory.path + "/tree", through: disk)
      try DurableFile.removeTree(directory.path + "/tree", through: disk)
      #expect(try disk.list(Path(directory.path)).map(\.name) == [Path("kept")])
      #expect(try disk.contents(of: kept + "/file") == Data("stays".utf8))
    }
  }

  @Test("a file is moved, also to another file system, and its bytes stay the same")
  func move() throws {
    let elsewhere = "/dev/shm"
    let roots =
      [FileManager.default.temporaryDirectory.path]
      + (FileManager.default.isWritableFile(atPath: elsewhere) ? [elsewhere] : [])
    for root in roots {
      try withTemporaryDirectory { directory in
        let target = root + "/stet-move-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: target) }
        let content = Data((0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try content.write(to: directory.appendingPathComponent("source"))
        try DurableFile.move(directory.path + "/source", to: target, through: disk)
        #expect(try disk.contents(of: target) == content)
        #expect(try !disk.exists(directory.path + "/source"))
      }
    }
  }

  @Test("a move that must not replace leaves both files as they are")
  func moveWithoutReplacing() throws {
    try withTemporaryDirectory { directory in
      let (source, target) = (directory.path + "/source", directory.path + "/target")
      try DurableFile.write(Data("one".utf8), to: source, through: disk)
      try DurableFile.write(Data("two".utf8), to: target, through: disk)
      let error = #expect(throws: PlatformError.self) {
        try DurableFile.move(source, to: target, replacing: false, through: disk)
      }
      #expect(error?.isAlreadyThere == true)
      #expect(try disk.contents(of: source) == Data("one".utf8))
      #expect(try disk.contents(of: target) == Data("two".utf8))
      try disk.unlink(Path(target))
      try DurableFile.move(source, to: target, replacing: false, through: disk)
      #expect(try disk.contents(of: target) == Data("one".utf8))
      #expect(try !disk.exists(source))
    }
  }

  @Test("a name that another file has taken meanwhile is not moved")
  func moveExpecting() throws {
    try withTemporaryDirectory { directory in
      let (source, target) = (directory.path + "/source", directory.path + "/target")
      try DurableFile.write(Data("one".utf8), to: source, through: disk)
      let first = try disk.status(of: Path(source), followingLinks: false).identity
      let held = try disk.open(Path(source), for: .read)
      try DurableFile.write(Data("two".utf8), to: source, through: disk)
      #expect(throws: PlatformError.self) {
        try DurableFile.move(source, to: target, expecting: first, through: disk)
      }
      #expect(try disk.contents(of: source) == Data("two".utf8))
      held.close()
    }
  }

  @Test("a file written in pieces has the digest and length of the whole")
  func writer() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/pieces"
      let pieces = [1, 1000, 300_000, 5, 262_144].map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: $0) }
      let (digest, byteCount) = try DurableFile.write(to: path, through: disk) { writer in
        for piece in pieces { try writer.append(piece) }
        try writer.append(Data([1, 2, 3]))
        try writer.append(values: [1.5])
        return (writer.digest, writer.byteCount)
      }
      let whole = Data(pieces.joined()) + Data([1, 2, 3]) + Data([0, 0, 0xC0, 0x3F])
      #expect(try disk.contents(of: path) == whole)
      #expect(byteCount == Int64(whole.count))
      #expect(digest == Digest.of(whole))
      #expect(try Digest.ofFile(path) == digest)
    }
  }

  @Test("a name of 255 bytes can be written")
  func longName() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/" + String(repeating: "n", count: 255)
      try DurableFile.write(Data("x".utf8), to: path, through: disk)
      #expect(try disk.exists(path))
    }
  }
}
