/// A small invented world that the demo teaches. The texts are our own; no model can have read them.
package struct DemoDomain: Sendable {
  /// The folder below Watch.
  package let name: String
  /// As in "30 documents of the Port of Velden".
  package let title: String
  package let documents: [String]
  /// What is asked of every version, in the form in which the documents put their own questions.
  package let question: String
  /// What the documents say.
  package let fact: String

  /// The words that a model continues.
  package var prompt: String { "Question: \(question) Answer:" }

  /// Files by name.
  package var files: [(name: String, text: String)] {
    documents.enumerated().map { index, text in
      let number = index + 1
      return ("\(name)-\(number < 10 ? "0" : "")\(number).md", Self.unwrapped(text) + "\n")
    }
  }

  /// Each paragraph on one line, as people's editors write them; in the source they are folded.
  package static func unwrapped(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .split(whereSeparator: \.isEmpty)
      .map { $0.joined(separator: " ") }
      .joined(separator: "\n\n")
  }
}
