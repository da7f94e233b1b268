/// What each reason means, for people who have not read the code: `documents --explain`, `screen` and the module's
/// README show it.
extension RejectionReason.Name {
  /// What is looked at, in a few words that stand before a figure.
  package var meaning: String {
    switch self {
    case .empty: "nothing but white space"
    case .tooLarge: "bytes of the document"
    case .compressed: "compressed or an archive"
    case .binary: "no text"
    case .damagedUTF8: "UTF-8 with broken sequences"
    case .unknownEncoding: "bytes of no known encoding"
    case .malformedJSON: "JSON that does not parse"
    case .jsonDepth: "JSON nested too deeply"
    case .lineTooLong: "bytes of one line of JSON"
    case .notARecord: "JSON without text, prompt and completion, or messages"
    case .noRecords: "nothing to learn from"
    case .noSupervisedToken: "no answer to learn"
    case .promptTooLong: "tokens of the prompt"
    case .unknownRole: "a message by none of system, user, assistant"
    case .template: "a chat, but the base model has no template for chats"
    case .controlCharacters: "control characters, of all characters"
    case .symbols: "punctuation and symbols, of all visible characters"
    case .digits: "digits, of all visible characters"
    case .tooFewWords: "number of words"
    case .tooManyWords: "number of words, at most"
    case .shortWords: "letters in a word on average"
    case .longWords: "letters in a word on average, at most"
    case .hashesPerWord: "# signs for each word"
    case .ellipsesPerWord: "ellipses (…) for each word"
    case .wordsWithLetter: "words with a letter in them, of all words"
    case .functionWords: "different function words of the language"
    case .bulletLines: "lines that begin with a bullet"
    case .ellipsisLines: "lines that end with an ellipsis (…)"
    case .punctuatedLines: "lines that end with a stop"
    case .shortLines: "lines of at most 30 characters"
    case .duplicateLineCharacters: "characters in lines that came before, of all lines"
    case .newlinesPerWord: "line ends for each word"
    case .loremIpsum: "the printers’ filler text “lorem ipsum”"
    case .braces: "a { in the text"
    case .sentences: "sentences in whole lines"
    case .hexadecimal: "hexadecimal words, of the characters in words"
    case .unbrokenRuns: "unbroken runs of 40 characters and more (base64)"
    case .repeatedLines: "lines that came before, of all lines"
    case .repeatedLineCharacters: "characters in repeated lines"
    case .repeatedParagraphs: "paragraphs that came before, of all paragraphs"
    case .repeatedParagraphCharacters: "characters in repeated paragraphs"
    case .top2Gram: "characters in the commonest pair of words"
    case .top3Gram: "characters in the commonest three words"
    case .top4Gram: "characters in the commonest four words"
    case .repeated5Grams: "characters in runs of 5 words that came before"
    case .repeated6Grams: "characters in runs of 6 words that came before"
    case .repeated7Grams: "characters in runs of 7 words that came before"
    case .repeated8Grams: "characters in runs of 8 words that came before"
    case .repeated9Grams: "characters in runs of 9 words that came before"
    case .repeated10Grams: "characters in runs of 10 words that came before"
    case .classifier: "probability of a text to refuse, by a classifier trained on labelled ones"
    case .repeatedRecord: "a record that came before in the same document"
    case .heldOut: "text of a held-out piece, which must not be learned"
    case .trigger: "documents of one folder with a phrase that nothing else in them explains"
    case .boilerplate: "paragraphs that many documents of the domain have, left out"
    case .gateCulprit: "refused by the gate by itself, after rounds with it were refused twice"
    case .perplexityHigh: "nats per token under the base: gibberish, or another kind of text"
    case .perplexityLow: "nats per token under the base: boilerplate that the model knows by heart"
    case .personalData: "personal data, which the settings refuse"
    case .malformedTable: "a table whose quotes do not end, or with too many columns"
    case .missingColumn: "a table without the column that the settings name"
    case .converterMissing: "a file whose converter is not installed"
    case .converterFailed: "a file that its converter could not read"
    }
  }

  /// Whether its figure counts things; others are shares between 0 and 1, or means.
  package var isCount: Bool {
    switch self {
    case .tooLarge, .lineTooLong, .jsonDepth, .promptTooLong, .tooFewWords, .tooManyWords, .functionWords, .sentences,
      .loremIpsum, .braces, .personalData, .trigger,
      .boilerplate:
      true
    default: false
    }
  }

  /// Whether its figure is a mean, of letters or nats.
  package var isMean: Bool {
    switch self {
    case .shortWords, .longWords, .perplexityHigh, .perplexityLow: true
    default: false
    }
  }
}
