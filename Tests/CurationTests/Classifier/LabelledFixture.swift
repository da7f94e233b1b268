import Curation

/// Labelled texts of our own, put together from a few words: quarrels and compliments about a harbour.
enum LabelledFixture {
  private static let rude = [
    "you utter fool", "what a useless oaf you are", "nobody can stand you", "shut up, you windbag",
    "you are as thick as tar", "get lost, you pest",
  ]
  private static let kind = [
    "thank you for the help", "what a fine piece of work", "you were right about it", "please say more",
    "that is good to know", "well kept, as ever",
  ]
  private static let places = [
    "the north quay", "the lantern house", "the tide table", "the rope store", "the fish market", "the old crane",
    "the customs book", "the ferry steps", "the winter berth", "the signal mast",
  ]
  private static let tails = [
    "was open on Sunday", "has a new roof", "smells of tar", "needs a coat of paint", "was closed by the storm",
    "is where they meet", "could not be found", "belongs to the town",
  ]

  /// `count` texts, every second one rude.
  static func rows(_ count: Int) -> [LabelledTexts.Row] {
    (0..<count).map { number in
      let isRude = number.isMultiple(of: 2)
      let phrase = (isRude ? rude : kind)[number / 2 % 6]
      let (place, other) = (places[number * 7 % 10], places[(number / 3 + 4) % 10])
      let text = "\(place) \(tails[number * 5 % 8]), \(phrase), and \(other) \(tails[(number / 5 + 3) % 8])"
      return LabelledTexts.Row(text: text, refuse: isRude)
    }
  }

  static func texts(_ count: Int) -> LabelledTexts { LabelledTexts(path: "labels.csv", rows: rows(count)) }

  /// A classifier of rude texts.
  static func classifier() throws -> TextClassifier {
    try ClassifierTrainer.train(texts(120), ClassifierTrainer.Options()).classifier
  }
}
