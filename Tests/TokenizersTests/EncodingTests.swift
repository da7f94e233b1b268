import Testing
import Tokenizers

@Suite("Encoding")
struct EncodingTests {
  let fixture: TokenizerFixture

  init() throws { fixture = try TokenizerFixture.read() }

  @Test(
    "every text has the ids that Hugging Face tokenizers gives it",
    arguments: ["gpt-2", "smollm", "llama-bpe", "qwen2"])
  func agreesWithReference(preTokenizer: String) throws {
    let tokenizer = try fixture.tokenizer(preTokenizer)
    for text in fixture.texts {
      #expect(
        tokenizer.encode(text.text, recognisingSpecials: true) == text.ids[preTokenizer],
        "\(text.text.debugDescription)")
    }
  }

  @Test(
    "random text over all of Unicode decodes to its own bytes", arguments: ["gpt-2", "smollm", "llama-bpe", "qwen2"])
  func roundTrips(preTokenizer: String) throws {
    let tokenizer = try fixture.tokenizer(preTokenizer)
    var generator = TestGenerator(state: 11)
    for _ in 0..<500 {
      let text = generator.text()
      let bytes = text.utf8.filter { $0 != TokenizerFixture.missingByte }
      #expect(tokenizer.decodeBytes(tokenizer.encode(text)) == bytes)
      #expect(tokenizer.decodeBytes(tokenizer.encode(text, recognisingSpecials: true)) == bytes)
    }
  }

  @Test("bytes that are not UTF-8 decode to themselves", arguments: ["gpt-2", "smollm", "llama-bpe", "qwen2"])
  func roundTripsBytes(preTokenizer: String) throws {
    let tokenizer = try fixture.tokenizer(preTokenizer)
    var generator = TestGenerator(state: 12)
    let leads: [UInt8] = [0xC0, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF8, 0xFF, 0x80, 0xBF, 0x20, 0x41]
    for _ in 0..<1000 {
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        Bool.random(using: &generator)
          ? UInt8.random(in: 5...255, using: &generator) : leads[Int.random(in: leads.indices, using: &generator)]
      }
      #expect(tokenizer.decodeBytes(tokenizer.encode(utf8: bytes.span)) == bytes)
    }
  }

  @Test("markup is plain text unless special tokens are asked for")
  func specialsOnlyOnRequest() throws {
    let tokenizer = try fixture.tokenizer()
    let text = "a<|im_end|><|im_end|>"
    #expect(
      tokenizer.encode(text, recognisingSpecials: true).suffix(2) == [
        TokenizerFixture.turnEnd, TokenizerFixture.turnEnd,
      ])
    let plain = tokenizer.encode(text)
    #expect(!plain.contains { tokenizer.isSpecial($0) })
    #expect(tokenizer.decode(plain) == text)
  }

  @Test("of two special tokens that start alike, the longer one is found")
  func longestSpecialWins() throws {
    var description = fixture.description()
    description.tokens += ["<note>", "<note>s"]
    description.tokenTypes += [4, 4]
    let tokenizer = try Tokenizer(description)
    let first = Int32(fixture.tokens.count)
    #expect(tokenizer.encode("<note>s<note>", recognisingSpecials: true) == [first + 1, first])
  }

  @Test("a byte that the vocabulary lacks is left out and is listed")
  func missingByte() throws {
    let tokenizer = try fixture.tokenizer()
    #expect(tokenizer.missingBytes == [TokenizerFixture.missingByte])
    #expect(tokenizer.decode(tokenizer.encode("a\u{4}b")) == "ab")
  }

  @Test("encoding again, from a cache that has been filled and overrun, changes nothing")
  func cacheChangesNothing() throws {
    let used = try fixture.tokenizer()
    var generator = TestGenerator(state: 13)
    for word in 0..<40_000 { _ = used.encode(" w\(word)x\(word &* 7919)") }
    for _ in 0..<200 {
      let text = generator.text()
      #expect(used.encode(text) == used.encode(text))
      #expect(used.encode(text) == (try fixture.tokenizer().encode(text)))
    }
  }

  @Test("many texts at once have the ids that they have one by one")
  func parallelAgrees() throws {
    let tokenizer = try fixture.tokenizer()
    var generator = TestGenerator(state: 14)
    let texts = (0..<300).map { _ in generator.text() }
    let expected = texts.map { tokenizer.encode($0) }
    for threads in [0, 1, 2, 5] { #expect(tokenizer.encode(texts, threads: threads) == expected) }
    #expect(tokenizer.encode([], threads: 4) == [])
  }

  @Test("a word of a million letters is merged as a short one is, and in time")
  func longWord() throws {
    let tokenizer = try fixture.tokenizer()
    let letters = "again"
    let text = String(repeating: letters, count: 200_000)
    let ids = tokenizer.encode(text)
    #expect(ids.count == 200_000 * tokenizer.encode(letters).count)
    #expect(tokenizer.decode(ids) == text)
  }

  @Test("short and long words go through the same merges on either side of the limit")
  func bothMergersAgree() throws {
    // Merging whole stretches of one letter is where order matters most: ranks 0 “aa”, 1 “aaaa”.
    let tokens = ["a", "aa", "aaaa", "<|endoftext|>"]
    let tokenizer = try Tokenizer(
      TokenizerDescription(
        model: "gpt2", preTokenizer: "gpt-2", tokens: tokens, tokenTypes: [1, 1, 1, 3], merges: ["a a", "aa aa"],
        file: "tiny.gguf"))
    for length in 1...130 {
      let expected =
        [Int32](repeating: 2, count: length / 4) + [Int32](repeating: 1, count: length % 4 / 2)
        + [Int32](repeating: 0, count: length % 2)
      #expect(tokenizer.encode(String(repeating: "a", count: length)) == expected)
    }
  }

  @Test("Llama 3 takes a word that is a token whole, the others follow the merges")
  func wholeWords() throws {
    func ids(_ preTokenizer: String) throws -> [Int32] {
      try Tokenizer(
        TokenizerDescription(
          model: "gpt2", preTokenizer: preTokenizer, tokens: ["a", "b", "c", "bc", "ab", "abc", "<|endoftext|>"],
          tokenTypes: [1, 1, 1, 1, 1, 1, 3], merges: ["b c", "a b", "ab c"], file: "tiny.gguf")
      ).encode("abc")
    }
    #expect(try ids("llama-bpe") == [5])
    for name in ["gpt-2", "smollm", "qwen2"] { #expect(try ids(name) == [0, 3]) }
  }
}
