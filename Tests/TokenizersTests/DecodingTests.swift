import Testing
import Tokenizers

@Suite("Decoding")
struct DecodingTests {
  let tokenizer: Tokenizer

  init() throws { tokenizer = try TokenizerFixture.read().tokenizer() }

  /// One token for each byte, whatever the merges say.
  private func byteByByte(_ bytes: some Sequence<UInt8>) -> [Int32] {
    bytes.flatMap { tokenizer.encode(utf8: [$0].span) }
  }

  @Test("special tokens decode to their own text, or to nothing when they are skipped")
  func specials() {
    let ids = tokenizer.encode("<|im_start|>Hi<|im_end|>", recognisingSpecials: true)
    #expect(tokenizer.decode(ids) == "<|im_start|>Hi<|im_end|>")
    #expect(tokenizer.decode(ids, skippingSpecials: true) == "Hi")
  }

  @Test("a stream gives a character out when its last byte comes, and not before")
  func streamWaitsForWholeCharacters() {
    var decoder = StreamingDecoder(tokenizer)
    let parts = byteByByte("aé本🙂".utf8).map { decoder.append($0) }
    #expect(parts == ["a", "", "é", "", "", "本", "", "", "", "🙂"])
    #expect(decoder.finish() == "")
  }

  @Test("a character cut short comes out as U+FFFD at the end")
  func streamCutShort() {
    var decoder = StreamingDecoder(tokenizer)
    let parts = byteByByte("🙂".utf8.dropLast()).map { decoder.append($0) }
    #expect(parts == ["", "", ""])
    #expect(decoder.finish() == "\u{FFFD}")
    #expect(decoder.finish() == "")
  }

  @Test("bytes that no character has do not hold back what follows")
  func streamPassesInvalidBytes() {
    for bytes: [UInt8] in [
      [0xFF, 0x61], [0xC3, 0x61], [0xE0, 0x80, 0x61], [0xED, 0xA0, 0x61], [0xF4, 0x90, 0x61], [0x80, 0x61],
    ] {
      var decoder = StreamingDecoder(tokenizer)
      let streamed = byteByByte(bytes).map { decoder.append($0) }.joined()
      #expect(streamed.last == "a")
      #expect(streamed == String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test("the parts of a stream make up the text that all ids give at once")
  func streamAgreesWithDecode() {
    var generator = TestGenerator(state: 21)
    for _ in 0..<300 {
      let ids = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
        Int32.random(in: 0..<Int32(tokenizer.vocabularySize), using: &generator)
      }
      var decoder = StreamingDecoder(tokenizer)
      var streamed = ""
      for id in ids { streamed += decoder.append(id) }
      #expect(Array((streamed + decoder.finish()).utf8) == Array(tokenizer.decode(ids).utf8))
    }
  }
}
