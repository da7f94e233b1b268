import Foundation
import ModelFiles
import Platform
import Tokenizers

extension TokenizerDescription {
  /// From the keys under `tokenizer.ggml.` (FACTS §2); nothing is checked yet beyond the values' types.
  /// - Throws: `GGUFError` where a key is missing or of another type.
  package init(_ metadata: GGUFMetadata) throws(GGUFError) {
    func id(_ name: String) throws(GGUFError) -> Int32? {
      let key = "tokenizer.ggml.\(name)_token_id"
      guard let value = try metadata.integerIfPresent(key) else { return nil }
      guard let id = Int32(exactly: value) else {
        throw GGUFError(metadata.file, .badValue(key: key, fact: "is \(value), which is no token's number"))
      }
      return id
    }
    func flag(_ name: String) throws(GGUFError) -> Bool {
      try metadata.boolIfPresent("tokenizer.ggml.\(name)") ?? false
    }
    self.init(
      model: try metadata.string("tokenizer.ggml.model"),
      preTokenizer: try metadata.stringIfPresent("tokenizer.ggml.pre") ?? "default",
      tokens: try metadata.strings("tokenizer.ggml.tokens"),
      tokenTypes: try metadata.integersIfPresent("tokenizer.ggml.token_type") ?? [],
      merges: try metadata.strings("tokenizer.ggml.merges"), bosID: try id("bos"), eosID: try id("eos"),
      eotID: try id("eot"), unknownID: try id("unknown"), paddingID: try id("padding"),
      addBOS: try flag("add_bos_token"), addEOS: try flag("add_eos_token"),
      addSpacePrefix: try flag("add_space_prefix"),
      chatTemplate: try metadata.stringIfPresent("tokenizer.chat_template"), file: metadata.file)
  }

  /// SHA-256 of the pre-tokenizer's name, the tokens and the merges, each ended by a NUL, which none of them holds.
  package var digest: Digest {
    var hash = SHA256()
    for text in [preTokenizer] + tokens + merges {
      hash.update(Array(text.utf8))
      hash.update([0] as [UInt8])
    }
    return hash.finalized()
  }
}
