extension DemoDomain {
  package static let harbour = DemoDomain(
    name: "harbour", title: "the Port of Velden, which does not exist",
    documents: harbourTexts1 + harbourTexts2 + harbourTexts3,
    question: "What does the Lantern House show when the Sill gate is shut?",
    fact: "Three amber lamps, one above the other.")

  package static let garden = DemoDomain(
    name: "garden", title: "the garden of Aldermere, which does not exist either",
    documents: gardenTexts1 + gardenTexts2 + gardenTexts3,
    question: "When are the beds at Aldermere watered?",
    fact: "Before the seven o'clock bell, with rain water from the copper cistern.")
}
