import Learning
import Testing

@Suite("A general text in pieces")
struct GeneralPiecesTests {
  private func text(_ count: Int, prompt: Int) -> EncodedTokens {
    EncodedTokens(tokens: (0..<Int32(count)).map { $0 }, supervised: (0..<count).map { $0 >= prompt })
  }

  @Test("has every token once, in order and in even parts", arguments: [2, 64, 65, 66, 200, 257], [1, 5])
  func whole(count: Int, prompt: Int) {
    let pieces = text(count, prompt: prompt).pieces(of: 64)
    #expect(pieces.flatMap(\.tokens) == (count > prompt ? (0..<Int32(count)).map { $0 } : []))
    let rests = pieces.enumerated().map { $0.element.tokens.count - ($0.offset == 0 ? prompt : 0) }
    #expect((rests.max() ?? 0) <= 64 && (rests.max() ?? 0) - (rests.min() ?? 0) <= 1)
    #expect(pieces.allSatisfy { !$0.supervised[0] })
  }

  @Test("keeps the prompt with its first part, and leaves out what teaches nothing")
  func prompt() {
    let pieces = text(200, prompt: 100).pieces(of: 64)
    #expect(pieces.map(\.tokens.count) == [150, 50])
    #expect(pieces[0].supervised.firstIndex(of: true) == 100)
    #expect(text(30, prompt: 30).pieces(of: 64) == [])
    // A last part of one token has nothing to predict it from.
    #expect(text(4, prompt: 1).pieces(of: 1).map(\.tokens) == [[0, 1]])
  }
}
