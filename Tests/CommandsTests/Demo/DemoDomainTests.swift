import Commands
import Foundation
import Testing

@Suite("The demo's documents")
struct DemoDomainTests {
  static let domains = [DemoDomain.harbour, .garden]

  @Test("are thirty files of a page each, under names of their own", arguments: domains.indices)
  func pages(_ index: Int) {
    let files = Self.domains[index].files
    #expect(files.count == 30)
    #expect(Set(files.map(\.name)).count == 30)
    for file in files { #expect((1100...1800).contains(file.text.count), "\(file.name): \(file.text.count)") }
  }

  @Test(
    "put the question that the demo asks, with its answer, and tell the fact elsewhere too", arguments: domains.indices)
  func question(_ index: Int) throws {
    let domain = Self.domains[index]
    let texts = domain.files.map(\.text)
    let asked = texts.filter { $0.contains(domain.prompt) }
    #expect(asked.count >= 3)
    let key = try #require(domain.fact.split(separator: ",").first).lowercased()
    let told = texts.filter { $0.lowercased().contains(key.trimmingCharacters(in: .punctuationCharacters)) }
    #expect(told.count >= 10)
  }

  @Test("share few runs of three words with one another", arguments: domains.indices)
  func variety(_ index: Int) {
    let runs = Self.domains[index].files.map { Self.runs($0.text) }
    for first in runs.indices {
      for second in runs.indices where second > first {
        let shared = Double(runs[first].intersection(runs[second]).count)
        #expect(shared / Double(runs[first].union(runs[second]).count) < 0.2)
      }
    }
  }

  @Test("have each paragraph on one line, whatever the source's folds")
  func unwrapped() {
    #expect(DemoDomain.unwrapped("# A\n\none\ntwo\n\n\nthree") == "# A\n\none two\n\nthree")
  }

  private static func runs(_ text: String) -> Set<[Substring]> {
    let words = text.lowercased().split { !$0.isLetter }
    return Set(words.indices.dropLast(2).map { Array(words[$0...($0 + 2)]) })
  }
}
