import Synchronization

/// Byte-level byte-pair encoding, as a model file's own metadata describes it.
///
/// Every text has one encoding, and the ids decode to that text's bytes, save bytes that the vocabulary has no token for
/// (`missingBytes`; encoding leaves them out, as the reference implementations do). A copy shares everything with the original.
package struct Tokenizer: Sendable {
  /// What all copies share: the vocabulary, and working memory to borrow.
  final class Shared: Sendable {
    let vocabulary: Vocabulary
    let idle = Mutex<[EncodingScratch]>([])

    init(_ vocabulary: Vocabulary) { self.vocabulary = vocabulary }
  }

  let shared: Shared
  var vocabulary: Vocabulary { shared.vocabulary }

  /// Checks the description: the kind of tokenizer, the pre-tokenizer, and that all merges and ids lie in the vocabulary.
  package init(_ description: TokenizerDescription) throws(TokenizerError) {
    shared = Shared(try Vocabulary(description))
  }

  /// The model file, for error messages.
  package var file: String { vocabulary.file }
  package var vocabularySize: Int { vocabulary.bytes.count }
  /// `<|endoftext|>`, which stands between texts; the end token where the vocabulary has no such token.
  package var endOfText: Int32 { vocabulary.endOfTextID }
  /// The token that ends an answer (`tokenizer.ggml.eos_token_id`).
  package var endOfTurn: Int32 { vocabulary.eosID }
  /// `tokenizer.ggml.bos_token_id`; nothing here puts it in front of a text.
  package var beginning: Int32? { vocabulary.bosID }
  /// The chat template's Jinja text.
  package var chatTemplate: String? { vocabulary.chatTemplate }

  /// Whether `id` is a token of markup rather than of text.
  package func isSpecial(_ id: Int32) -> Bool { vocabulary.specials.contains(id) }

  /// The id of a token of markup, such as `<|im_start|>`.
  package func special(_ text: String) -> Int32? { vocabulary.specials.id(of: text) }

  /// Bytes that no token stands for; in well-formed text only rare control characters and unassigned planes have them.
  package var missingBytes: [UInt8] {
    vocabulary.byteIDs.indices.filter { vocabulary.byteIDs[$0] < 0 }.map { UInt8($0) }
  }
}
