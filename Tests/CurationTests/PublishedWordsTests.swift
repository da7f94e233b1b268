import Curation
import Testing

@Suite("Words of the published filters")
struct PublishedWordsTests {
  /// Counts that spaCy's English tokenizer gives for the same text.
  @Test(
    "marks are words of their own, and contractions are two",
    arguments: [
      ("The well-known rule (of 1997) holds.", 11), ("Don't go, it's closed...", 8), ("Version 3.14 of U.S. law", 5),
      ("see https://a.example/b,c for more!", 5), ("either/or: a,b so.That", 10), ("", 0), ("“Quoted,” she said", 6),
      ("+49 is not 4+9", 6),
    ])
  func counts(text: String, count: Int) {
    #expect(PublishedWords(utf8: Array(text.utf8)).count == count)
  }

  @Test("what is only marks is no plain word")
  func plain() {
    let words = PublishedWords(utf8: Array("a -- b , 7 •".utf8))
    #expect(words.count == 6)
    #expect(words.plain == 4)
    #expect(words.plainScalars == 4)
    #expect(words.withLetter == 2)
  }
}
