/// A prompt and what may follow it.
package struct RankedContinuations: Hashable, Sendable {
  package let prompt: [Int32]
  package let continuations: [[Int32]]

  /// - Precondition: nothing is empty.
  package init(prompt: [Int32], continuations: [[Int32]]) {
    precondition(!prompt.isEmpty && continuations.allSatisfy { !$0.isEmpty }, "an empty prompt or continuation")
    self.prompt = prompt
    self.continuations = continuations
  }

  /// Tokens that go through the decoder: a continuation's last is predicted, never read.
  var tokens: Int { continuations.reduce(prompt.count) { $0 + $1.count - 1 } }
}

/// Questions in one row: each prompt is a segment, and every continuation but its last token another that goes on from it.
struct ContinuationRow {
  /// What is asked behind one place of the row.
  struct Question {
    let place: Int
    /// Of the whole call.
    let number: Int
    let continuations: [Int]
    /// The token that each continuation has there.
    let tokens: [Int32]
  }

  private(set) var row: PackedRow
  private(set) var questions: [Question] = []

  /// Questions in their order, in rows of at most `capacity` tokens; a longer one has a row of its own.
  static func pack(_ all: [RankedContinuations], capacity: Int) -> [ContinuationRow] {
    var groups: [[Int]] = []
    var room = 0
    for (number, question) in all.enumerated() {
      if groups.isEmpty || question.tokens > room {
        groups.append([])
        room = capacity
      }
      groups[groups.count - 1].append(number)
      room -= question.tokens
    }
    return groups.map { ContinuationRow($0.map { ($0, all[$0]) }) }
  }

  private init(_ members: [(number: Int, question: RankedContinuations)]) {
    var (tokens, starts, continues) = ([Int32](), [Int](), [Int: Int]())
    var questions: [Question] = []
    for (number, question) in members {
      let prompt = starts.count
      starts.append(tokens.count)
      tokens += question.prompt
      questions.append(
        Question(
          place: tokens.count - 1, number: number, continuations: Array(question.continuations.indices),
          tokens: question.continuations.map { $0[0] }))
      for (i, continuation) in question.continuations.enumerated() where continuation.count > 1 {
        continues[starts.count] = prompt
        starts.append(tokens.count)
        for k in 1..<continuation.count {
          questions.append(
            Question(place: tokens.count, number: number, continuations: [i], tokens: [continuation[k]]))
          tokens.append(continuation[k - 1])
        }
      }
    }
    row = PackedRow(
      tokens: tokens, supervised: [Bool](repeating: false, count: tokens.count), segmentStarts: starts)
    row.continues = continues
    self.questions = questions
  }
}
