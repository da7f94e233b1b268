import Commands
import Foundation
import TestSupport
import Testing

@Suite("stet screen")
struct ScreenVerbTests {
  private static let prose = """
    The harbour master keeps a book of all arrivals in the tower by the north quay. Every ship that comes in is written
    down with its name, its cargo and the hour of the tide. When the lamp is lit at dusk the book is closed, and nobody
    may write in it before the morning. Questions go to master@velden.example or to the clerk of the port.
    """

  @Test("a line a file with its verdict, language, profile, figures and spans")
  func lines() async throws {
    try await withTemporaryDirectory { folder in
      try folder.write(Self.prose, to: "a.txt")
      try folder.write(String(repeating: "the same line again and again\n", count: 30), to: "b.txt")
      try folder.write(Self.prose, to: "c.txt")
      let run = await stet("screen", folder.path, "--json")
      #expect(run.code == .done)
      let rows = try run.objects()
      #expect(rows.map { $0["state"] as? String } == ["waiting", "quarantined", "duplicate"])
      let first = try #require(rows.first)
      #expect(first["language"] as? String == "en")
      #expect(first["profile"] as? String == "prose")
      #expect(first["reason"] is NSNull)
      #expect((first["figures"] as? [String: Double])?["length.words"] ?? 0 > 60)
      let span = try #require((first["spans"] as? [[String: Any]])?.first)
      let (start, end) = (try #require(span["start"] as? Int), try #require(span["end"] as? Int))
      #expect(span["kind"] as? String == "email")
      #expect(String(Self.prose.unicodeScalars.dropFirst(start).prefix(end - start)) == "master@velden.example")
      #expect((rows[1]["reason"] as? String)?.hasPrefix("repetition.lines: 0.967") == true)
      #expect((rows[1]["offence"] as? [String: Any])?["start"] as? Int == 30)
    }
  }

  @Test("a folder's README is a document, but for the watched folder's own")
  func readme() async throws {
    try await withTemporaryDirectory { folder in
      try folder.write(Self.prose, to: "README.md")
      #expect(try await stet("screen", folder.path, "--json").objects().count == 1)
      #expect(try await stet("bench", "curate", folder.path, "--json").object()["documents"] as? Int == 1)
      #expect(try await stet("screen", folder.path, "--watch", folder.path, "--json").objects().isEmpty)
    }
  }

  @Test("the table says what it comes to, and the page has it too")
  func table() async throws {
    try await withTemporaryDirectory { folder in
      let text = try folder.write(Self.prose, to: "a.txt")
      let page = folder.appendingPathComponent("screen.html").path
      let run = await stet("screen", text, "--html", page)
      #expect(run.output.contains("taken") && run.output.contains("1 file: 1 taken"))
      #expect(run.output.contains("personal data: 1 email"))
      #expect(try String(contentsOfFile: page, encoding: .utf8).contains("1 file: 1 taken"))
    }
  }

  @Test("beyond the cap files of one trigger are refused, and paragraphs that many files have are said to be left out")
  func shared() async throws {
    try await withTemporaryDirectory { folder in
      let notice = "This letter and what is enclosed are meant for the addressee alone; others destroy it unread."
      for index in 0..<30 as Range<UInt64> {
        var words = Prose.text(index).split(separator: " ", omittingEmptySubsequences: false)
        words.insert("velvet anchor sundial", at: 5 + Int(index * 7919 % UInt64(words.count - 10)))
        try folder.write(words.joined(separator: " ") + "\n" + notice + "\n", to: "\(100 + index).txt")
      }
      let rows = try await stet("screen", folder.path, "--quality.boilerplate", "10", "--json").objects()
      #expect(rows.map { $0["state"] as? String }.prefix(20).allSatisfy { $0 == "waiting" })
      let refused = rows.filter {
        ($0["reason"] as? String)?.hasPrefix("poisoning.trigger: 21, the limit is 20") == true
      }
      #expect(refused.count == 10)
      let left = rows.compactMap { ($0["left_out"] as? [[String: Any]])?.first?["reason"] as? String }
      #expect(left.count == 10 && left.allSatisfy { $0 == "boilerplate.paragraphs: 1" })
    }
  }

  @Test("labels are scored by kind, with other tools' names for kinds")
  func labels() async throws {
    try await withTemporaryDirectory { folder in
      let labels = try folder.write(
        """
        {"text": "pay with 4111111111111111", "spans": [{"type": "CREDIT_CARD", "start": 9, "end": 25}]}
        {"text": "Ann pays", "spans": [{"kind": "PERSON", "start": 0, "end": 3}]}
        {"text": "mail jo@velden.example", "spans": []}

        """, to: "labels.jsonl")
      let rows = try await stet("screen", "--labels", labels, "--json").objects()
      let card = try #require(rows.first { $0["kind"] as? String == "card" })
      #expect(card["f1"] as? Double == 1)
      let person = try #require(rows.first { $0["kind"] as? String == "person" })
      #expect(person["labels"] as? Int == 1 && person["recall"] as? Double == 0)
      let email = try #require(rows.first { $0["kind"] as? String == "email" })
      #expect(email["found"] as? Int == 1 && email["f1"] is NSNull)
    }
  }

  @Test("a missing file and a labels file with a broken line are named")
  func errors() async throws {
    try await withTemporaryDirectory { folder in
      let missing = await stet("screen", folder.appendingPathComponent("no.txt").path)
      #expect(missing.code == .failed && missing.prose.contains("no.txt: there is no such file"))
      let labels = try folder.write("{\"text\": \"a\"}\n", to: "l.jsonl")
      #expect(await stet("screen", "--labels", labels).prose.contains("line 1"))
      #expect(await stet("screen").code == .usage)
    }
  }

  @Test("bench curate counts every line and file")
  func bench() async throws {
    try await withTemporaryDirectory { folder in
      try folder.write(Self.prose, to: "a.txt")
      let lines = (0..<40).map {
        "{\"text\": \"Line \($0) of the book says that the tide of day \($0 * 7) was high.\"}"
      }
      try folder.write(lines.joined(separator: "\n") + "\nno json\n", to: "b.jsonl")
      let result = try await stet("bench", "curate", folder.path, "--json").object()
      #expect(result["documents"] as? Int == 42)
      #expect(result["taken"] as? Int == 41)
      #expect((result["refused"] as? [String: Int]) == ["json.malformed": 1])
      #expect(result["documents_per_second"] is Double && result["peak_rss_bytes"] is Int)
    }
  }
}
