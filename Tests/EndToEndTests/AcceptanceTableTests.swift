import Foundation
import Testing

@Suite("Tests/README.md")
struct AcceptanceTableTests {
  @Test("names a test for each of the 26 lines, and every test that it names is there")
  func table() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: tests.appendingPathComponent("README.md"), encoding: .utf8)
    var source = ""
    let files = try #require(FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil))
    for case let file as URL in files where file.pathExtension == "swift" {
      source += try String(contentsOf: file, encoding: .utf8)
    }
    var lines: Set<Int> = []
    for row in readme.split(separator: "\n") where row.hasPrefix("| ") {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 3, let number = Int(cells[0]) else { continue }
      lines.insert(number)
      let names = cells[2].split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map(\.element)
      #expect(!names.isEmpty || cells[2].hasPrefix("*"), "line \(number) has no test")
      for name in names { #expect(source.contains("\"\(name)\""), "line \(number): there is no test “\(name)”") }
    }
    #expect(lines == Set(1...26))
  }
}
