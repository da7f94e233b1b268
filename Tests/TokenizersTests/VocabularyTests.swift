import Testing
import Tokenizers

@Suite("A vocabulary from a file")
struct VocabularyTests {
  let fixture: TokenizerFixture

  init() throws { fixture = try TokenizerFixture.read() }

  private func refusal(_ change: (inout TokenizerDescription) -> Void) -> TokenizerError? {
    var description = fixture.description()
    change(&description)
    do {
      _ = try Tokenizer(description)
      return nil
    } catch {
      return error
    }
  }

  @Test("the ids that the file names are read")
  func namedIDs() throws {
    let tokenizer = try fixture.tokenizer()
    #expect(tokenizer.vocabularySize == fixture.tokens.count)
    #expect(tokenizer.endOfText == TokenizerFixture.endOfText)
    #expect(tokenizer.endOfTurn == TokenizerFixture.turnEnd)
    #expect(tokenizer.special("<|im_start|>") == TokenizerFixture.turnStart)
    #expect(tokenizer.special("<|nothing|>") == nil)
    #expect(tokenizer.isSpecial(0) && !tokenizer.isSpecial(3) && !tokenizer.isSpecial(-1) && !tokenizer.isSpecial(9999))
  }

  @Test("an unknown pre-tokenizer is named, with those that are known")
  func unknownPreTokenizer() {
    let error = refusal { $0.preTokenizer = "tekken" }
    #expect(
      error == .unknownPreTokenizer("tekken", known: ["gpt-2", "llama-bpe", "qwen2", "smollm"], file: "tiny.gguf"))
    #expect(error?.description.contains("tekken") == true)
    #expect(error?.description.contains("gpt-2, llama-bpe, qwen2, smollm") == true)
  }

  @Test("a tokenizer of another kind is refused")
  func unsupportedModel() {
    #expect(refusal { $0.model = "llama" } == .unsupportedModel("llama", file: "tiny.gguf"))
    #expect(refusal { $0.addSpacePrefix = true } == .spacePrefix(file: "tiny.gguf"))
  }

  @Test("damaged lists are refused, each with its place")
  func damagedLists() {
    let size = fixture.tokens.count
    let merges = fixture.merges.count
    let file = "tiny.gguf"
    #expect(refusal { $0.tokens = [] } == .emptyVocabulary(file: file))
    #expect(refusal { $0.tokenTypes.removeLast() } == .typeCount(size - 1, tokens: size, file: file))
    #expect(refusal { $0.tokenTypes[7] = 9 } == .unknownType(9, id: 7, file: file))
    #expect(refusal { $0.tokens[9] = "!" } == .duplicateToken("!", first: 3, second: 9, file: file))
    for merge in ["", "ab", " ab", "ab ", "a b c"] {
      #expect(refusal { $0.merges.append(merge) } == .malformedMerge(merge, rank: merges, file: file))
    }
    #expect(
      refusal { $0.merges.append("Q X") } == .mergeOutsideVocabulary("Q X", missing: "QX", rank: merges, file: file))
    #expect(
      refusal { $0.merges.append("Q zzz") }
        == .mergeOutsideVocabulary("Q zzz", missing: "zzz", rank: merges, file: file))
  }

  @Test("an id outside the vocabulary is refused under its key")
  func idsOutside() {
    let size = fixture.tokens.count
    #expect(
      refusal { $0.eosID = Int32(size) }
        == .idOutsideVocabulary(key: "tokenizer.ggml.eos_token_id", id: Int32(size), size: size, file: "tiny.gguf"))
    #expect(
      refusal { $0.paddingID = -1 }
        == .idOutsideVocabulary(key: "tokenizer.ggml.padding_token_id", id: -1, size: size, file: "tiny.gguf"))
  }

  @Test("without an end token of its own, a vocabulary ends with <|endoftext|>, or is refused")
  func endToken() throws {
    var description = fixture.description()
    description.eosID = nil
    #expect(try Tokenizer(description).endOfTurn == TokenizerFixture.endOfText)
    description.tokens[0] = "<|nothing|>"
    #expect(throws: TokenizerError.noEndToken(file: "tiny.gguf")) { try Tokenizer(description) }
  }

  @Test("a file without types has normal tokens only")
  func noTypes() throws {
    var description = fixture.description()
    description.tokenTypes = []
    let tokenizer = try Tokenizer(description)
    #expect(!tokenizer.isSpecial(0))
    #expect(tokenizer.decode(tokenizer.encode("<|im_end|>", recognisingSpecials: true)) == "<|im_end|>")
  }
}
