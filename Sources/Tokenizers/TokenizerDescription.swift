/// A tokenizer as a GGUF file's own metadata describes it; nothing in here has been checked yet.
///
/// Field names follow the keys under `tokenizer.ggml.` (FACTS §2).
package struct TokenizerDescription: Hashable, Sendable {
  /// `tokenizer.ggml.model`; byte-level BPE is `gpt2`.
  package var model: String
  /// `tokenizer.ggml.pre`: how text is cut into words before any merge.
  package var preTokenizer: String
  /// The text of each token, in the byte alphabet of GPT-2; the index is the id.
  package var tokens: [String]
  /// `tokenizer.ggml.token_type`, one a token; empty where the file has none (all tokens are normal then).
  package var tokenTypes: [Int32]
  /// Pairs `left right` in order of rank.
  package var merges: [String]
  package var bosID: Int32?
  package var eosID: Int32?
  package var eotID: Int32?
  package var unknownID: Int32?
  package var paddingID: Int32?
  package var addBOS: Bool
  package var addEOS: Bool
  package var addSpacePrefix: Bool
  /// `tokenizer.chat_template`, Jinja text.
  package var chatTemplate: String?
  /// The file the description came from, for error messages.
  package var file: String

  package init(
    model: String, preTokenizer: String, tokens: [String], tokenTypes: [Int32], merges: [String],
    bosID: Int32? = nil, eosID: Int32? = nil, eotID: Int32? = nil, unknownID: Int32? = nil,
    paddingID: Int32? = nil, addBOS: Bool = false, addEOS: Bool = false, addSpacePrefix: Bool = false,
    chatTemplate: String? = nil, file: String
  ) {
    self.model = model
    self.preTokenizer = preTokenizer
    self.tokens = tokens
    self.tokenTypes = tokenTypes
    self.merges = merges
    self.bosID = bosID
    self.eosID = eosID
    self.eotID = eotID
    self.unknownID = unknownID
    self.paddingID = paddingID
    self.addBOS = addBOS
    self.addEOS = addEOS
    self.addSpacePrefix = addSpacePrefix
    self.chatTemplate = chatTemplate
    self.file = file
  }
}

/// `tokenizer.ggml.token_type`.
enum TokenType: Int32 {
  case normal = 1
  case unknown = 2
  case control = 3
  case userDefined = 4
  case unused = 5
  case byte = 6

  /// Whether text may spell the token when specials are recognised.
  var isSpecial: Bool {
    switch self {
    case .unknown, .control, .userDefined: true
    case .normal, .unused, .byte: false
    }
  }
}
