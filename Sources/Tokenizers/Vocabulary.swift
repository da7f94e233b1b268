/// A checked `TokenizerDescription`, in the form that encoding and decoding use.
struct Vocabulary: Sendable {
  let file: String
  let preTokenizer: PreTokenizer
  /// What each token decodes to; words look themselves up here where whole words ignore merges.
  let bytes: TokenTable
  let merges: MergeTable
  let specials: SpecialTokens
  /// The id of each single byte; −1 where the vocabulary has none.
  let byteIDs: [Int32]
  let eosID: Int32
  let endOfTextID: Int32
  let bosID: Int32?
  let chatTemplate: String?

  init(_ description: TokenizerDescription) throws(TokenizerError) {
    let file = description.file
    let tokens = description.tokens
    guard description.model == "gpt2" else { throw .unsupportedModel(description.model, file: file) }
    guard let preTokenizer = PreTokenizer(rawValue: description.preTokenizer) else {
      throw .unknownPreTokenizer(
        description.preTokenizer, known: PreTokenizer.allCases.map(\.rawValue).sorted(), file: file)
    }
    guard !description.addSpacePrefix else { throw .spacePrefix(file: file) }
    guard !tokens.isEmpty else { throw .emptyVocabulary(file: file) }

    let texts = try Self.texts(description)
    let types = try Self.types(description)
    var specials = SpecialTokens(vocabularySize: tokens.count)
    var bytes = TokenTable(capacity: tokens.count)
    var byteIDs = [Int32](repeating: -1, count: 256)
    var decoded: [UInt8] = []
    for (id, type) in types.enumerated() {
      decoded.removeAll(keepingCapacity: true)
      if type.isSpecial {
        decoded.append(contentsOf: tokens[id].utf8)
        specials.insert(decoded, id: Int32(id))
      } else if !ByteAlphabet.append(tokens[id], to: &decoded) {
        decoded.append(contentsOf: tokens[id].utf8)
      } else if type == .normal, decoded.count == 1 {
        byteIDs[Int(decoded[0])] = Int32(id)
      }
      _ = bytes.add(decoded, findable: type == .normal)
    }

    for (key, id) in [
      ("bos_token_id", description.bosID), ("eos_token_id", description.eosID),
      ("eot_token_id", description.eotID), ("unknown_token_id", description.unknownID),
      ("padding_token_id", description.paddingID),
    ] {
      if let id, !tokens.indices.contains(Int(id)) {
        throw .idOutsideVocabulary(key: "tokenizer.ggml.\(key)", id: id, size: tokens.count, file: file)
      }
    }
    let endOfText = texts.id(of: Array("<|endoftext|>".utf8).span)
    guard let end = description.eosID ?? endOfText else { throw .noEndToken(file: file) }

    self.file = file
    self.preTokenizer = preTokenizer
    self.bytes = bytes
    self.merges = try Self.merges(description, texts: texts)
    self.specials = specials
    self.byteIDs = byteIDs
    eosID = end
    endOfTextID = endOfText ?? end
    bosID = description.bosID
    chatTemplate = description.chatTemplate
  }

  /// The tokens by the text that the file gives them.
  private static func texts(_ description: TokenizerDescription) throws(TokenizerError) -> TokenTable {
    var texts = TokenTable(capacity: description.tokens.count)
    for (id, token) in description.tokens.enumerated() {
      if let first = texts.add(token.utf8) {
        throw .duplicateToken(token, first: first, second: Int32(id), file: description.file)
      }
    }
    return texts
  }

  private static func types(_ description: TokenizerDescription) throws(TokenizerError) -> [TokenType] {
    let count = description.tokens.count
    guard !description.tokenTypes.isEmpty else { return [TokenType](repeating: .normal, count: count) }
    guard description.tokenTypes.count == count else {
      throw .typeCount(description.tokenTypes.count, tokens: count, file: description.file)
    }
    var types: [TokenType] = []
    types.reserveCapacity(count)
    for (id, number) in description.tokenTypes.enumerated() {
      guard let type = TokenType(rawValue: number) else {
        throw .unknownType(number, id: id, file: description.file)
      }
      types.append(type)
    }
    return types
  }

  private static func merges(
    _ description: TokenizerDescription, texts: TokenTable
  ) throws(TokenizerError) -> MergeTable {
    var table = MergeTable(capacity: description.merges.count)
    var joined: [UInt8] = []
    for (rank, merge) in description.merges.enumerated() {
      joined.removeAll(keepingCapacity: true)
      var cut: Int?
      var spaces = 0
      for byte in merge.utf8 {
        if byte == UInt8(ascii: " ") {
          spaces += 1
          cut = joined.count
        } else {
          joined.append(byte)
        }
      }
      guard spaces == 1, let cut, cut > 0, cut < joined.count else {
        throw .malformedMerge(merge, rank: rank, file: description.file)
      }
      let left = texts.id(of: joined.span.extracting(..<cut))
      let right = texts.id(of: joined.span.extracting(cut...))
      let result = texts.id(of: joined.span)
      guard let left, let right, let result else {
        let missing = left == nil ? joined[..<cut] : right == nil ? joined[cut...] : joined[...]
        throw .mergeOutsideVocabulary(
          merge, missing: String(decoding: missing, as: UTF8.self), rank: rank, file: description.file)
      }
      table.insert(left, right, Merge(rank: rank, id: result))
    }
    return table
  }
}
