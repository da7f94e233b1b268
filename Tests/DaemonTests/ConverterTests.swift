import Curation
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("Converters")
struct ConverterTests {
  private static let system = ["/usr/local/bin", "/usr/bin", "/bin"]

  private func converter(
    _ commands: [String: [String]], search: [String] = system, outputBytes: Int = 1 << 20, time: Duration = .seconds(60)
  ) -> DocumentConverter {
    var limits = DocumentConverter.Limits()
    limits.time = time
    return DocumentConverter(
      ConverterTable(commands: commands), outputBytes: outputBytes, limits: limits, search: search)
  }

  private func program(_ script: String, named name: String, in folder: URL) throws {
    let url = folder.appendingPathComponent(name)
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: url)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path)
  }

  @Test("a compressed document is read by the name that it has without its ending")
  func compressed() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      let packed = try ChildProcess.run(
        ["gzip", "-c"], input: Data(Prose.text(1).utf8), limits: .init(timeout: .seconds(60))
      ).standardOutput
      try bench.drop(packed, as: "legal/-one.md.gz")
      let converter = converter(["gz": ["gzip", "-dc"]])
      #expect(await bench.service(converter: converter).scan().taken == [.waiting: 1])
    }
  }

  @Test(
    "a file whose converter is missing names the package, and comes back by itself when it is there; one that says the same does not"
  )
  func missing() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      try bench.drop(Prose.text(1), as: "one.pdf")
      try bench.drop(Prose.text(2), as: "two.pdf")
      try bench.drop(Prose.text(1) + "\nEdited.", as: "two.odt.pdf")
      let programs = folder.appendingPathComponent("bin")
      try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
      let converter = converter(["pdf": ["pdftotext", "-", "-"]], search: [programs.path])
      #expect(await bench.service(converter: converter).scan().taken == [.quarantined: 3])
      let waiting = try #require(try await bench.document(named: "one.pdf"))
      #expect(
        waiting.reason?.contains("converter.missing: pdftotext is not installed; install the package poppler-utils")
          == true)

      try program("exec /bin/cat", named: "pdftotext", in: programs)
      let report = await bench.service(converter: converter).scan()
      #expect(report.failure == nil)
      #expect(report.taken == [.waiting: 2, .duplicate: 1])
      let read = try #require(try await bench.document(named: "one.pdf"))
      #expect(read.state == .waiting && read.tokenCount > 0)
      #expect(try LocalFileSystem().exists(bench.state.original(read.sha256)))
      #expect(await bench.service(converter: converter).scan().taken.isEmpty)
    }
  }

  @Test("a converter that fails, writes too much or takes too long refuses its file with that reason")
  func failing() throws {
    try withTemporaryDirectory { folder in
      try program("echo broken >&2; exit 3", named: "fails", in: folder)
      try program("yes and again", named: "floods", in: folder)
      try program("exec sleep 60", named: "sleeps", in: folder)
      let search = [folder.path] + Self.system
      func reason(_ program: String, time: Duration = .seconds(60)) -> String {
        let converter = converter(["x": [program]], search: search, outputBytes: 1 << 16, time: time)
        guard case .refused(let reason) = converter.convert("a.x", Data("text".utf8)) else { return "" }
        return reason.description
      }
      #expect(reason("fails") == "converter.failed: fails: exit code 3, broken")
      #expect(reason("floods").contains("more than 65536 bytes"))
      #expect(reason("sleeps", time: .milliseconds(200)).contains("not done within"))
    }
  }

  @Test("{file} is the absolute path of the file, which is gone afterwards")
  func path() throws {
    let converter = converter(["x": ["cat", "{file}"]])
    guard case .converted(let name, let bytes) = converter.convert("a.x", Data("some text".utf8)) else {
      Issue.record("not converted")
      return
    }
    #expect(name == "a.x.txt")
    #expect(String(decoding: bytes, as: UTF8.self) == "some text")
  }
}
