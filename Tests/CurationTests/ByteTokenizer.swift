import Curation
import Tokenizers

/// A tokenizer without merges, one token a byte, with ChatML: figures in tokens are figures in bytes.
enum ByteTokenizer {
  static func make() throws -> Tokenizer {
    var tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    var next: UInt32 = 0x100
    for byte in UInt32(0)..<256 {
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: tokens.append(String(Unicode.Scalar(byte) ?? "?"))
      default:
        tokens.append(String(Unicode.Scalar(next) ?? "?"))
        next += 1
      }
    }
    let types = [Int32](repeating: 3, count: 3) + [Int32](repeating: 1, count: 256)
    return try Tokenizer(
      TokenizerDescription(
        model: "gpt2", preTokenizer: "smollm", tokens: tokens, tokenTypes: types, merges: [], eosID: 2,
        chatTemplate: template, file: "byte tokenizer"))
  }

  private static let template = """
    {% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}\
    {% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}
    """

  /// A curator over it.
  /// - Parameter sequenceLength: bytes in a sample at most.
  static func curator(settings: CurationSettings = CurationSettings(), sequenceLength: Int = 2048) throws -> Curator {
    let tokenizer = try make()
    return Curator(
      settings: settings, tokenizer: tokenizer, template: try ChatTemplate(tokenizer), sequenceLength: sequenceLength,
      hash: { bytes in
        let hash = bytes.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
      })
  }
}
