extension EncodedTokens {
  /// Tokens of a part: a step of two rows of 512 has one or two at a tenth of its tokens, where whole texts leave three steps
  /// of four without any, and what holds the model to its base comes in jolts that Adam evens out.
  package static let generalPiece = 64

  /// A general text in even parts of at most `length` tokens, each a sample of its own; a prompt stays with the first.
  /// Parts that teach nothing are left out.
  package func pieces(of length: Int = generalPiece) -> [EncodedTokens] {
    let lead = supervised.firstIndex(of: true) ?? tokens.count
    let rest = tokens.count - lead
    let count = (rest + length - 1) / length
    return (0..<count).compactMap { place in
      let start = place == 0 ? 0 : lead + rest * place / count
      let range = start..<lead + rest * (place + 1) / count
      var marks = Array(supervised[range])
      marks[0] = false
      guard marks.contains(true) else { return nil }
      return EncodedTokens(tokens: Array(tokens[range]), supervised: marks)
    }
  }
}
