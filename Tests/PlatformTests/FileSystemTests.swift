import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@Suite("Files and names")
struct FileSystemTests {
  let disk = LocalFileSystem()

  @Test("an error names the file, the fact and the remedy, and cannot forge a line")
  func errorText() {
    let error = PlatformError(path: "State/a\n<0>b", operation: "write", code: ENOSPC)
    #expect(
      error.description
        == "State/a\\n<0>b: cannot write: No space left on device. Free some space on that disk; what waits is kept and goes on then."
    )
    #expect(error.isOutOfSpace)
    #expect(!error.isMissing)
  }

  @Test("a path's parts are what the kernel would take them for")
  func pathParts() {
    #expect(Path("a/b/c").lastComponent == Path("c"))
    #expect(Path("a/b/c/").lastComponent == Path("c"))
    #expect(Path("a/b/c").parent == Path("a/b"))
    #expect(Path("c").parent == Path("."))
    #expect(Path("/c").parent == Path("/"))
    #expect(Path("/").appending("x") == Path("/x"))
    #expect(Path("a").appending("b") == Path("a/b"))
    #expect(Path("a/./b//c").components == [Path("a"), Path("b"), Path("c")])
    #expect(Path("Watch/legal/x").relative(to: Path("Watch")) == Path("legal/x"))
    #expect(Path("Watchful/x").relative(to: Path("Watch")) == nil)
    #expect(Path("Watch").relative(to: Path("Watch")) == nil)
    #expect(["", ".", "..", "a/b", "a\0"].allSatisfy { Path($0).isUnusableAsName })
    #expect(!Path("...").isUnusableAsName)
    #expect(Path(bytes: [0x66, 0xFF]).string == nil)
    #expect(Path(bytes: [0x66, 0xFF]).description == "f\\xFF")
  }

  @Test("a name with a NUL is refused instead of cut")
  func nul() throws {
    try withTemporaryDirectory { directory in
      try DurableFile.write(Data("x".utf8), to: directory.path + "/a", through: disk)
      #expect(throws: PlatformError.self) { try disk.unlink(Path(directory.path + "/a\0b")) }
      #expect(try disk.exists(directory.path + "/a"))
    }
  }

  @Test("a missing file is an error when read, and nil when only looked for")
  func missing() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/none"
      let error = #expect(throws: PlatformError.self) { try disk.contents(of: path) }
      #expect(error?.isMissing == true)
      let (status, below) = try (disk.statusIfPresent(path), disk.statusIfPresent(path + "/below"))
      #expect(status == nil)
      #expect(below == nil)
    }
  }

  @Test("a file over the limit is refused before it is read")
  func limit() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/sparse"
      let file = try disk.open(Path(path), for: .create(mode: 0o600))
      try disk.truncate(file, to: 10 << 30)
      let error = #expect(throws: PlatformError.self) { try disk.contents(of: path, limit: 1000) }
      #expect(error?.code == EFBIG)
    }
  }

  @Test("appending goes on where another writer ended")
  func append() throws {
    try withTemporaryDirectory { directory in
      let path = Path(directory.path + "/log")
      for text in ["one ", "two"] {
        let file = try disk.open(path, for: .append(mode: 0o600))
        let bytes = Array(text.utf8)
        try unsafe disk.writeAll(bytes.span.bytes, to: file)
      }
      #expect(try disk.contents(of: path) == Data("one two".utf8))
    }
  }

  @Test("a hard link is counted and a status tells files apart")
  func status() throws {
    try withTemporaryDirectory { directory in
      let (one, two) = (Path(directory.path + "/one"), Path(directory.path + "/two"))
      try DurableFile.write(Data("x".utf8), to: one, through: disk)
      let before = try disk.status(of: one, followingLinks: false)
      #expect(before.linkCount == 1)
      #expect(before.isOurs)
      #expect(!before.isWritableByOthers)
      #expect(before.kind == .regular)
      #expect(before.size == 1)
      try disk.link(one, to: two)
      let after = try disk.status(of: two, followingLinks: false)
      #expect(after.linkCount == 2)
      #expect(after.identity == before.identity)
      #expect(abs(Double(after.modifiedNanoseconds) / 1e9 - Date().timeIntervalSince1970) < 3600)
      try disk.setPermissions(one, mode: 0o620)
      #expect(try disk.status(of: one, followingLinks: false).isWritableByOthers)
      #expect(try !disk.status(of: one, followingLinks: false).isUnchanged(in: before))
      #expect(try disk.availableBytes(at: one) > 0)
    }
  }

  @Test("an open file closes once, also when its number has been given out again")
  func closing() throws {
    try withTemporaryDirectory { directory in
      let path = Path(directory.path + "/f")
      try DurableFile.write(Data("x".utf8), to: path, through: disk)
      let first = try disk.open(path, for: .read)
      first.close()
      let second = try disk.open(path, for: .read)
      first.close()
      #expect(try disk.contents(of: second) == Data("x".utf8))
    }
  }
}
