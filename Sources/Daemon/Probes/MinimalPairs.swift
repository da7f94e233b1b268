/// Pairs of sentences that differ in one point of grammar: who knows the language finds the first more likely.
///
/// Our own templates, in the manner of BLiMP (Warstadt et al., 2020): 20 phenomena with 20 pairs each.
struct MinimalPairs {
  /// One phenomenon: sentences with `{a}` and `{b}`, and what stands for them. A filling `x|y` is x in the good sentence
  /// and y in the bad one.
  struct Phenomenon {
    let name: String
    let good: String
    let bad: String
    let a: [String]
    let b: [String]

    /// Every filling of `a` with every filling of `b`.
    var pairs: [(good: String, bad: String)] {
      a.flatMap { a in
        b.map { b in
          (Self.fill(good, a, b, side: 0), Self.fill(bad, a, b, side: 1))
        }
      }
    }

    private static func fill(_ template: String, _ a: String, _ b: String, side: Int) -> String {
      func choose(_ text: String) -> String {
        let sides = text.split(separator: "|").map(String.init)
        return sides.count == 2 ? sides[side] : text
      }
      let text = template.replacing("{a}", with: choose(a)).replacing("{b}", with: choose(b))
      return text.prefix(1).uppercased() + text.dropFirst()
    }
  }

