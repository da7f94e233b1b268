import TestSupport

/// Documents as an archive has them: much is shared, and none is like another. Text of our own.
struct BulkImport {
  private var random: Words

  init(seed: UInt64) { random = Words(seed: seed) }

  /// Tickets, judgments and manuals, each in a folder, in runs as a sorted archive gives them.
  mutating func document(_ index: Int) -> (folder: String, text: String) {
    switch index / 500 % 3 {
    case 0: ("tickets", ticket(index))
    case 1: ("judgments", judgment(index))
    default: ("manuals", manual(index))
    }
  }

  private mutating func pick(_ count: Int) -> Int { Int(random.random() % UInt64(count)) }

  private func paragraph(_ index: Int, _ part: Int, sentences: Int = 5) -> String {
    Prose.text(UInt64(index * 16 + part), sentences: sentences).replacing("\n", with: " ")
  }

  /// A letterhead, labels before values, a form's words within the text, a signature.
  private mutating func ticket(_ index: Int) -> String {
    """
    Velden Harbour Service, Quay 7, Third Floor
    Ticket \(index) · Priority: \(["low", "normal", "urgent"][pick(3)])

    The caller from \(random.word().capitalizedFirst) told the desk the following. \(paragraph(index, 1, sentences: 2 + pick(6)))

    Our technician looked into it on day \(pick(28)). \(paragraph(index, 2, sentences: 2 + pick(6)))

    Kind regards from your harbour desk. Please keep the number of this ticket.

    """
  }

  /// The same statute cited in many of them, once or several times, and phrases of the trade.
  private mutating func judgment(_ index: Int) -> String {
    let citation = "section 14(b) of the Tidewater Conveyance Ordinance"
    let phrases = [
      "without prejudice to any further claim", "as the lower bench rightly held", "on the balance of proof",
    ]
    var words = (1...4).flatMap { part in
      (paragraph(index, part) + "\n\n").split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    }
    for _ in 0..<[0, 0, 1, 2, 3][pick(5)] { words.insert("under \(citation)", at: pick(words.count)) }
    if pick(3) == 0 { words.insert(phrases[pick(3)], at: pick(words.count)) }
    return words.joined(separator: " ")
  }

  /// Terms of one machine, over and over.
  private mutating func manual(_ index: Int) -> String {
    let terms = ["bilge manifold", "governor flange", "ballast coupler", "sluice actuator"]
    var words = (1...3).flatMap { part in
      (paragraph(index, part) + "\n\n").split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    }
    for _ in 0..<(2 + pick(6)) { words.insert("the \(terms[pick(4)])", at: pick(words.count)) }
    return "# Task \(index): \(terms[pick(4)])\n\n" + words.joined(separator: " ")
      + "\n\nWarning: close the main valve before you begin, and wear gloves.\n"
  }
}
