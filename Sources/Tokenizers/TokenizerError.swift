/// Why a file's tokenizer cannot be used.
package enum TokenizerError: Error, Hashable, CustomStringConvertible {
  case unsupportedModel(String, file: String)
  case unknownPreTokenizer(String, known: [String], file: String)
  case emptyVocabulary(file: String)
  case typeCount(Int, tokens: Int, file: String)
  case unknownType(Int32, id: Int, file: String)
  case duplicateToken(String, first: Int32, second: Int32, file: String)
  case malformedMerge(String, rank: Int, file: String)
  case mergeOutsideVocabulary(String, missing: String, rank: Int, file: String)
  case idOutsideVocabulary(key: String, id: Int32, size: Int, file: String)
  case noEndToken(file: String)
  case spacePrefix(file: String)

  package var description: String {
    switch self {
    case .unsupportedModel(let model, let file):
      "\(file): the tokenizer is of kind “\(model)”, only byte-level BPE (“gpt2”) is supported; choose another base model."
    case .unknownPreTokenizer(let name, let known, let file):
      "\(file): the pre-tokenizer “\(name)” is not known (known: \(known.joined(separator: ", "))); "
        + "choose a base model that uses one of these."
    case .emptyVocabulary(let file):
      "\(file): tokenizer.ggml.tokens is empty; use a model file that carries its vocabulary."
    case .typeCount(let count, let tokens, let file):
      "\(file): tokenizer.ggml.token_type has \(count) entries for \(tokens) tokens; the file is damaged, download it again."
    case .unknownType(let type, let id, let file):
      "\(file): token \(id) has type \(type), types are 1 to 6; the file is damaged, download it again."
    case .duplicateToken(let token, let first, let second, let file):
      "\(file): tokens \(first) and \(second) are both “\(token)”; the file is damaged, download it again."
    case .malformedMerge(let merge, let rank, let file):
      "\(file): merge \(rank), “\(merge)”, is not two tokens with a space between; the file is damaged, download it again."
    case .mergeOutsideVocabulary(let merge, let missing, let rank, let file):
      "\(file): merge \(rank), “\(merge)”, needs the token “\(missing)”, which the vocabulary lacks; "
        + "the file is damaged, download it again."
    case .idOutsideVocabulary(let key, let id, let size, let file):
      "\(file): \(key) is \(id), the vocabulary has \(size) tokens; the file is damaged, download it again."
    case .noEndToken(let file):
      "\(file): neither tokenizer.ggml.eos_token_id nor a token “<|endoftext|>” is there, so no text could end; "
        + "choose another base model."
    case .spacePrefix(let file):
      "\(file): tokenizer.ggml.add_space_prefix is set, which byte-level BPE here does not do; choose another base model."
    }
  }
}
