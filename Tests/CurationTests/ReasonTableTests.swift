import Curation
import Foundation
import Testing

/// The module's README says what every reason and every kind of personal data means: it is checked against the code.
@Suite("The README of Curation")
struct ReasonTableTests {
  private static func readme() throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: folder.appendingPathComponent("Sources/Curation/README.md"), encoding: .utf8)
  }

  /// First and second cells of the rows below a heading.
  private static func rows(below heading: String) throws -> [String: String] {
    let section = try readme().components(separatedBy: "## ").first { $0.hasPrefix(heading) } ?? ""
    var rows: [String: String] = [:]
    for line in section.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      rows[cells[0].trimmingCharacters(in: CharacterSet(charactersIn: "`"))] = cells[1]
    }
    return rows
  }

  @Test("has every reason with the words that people are shown")
  func reasons() throws {
    let expected = Dictionary(uniqueKeysWithValues: RejectionReason.Name.allCases.map { ($0.rawValue, $0.meaning) })
    #expect(try Self.rows(below: "Reasons") == expected)
  }

  @Test("has every kind of personal data with its rule")
  func kinds() throws {
    let expected = Dictionary(uniqueKeysWithValues: PersonalDataKind.allCases.map { ($0.rawValue, $0.rule) })
    #expect(try Self.rows(below: "Personal data") == expected)
  }

  @Test("has every profile")
  func profiles() throws {
    let expected = Dictionary(uniqueKeysWithValues: Profile.allCases.map { ($0.rawValue, $0.meaning) })
    #expect(try Self.rows(below: "Profiles") == expected)
  }
}