  static let all = [
    Phenomenon(
      name: "subject and verb, singular", good: "The {a} is {b} today.", bad: "The {a} are {b} today.",
      a: ["teacher", "river", "ticket", "garden", "answer"], b: ["late", "ready", "quiet", "important"]),
    Phenomenon(
      name: "subject and verb, plural", good: "The {a} were {b} yesterday.", bad: "The {a} was {b} yesterday.",
      a: ["windows", "children", "letters", "horses", "doctors"], b: ["outside", "wet", "missing", "welcome"]),
    Phenomenon(
      name: "agreement across a phrase", good: "The {a} near the {b} looks old.", bad: "The {a} near the {b} look old.",
      a: ["house", "bridge", "tree", "shop", "church"], b: ["fields", "mountains", "roads", "stations"]),
    Phenomenon(
      name: "agreement across a clause", good: "The {a} that the boys {b} have arrived.",
      bad: "The {a} that the boys {b} has arrived.", a: ["books", "parcels", "guests", "friends", "tools"],
      b: ["like", "know", "wanted", "expected"]),
    Phenomenon(
      name: "determiner and noun", good: "She bought {a} {b} in town.", bad: "She bought {a} {b} in town.",
      a: ["this|these", "that|those"],
      b: ["hat", "lamp", "coat", "basket", "clock", "chair", "knife", "map", "ring", "bicycle"]),
    Phenomenon(
      name: "case of pronouns", good: "{a} {b}.", bad: "{a} {b}.",
      a: ["he|him", "she|her", "they|them", "we|us", "I|me"],
      b: ["opened the door", "wrote a long letter", "went home early", "asked for help"]),
    Phenomenon(
      name: "reflexives", good: "The {a} {b}.", bad: "The {a} {b}.",
      a: ["king", "boy", "grandfather", "actor", "waiter"],
      b: [
        "hurt himself|hurt themselves", "saw himself in the mirror|saw themselves in the mirror",
        "blamed himself for it|blamed themselves for it", "introduced himself|introduced themselves",
      ]),
    Phenomenon(
      name: "irregular past", good: "Last week {a} {b}.", bad: "Last week {a} {b}.",
      a: ["my sister", "the captain", "our neighbour", "a friend"],
      b: [
        "wrote a book|writed a book", "went to the sea|goed to the sea", "caught a fish|catched a fish",
        "brought a cake|bringed a cake", "taught a class|teached a class",
      ]),
    Phenomenon(
      name: "participles", good: "{a} has already {b}.", bad: "{a} has already {b}.",
      a: ["the student", "my mother", "the farmer", "everyone"],
      b: [
        "eaten the soup|ate the soup", "seen the film|saw the film", "broken the glass|broke the glass",
        "taken the train|took the train", "written the report|wrote the report",
      ]),
    Phenomenon(
      name: "modal verbs", good: "{a} must {b} soon.", bad: "{a} must {b} soon.",
      a: ["the driver", "our guests", "the company", "you"],
      b: ["leave|leaving", "decide|decided", "pay the bill|paying the bill", "find a way|found a way", "rest|rests"]),
    Phenomenon(
      name: "negation with do", good: "{a} did not {b}.", bad: "{a} did not {b}.",
      a: ["the cat", "the mayor", "anna", "the workers"],
      b: ["move|moved", "answer|answered", "sleep well|slept well", "see the sign|saw the sign", "go far|went far"]),
    Phenomenon(
      name: "articles", good: "He gave her {a} {b}.", bad: "He gave her {a} {b}.", a: ["an|a"],
      b: [
        "apple", "orange", "egg", "umbrella", "idea", "answer", "example", "envelope", "old coin", "early start",
        "honest reply", "hour of rest", "easy task", "open book", "empty box", "island map", "invitation",
        "engine part", "ugly vase", "interesting story",
      ]),
    Phenomenon(
      name: "many and much", good: "There is not {a} {b} left.", bad: "There is not {a} {b} left.",
      a: ["much|many", "very much|very many"],
      b: ["water", "milk", "bread", "time", "money", "snow", "sugar", "hope", "space", "rice"]),
    Phenomenon(
      name: "comparatives", good: "This {a} is {b} than the other one.", bad: "This {a} is {b} than the other one.",
      a: ["road", "story", "box", "summer"],
      b: ["longer|more long", "better|gooder", "bigger|more big", "shorter|more short", "worse|badder"]),
    Phenomenon(
      name: "words that need a negation", good: "Nobody {a} {b}.", bad: "Somebody {a} {b}.",
      a: ["has ever", "had ever"],
      b: [
        "been there", "seen it", "heard of him", "asked why", "won the race", "read it all", "climbed that hill",
        "met her", "complained", "lived here",
      ]),
    Phenomenon(
      name: "who and which", good: "The {a} {b}.", bad: "The {a} {b}.",
      a: ["woman", "man", "girl", "lawyer", "nurse"],
      b: [
        "who called is here|which called is here", "who sings is my aunt|which sings is my aunt",
        "who won was happy|which won was happy", "who lives next door helped us|which lives next door helped us",
      ]),
    Phenomenon(
      name: "prepositions and gerunds", good: "They {a} by {b}.", bad: "They {a} by {b}.",
      a: ["save money", "keep warm", "learn English", "pass the time"],
      b: [
        "walking to work|walk to work", "cooking at home|cook at home", "reading aloud|read aloud",
        "singing together|sing together", "working late|worked late",
      ]),
    Phenomenon(
      name: "there is and there are", good: "There {a} {b} on the table.", bad: "There {a} {b} on the table.",
      a: ["are|is", "were|was"],
      b: [
        "two cups", "some plates", "several letters", "three knives", "many flowers", "a few coins", "four candles",
        "some books", "ten cards", "both keys",
      ]),
    Phenomenon(
      name: "tense and time", good: "{a} {b}.", bad: "{a} {b}.",
      a: ["yesterday the man", "last year my uncle", "two days ago a guest", "in 1950 the town"],
      b: [
        "was here|will be here", "bought a boat|will buy a boat", "lost the case|will lose the case",
        "had a plan|will have a plan", "sold the land|will sell the land",
      ]),
    Phenomenon(
      name: "order of words", good: "{a} {b}.", bad: "{a} {b}.",
      a: ["we found", "she painted", "they sold", "he carried"],
      b: [
        "a small wooden box|a box wooden small", "the old red car|the car red old", "a very long rope|a rope very long",
        "his heavy bag|his bag heavy", "the big brown dog|the dog big brown",
      ]),
  ]
}
