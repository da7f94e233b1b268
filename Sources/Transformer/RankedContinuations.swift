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

/// Questions in one row: what their prompts have in common is a segment, the rest of each prompt another that goes on from
/// it, and every continuation but its last token one more, behind its prompt.
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

  /// A shorter start is not worth a segment of its own.
  private static let shortestStart = 8

  /// Questions in their order, in rows of at most `capacity` tokens; a longer one has a row of its own.
  static func pack(_ all: [RankedContinuations], capacity: Int) -> [ContinuationRow] {
    /// Questions of a row, how many tokens all their prompts begin with, and what they would be without that.
    var groups: [(members: [Int], start: Int, tokens: Int)] = []
    for (number, question) in all.enumerated() {
      if let group = groups.last {
        let start = all[group.members[0]].prompt.prefix(group.start).commonStart(with: question.prompt.dropLast())
        let tokens = group.tokens + question.tokens
        if tokens - group.members.count * (start < shortestStart ? 0 : start) <= capacity {
          groups[groups.count - 1] = (group.members + [number], start, tokens)
          continue
        }
      }
      groups.append(([number], question.prompt.count - 1, question.tokens))
    }
    return groups.map { group in
      let isShared = group.members.count > 1 && group.start >= shortestStart
      return ContinuationRow(group.members.map { ($0, all[$0]) }, start: isShared ? group.start : 0)
    }
  }

  /// - Parameter start: tokens that all prompts begin with and that are laid once.
  private init(_ members: [(number: Int, question: RankedContinuations)], start: Int) {
    var (tokens, starts, continues) = ([Int32](), [Int](), [Int: Int]())
    var questions: [Question] = []
    if start > 0 {
      starts.append(0)
      tokens += members[0].question.prompt[..<start]
    }
    for (number, question) in members {
      let prompt = starts.count
      if start > 0 { continues[prompt] = 0 }
      starts.append(tokens.count)
      tokens += question.prompt[start...]
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
