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
  package var beginningID: Int32?
  package var endID: Int32?
  package var endOfTurnID: Int32?
  package var unknownID: Int32?
  package var paddingID: Int32?
  package var addsBeginning: Bool
  package var addsEnd: Bool
  package var addsSpacePrefix: Bool
  /// `tokenizer.chat_template`, Jinja text.
  package var chatTemplate: String?
  /// The file the description came from, for error messages.
  package var file: String

  package init(
    model: String, preTokenizer: String, tokens: [String], tokenTypes: [Int32], merges: [String],
    beginningID: Int32? = nil, endID: Int32? = nil, endOfTurnID: Int32? = nil, unknownID: Int32? = nil,
    paddingID: Int32? = nil, addsBeginning: Bool = false, addsEnd: Bool = false, addsSpacePrefix: Bool = false,
    chatTemplate: String? = nil, file: String
  ) {
    self.model = model
    self.preTokenizer = preTokenizer
    self.tokens = tokens
    self.tokenTypes = tokenTypes
    self.merges = merges
    self.beginningID = beginningID
    self.endID = endID
    self.endOfTurnID = endOfTurnID
    self.unknownID = unknownID
    self.paddingID = paddingID
    self.addsBeginning = addsBeginning
    self.addsEnd = addsEnd
    self.addsSpacePrefix = addsSpacePrefix
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
