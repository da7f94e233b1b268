import Tokenizers

/// What a sample says, as the store keeps it.
package enum SampleContent: Codable, Hashable, Sendable {
  case text(String)
  case completion(prompt: String, completion: String)
  case chat([ChatMessage])

  /// All its text, parts set apart by a blank line: what filters and the duplicate search read.
  package var plainText: String {
    switch self {
    case .text(let text): text
    case .completion(let prompt, let completion): prompt + "\n\n" + completion
    case .chat(let messages): messages.map(\.content).joined(separator: "\n\n")
    }
  }

  /// Personal data in it, in scalars of `plainText`.
  func personalData() throws(Rejected) -> [PersonalDataSpan] {
    var spans: [PersonalDataSpan] = []
    var offset = 0
    _ = try mapText { text throws(Rejected) in
      spans += PersonalDataMask.spans(in: text).map {
        PersonalDataSpan(kind: $0.kind, start: $0.start + offset, end: $0.end + offset)
      }
      offset += text.unicodeScalars.count + 2
      return text
    }
    return spans
  }

  /// The same content with every text replaced.
  func mapText(_ transform: (String) throws(Rejected) -> String) throws(Rejected) -> SampleContent {
    switch self {
    case .text(let text): return .text(try transform(text))
    case .completion(let prompt, let completion):
      return .completion(prompt: try transform(prompt), completion: try transform(completion))
    case .chat(let messages):
      var changed = messages
      for index in changed.indices { changed[index].content = try transform(changed[index].content) }
      return .chat(changed)
    }
  }
}

/// What a sample is used for.
package enum Split: String, Codable, CaseIterable, Sendable {
  case train, validation, test
  /// Beside held-out text: used for nothing, so that training sees no half of a held-out sentence.
  case gap
}

/// A stretch of a document that is learned, or measured, as one sequence.
package struct Sample: Codable, Hashable, Sendable {
  package var content: SampleContent
  /// Its place among the samples of its document, from 0, in the order of the text.
  package var ordinal: Int
  /// Unicode scalars of the document's curated text before it; a record's text follows the previous record's.
  package var characterOffset: Int
  package var encoded: EncodedSample
  package var split: Split
  /// The held-out piece it belongs to, numbered within the document; `nil` for training text and gaps.
  package var piece: Int?
  /// The class of a labelled record.
  package var label: String?

  package var tokenCount: Int { encoded.tokens.count }
  /// Tokens whose prediction is learned or scored.
  package var supervisedCount: Int { encoded.supervised.reduce(0) { $0 + ($1 ? 1 : 0) } }

  package init(
    content: SampleContent, ordinal: Int, characterOffset: Int, encoded: EncodedSample, split: Split = .train,
    piece: Int? = nil, label: String? = nil
  ) {
    self.content = content
    self.ordinal = ordinal
    self.characterOffset = characterOffset
    self.encoded = encoded
    self.split = split
    self.piece = piece
    self.label = label
  }
}
