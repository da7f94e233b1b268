import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@Suite("Files from strangers", .timeLimit(.minutes(1)))
struct UntrustedFileTests {
  let disk = LocalFileSystem()

  /// A folder with one of everything that is not a document, and a document after them.
  private func fill(_ root: String) throws {
    try DurableFile.makeDirectory(root + "/Watch/legal/deep", through: disk)
    try DurableFile.write(Data("secret".utf8), to: root + "/outside", through: disk)
    try disk.makeSymbolicLink(Path(root + "/Watch/link"), target: Path("../outside"))
    try disk.makeSymbolicLink(Path(root + "/Watch/loop"), target: Path("."))
    try disk.makeSymbolicLink(Path(root + "/Watch/way"), target: Path("legal"))
    let made = unsafe mkfifo(root + "/Watch/fifo", 0o600)
    #expect(made == 0)
    try disk.link(Path(root + "/outside"), to: Path(root + "/Watch/legal/hard"))
    try DurableFile.write(Data("document".utf8), to: root + "/Watch/legal/deep/z.txt", through: disk)
    try DurableFile.write(
      Data("latin".utf8), to: Path(bytes: Array((root + "/Watch/caf").utf8) + [0xE9]), through: disk)
  }

  @Test("a walk reports every entry once with its kind, follows no link, and keeps names that are not UTF-8")
  func walk() throws {
    try withTemporaryDirectory { directory in
      try fill(directory.path)
      var items: [DirectoryWalk.Item] = []
      try DirectoryWalk.walk(directory.path + "/Watch", through: disk) { items.append($0) }
      #expect(
        Set(items) == [
          .entry(Path("link"), .symbolicLink), .entry(Path("loop"), .symbolicLink), .entry(Path("way"), .symbolicLink),
          .entry(Path("fifo"), .fifo), .entry(Path(bytes: Array("caf".utf8) + [0xE9]), .regular),
          .directory(Path("legal")), .entry(Path("legal/hard"), .regular), .directory(Path("legal/deep")),
          .entry(Path("legal/deep/z.txt"), .regular),
        ])
      #expect(items.count == 9)
      var fewer: [DirectoryWalk.Item] = []
      try DirectoryWalk.walk(directory.path + "/Watch", through: disk, skipping: { $0 == Path("legal") }) {
        fewer.append($0)
      }
      #expect(fewer.count == 5)
    }
  }

  @Test("the watched folder itself may be a link")
  func rootLink() throws {
    try withTemporaryDirectory { directory in
      try fill(directory.path)
      try disk.makeSymbolicLink(Path(directory.path + "/named"), target: Path("Watch"))
      var count = 0
      try DirectoryWalk.walk(directory.path + "/named", through: disk) { _ in count += 1 }
      #expect(count == 9)
      let (file, _) = try UntrustedFile.open(
        Path("legal/deep/z.txt"), beneath: directory.path + "/named", through: disk)
      #expect(try disk.contents(of: file) == Data("document".utf8))
    }
  }

  @Test("a tree deeper than the limit is reported and the files after it are still found")
  func depth() throws {
    try withTemporaryDirectory { directory in
      let deep = "deep/" + Array(repeating: "d", count: DirectoryWalk.maximumDepth + 3).joined(separator: "/")
      try DurableFile.makeDirectory(directory.path + "/" + deep, through: disk)
      try DurableFile.makeDirectory(directory.path + "/later", through: disk)
      try DurableFile.write(Data("x".utf8), to: directory.path + "/later/x", through: disk)
      var unreadable = 0
      var found = false
      try DirectoryWalk.walk(directory.path, through: disk) { item in
        if case .unreadable = item { unreadable += 1 }
        if item == .entry(Path("later/x"), .regular) { found = true }
      }
      #expect(unreadable == 1)
      #expect(found)
    }
  }

  @Test("a regular file is opened with its status, and a hard link shows by its count")
  func opens() throws {
    try withTemporaryDirectory { directory in
      try fill(directory.path)
      let (file, status) = try UntrustedFile.open(Path("legal/hard"), beneath: directory.path + "/Watch", through: disk)
      #expect(status.linkCount == 2)
      #expect(try disk.contents(of: file) == Data("secret".utf8))
    }
  }

  @Test(
    "links, FIFOs and directories are refused by kind without blocking",
    arguments: [
      ("link", FileKind.symbolicLink), ("fifo", .fifo), ("legal", .directory),
    ])
  func refuses(name: String, kind: FileKind) throws {
    try withTemporaryDirectory { directory in
      try fill(directory.path)
      let error = #expect(throws: UntrustedFileError.self) {
        _ = try UntrustedFile.open(Path(name), beneath: directory.path + "/Watch", through: disk)
      }
      #expect(error == .notRegular(Path(directory.path + "/Watch/" + name), kind))
    }
  }

  @Test("a directory on the way that is a link is not followed, and no path leaves the folder")
  func beneath() throws {
    try withTemporaryDirectory { directory in
      try fill(directory.path)
      let watch = Path(directory.path + "/Watch")
      #expect(throws: UntrustedFileError.self) {
        _ = try UntrustedFile.open(Path("way/deep/z.txt"), beneath: watch, through: disk)
      }
      for outside in ["../outside", "legal/../../outside", directory.path + "/outside"] {
        #expect(throws: PlatformError.self) { _ = try disk.open(Path(outside), beneath: watch) }
      }
      let error = #expect(throws: UntrustedFileError.self) {
        _ = try UntrustedFile.open(Path("gone"), beneath: watch, through: disk)
      }
      #expect(error == .vanished(watch.appending("gone")))
    }
  }

  /// A child that another test starts has our descriptors between fork and exec.
  private func waitUntilNobodyWrites(_ file: OpenFile) {
    while FileLease.writerHasOpen(file) == true { sched_yield() }
  }

  @Test("a lease tells whether a writer has the file open, and reading it does not count")
  func lease() throws {
    try withTemporaryDirectory { directory in
      let path = Path(directory.path + "/growing")
      let writer = try disk.open(path, for: .create(mode: 0o600))
      let reader = try disk.open(path, for: .read)
      try #require(FileLease.writerHasOpen(reader) != nil, "this file system has no leases")
      #expect(FileLease.writerHasOpen(reader) == true)
      #expect(FileLease.writerHasOpen(reader) == true)
      writer.close()
      let other = try disk.open(path, for: .read)
      waitUntilNobodyWrites(reader)
      #expect(FileLease.writerHasOpen(reader) == false)
      #expect(FileLease.writerHasOpen(other) == false)
      // The lease was given back: a writer opens at once.
      let again = try disk.open(path, for: .append(mode: 0o600))
      #expect(FileLease.writerHasOpen(reader) == true)
      again.close()
    }
  }

  @Test("a writer who opens the file in the moment of asking neither fails nor ends this process")
  func leaseAgainstWriter() async throws {
    try await withTemporaryDirectory { directory in
      let path = Path(directory.path + "/contended")
      try DurableFile.write(Data("x".utf8), to: path, through: disk)
      async let opened: Int = Task.detached {
        for _ in 0..<3000 { try disk.open(path, for: .append(mode: 0o600)).close() }
        return 3000
      }.value
      let reader = try disk.open(path, for: .read)
      for _ in 0..<3000 { _ = FileLease.writerHasOpen(reader) }
      #expect(try await opened == 3000)
      waitUntilNobodyWrites(reader)
    }
  }

  @Test("a FIFO has no lease, which is no answer rather than a wrong one")
  func noLease() throws {
    try withTemporaryDirectory { directory in
      let made = unsafe mkfifo(directory.path + "/fifo", 0o600)
      #expect(made == 0)
      let fifo = try disk.open(Path(directory.path + "/fifo"), for: .readUntrusted)
      #expect(FileLease.writerHasOpen(fifo) == nil)
    }
  }
}
