import Platform
import ReplayStore
import Transformer

/// The answers that a domain of prompts and completions chooses between, where they are few: then its held-out pieces can
/// be right or wrong, not only likely or unlikely.
///
/// Known from the pieces alone: each is a prompt and a completion, no completion is long, and there are at most twenty
/// different ones, each given three times on average. Records with a label say themselves that they are of this kind.
struct AnswerSet {
  /// Tokens of each answer with its end.
  let answers: [[Int32]]
  /// The same for the same answers.
  let name: String

  private static let most = 20
  private static let longest = 16
  private static let timesEach = 3

  /// - Parameter pieces: all that the domain holds out; of another kind, or too few to tell, they have no answers.
  init?(_ pieces: [StoredPiece]) {
    var answers: [[Int32]] = []
    for piece in pieces {
      guard let place = Self.answerPlace(piece) else { return nil }
      let answer = Array(piece.encoded.tokens[place...])
      if !answers.contains(answer) { answers.append(answer) }
      if answers.count > Self.most { return nil }
    }
    let isLabelled = pieces.allSatisfy { $0.label != nil }
    guard answers.count > 1, answers.allSatisfy({ $0.count <= Self.longest }),
      isLabelled || pieces.count >= Self.timesEach * answers.count
    else { return nil }
    self.answers = answers.sorted { $0.lexicographicallyPrecedes($1) }
    name = String(Digest.of("\(self.answers)").hex.prefix(16))
  }

  /// Whether a piece is a prompt and an answer.
  static func isQuestion(_ piece: StoredPiece) -> Bool { answerPlace(piece) != nil }

  /// The question that a piece asks, and which answer is right; `nil` where it is none of these.
  func question(_ piece: StoredPiece) -> (continuations: RankedContinuations, right: Int)? {
    guard let place = Self.answerPlace(piece), let right = answers.firstIndex(of: Array(piece.encoded.tokens[place...]))
    else { return nil }
    return (RankedContinuations(prompt: Array(piece.encoded.tokens[..<place]), continuations: answers), right)
  }

  /// Where a piece's answer begins: its targets are all at its end, behind a prompt.
  private static func answerPlace(_ piece: StoredPiece) -> Int? {
    let supervised = piece.encoded.supervised
    guard let place = supervised.firstIndex(of: true), place > 0, supervised[place...].allSatisfy({ $0 }) else {
      return nil
    }
    // Running text has targets from its second token on.
    return place > 1 ? place : nil
  }
}
