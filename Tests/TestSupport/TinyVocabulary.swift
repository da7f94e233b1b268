/// A byte-level BPE vocabulary in the manner of SmolLM2: three specials, 256 bytes, then a few merges.
package enum TinyVocabulary {
  package static let specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]

  /// Pairs in order of rank; `Ġ` is the byte-level spelling of a space.
  package static let merges = [
    "Ġ t", "Ġ a", "h e", "i n", "r e", "o n", "e r", "Ġt he", "Ġ s", "a t", "Ġ o", "e n", "Ġ c", "i t", "i s", "o r",
    "e s", "Ġ w", "Ġ b", "e d", "Ġ f", "in g", "Ġ p", "Ġo f", "a n", "Ġa n", "a l", "a r", "Ġt o", "Ġ m", "Ġ in",
    "Ġ d", "Ġ h", "Ġan d", "i c", "a s", "l e", "Ġt h", "i on", "o m", "l l", "en t", "Ġ n", "Ġ l", "s t", "Ġ re",
    "v e", "Ġ e", "r o", "l y", "Ġb e", "Ġ g", "c t", "Ġ is", "o l", "at ion", "Ċ Ċ", "Ġ Ġ",
  ]

  /// All tokens, by id.
  package static let tokens = specials + bytes + merges.map { $0.filter { $0 != " " } }

  /// 3 for a control token, 1 for a normal one (`tokenizer.ggml.token_type`).
  package static let tokenTypes = tokens.indices.map { $0 < specials.count ? 3 : 1 as Int32 }

  package static let endOfText: Int32 = 0
  package static let startOfTurn: Int32 = 1
  package static let endOfTurn: Int32 = 2

  /// ChatML with a system message of its own where the first message has another role.
  package static let chatTemplate =
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    + "{{ '<|im_start|>system\nYou are a small model for tests<|im_end|>\n' }}{% endif %}"
    + "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"

  /// GPT-2's spelling of the 256 bytes: printable ones stand for themselves and come first, the others follow from
  /// U+0100 on.
  private static let bytes: [String] = {
    let printable = Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF)
    let others = (0...0xFF).filter { !printable.contains($0) }
    let scalars = printable + others.indices.map { 0x100 + $0 }
    return scalars.compactMap { Unicode.Scalar(UInt32($0)).map { String(Character($0)) } }
  }()
}
