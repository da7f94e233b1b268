import Foundation
import Tokenizers

/// `Fixtures/tokenizer.json`: a vocabulary of 439 tokens and what Hugging Face tokenizers makes of some texts.
struct TokenizerFixture: Decodable {
  struct Text: Decodable {
    var text: String
    /// By pre-tokenizer; special tokens recognised.
    var ids: [String: [Int32]]
  }

  struct Chat: Decodable {
    var messages: [ChatMessage]
    var ids: [Int32]
    /// What a generation prompt adds.
    var prompt: [Int32]
  }

  var tokens: [String]
  var merges: [String]
  var template: String
  var texts: [Text]
  var chats: [Chat]

  static let endOfText: Int32 = 0
  static let turnStart: Int32 = 1
  static let turnEnd: Int32 = 2
  /// The byte that the vocabulary was robbed of.
  static let missingByte: UInt8 = 4

  static func read() throws -> TokenizerFixture {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/tokenizer.json")
    return try JSONDecoder().decode(TokenizerFixture.self, from: Data(contentsOf: url))
  }

  func description(_ preTokenizer: String = "smollm") -> TokenizerDescription {
    TokenizerDescription(
      model: "gpt2", preTokenizer: preTokenizer, tokens: tokens, tokenTypes: tokens.indices.map { $0 < 3 ? 3 : 1 },
      merges: merges, bosID: Self.turnStart, eosID: Self.turnEnd, unknownID: 0, paddingID: Self.turnEnd,
      chatTemplate: template, file: "tiny.gguf")
  }

  func tokenizer(_ preTokenizer: String = "smollm") throws -> Tokenizer { try Tokenizer(description(preTokenizer)) }
}

/// Reproducible numbers for random texts (SplitMix64, Steele et al., 2014).
struct TestGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z &>> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z &>> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z &>> 31
  }

  /// Text from all over Unicode: many short stretches, each from one block or from a list of troublesome strings.
  mutating func text() -> String {
    let blocks: [ClosedRange<UInt32>] = [
      0x20...0x7E, 0x20...0x7E, 0x00...0x1F, 0x7F...0xA0, 0xA0...0x24F, 0x300...0x36F, 0x370...0x52F, 0x590...0x6FF,
      0x900...0x97F, 0x1100...0x11FF, 0x2000...0x206F, 0x2190...0x27BF, 0x3000...0x30FF, 0x4E00...0x9FFF,
      0xAC00...0xD7A3, 0xE000...0xFFFF, 0x1_0000...0x1_FFFF, 0x1_F300...0x1_FAFF, 0x2_0000...0x2_A6DF,
      0xE_0000...0xE_01FF, 0x10_FF00...0x10_FFFF,
    ]
    let strings = [
      "'s", "'LL", "  ", "\r\n", " \n ", "\u{3000}", " 12", "½", "e\u{301}", "👩‍👩‍👧", "🇳🇴", " عربي", "\u{FEFF}", "\u{0}",
      "<|im_end|>",
      "<|", "...", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", " again again",
    ]
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...30, using: &self) {
      if Bool.random(using: &self) {
        text.append(contentsOf: strings[Int.random(in: strings.indices, using: &self)].unicodeScalars)
      } else {
        let block = blocks[Int.random(in: blocks.indices, using: &self)]
        for _ in 0..<Int.random(in: 1...6, using: &self) {
          if let scalar = Unicode.Scalar(UInt32.random(in: block, using: &self)) { text.append(scalar) }
        }
      }
    }
    return String(text)
  }
}
