import Tokenizers

/// Cuts a text into atoms of at most `limit` tokens and counts each.
struct AtomCounter {
  let tokenizer: Tokenizer
  /// Tokens in one atom at most.
  let limit: Int

  /// Bytes of an atom before its tokens are known: long sentences stay whole in alphabets that take four bytes and
  /// more a token.
  private static let bytesPerToken = 4

  func atoms(_ bytes: [UInt8], structure: TextStructure) -> [CountedAtom] {
    let cut = TextAtoms.cut(bytes, structure: structure, mostBytes: limit * Self.bytesPerToken)
    var counted: [CountedAtom] = []
    counted.reserveCapacity(cut.count)
    for atom in cut { append(atom, bytes, to: &counted) }
    return counted
  }

  /// A token has at least one byte, so halving ends.
  private func append(_ atom: Atom, _ bytes: [UInt8], to counted: inout [CountedAtom]) {
    let tokens = tokenizer.encode(String(decoding: bytes[atom.range], as: UTF8.self)).count
    if tokens <= limit || atom.range.count <= 8 {
      counted.append(CountedAtom(range: atom.range, border: atom.border, tokens: max(1, tokens)))
      return
    }
    let half = TextAtoms.wordCut(bytes, atom.range.lowerBound, before: atom.range.lowerBound + atom.range.count / 2)
    append(Atom(range: atom.range.lowerBound..<half, border: atom.border), bytes, to: &counted)
    append(Atom(range: half..<atom.range.upperBound, border: .word), bytes, to: &counted)
  }
}
