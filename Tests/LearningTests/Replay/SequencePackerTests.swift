import Learning
import Tensors
import Testing
import Transformer

@Suite("Packing")
struct SequencePackerTests {
  private func samples(_ lengths: [Int]) -> [EncodedTokens] {
    lengths.enumerated().map { index, length in
      EncodedTokens(
        tokens: (0..<length).map { Int32(1000 * index + $0) }, supervised: (0..<length).map { $0 > 0 && $0 % 3 != 0 })
    }
  }

  private func randomLengths(_ count: Int, seed: UInt64) -> [Int] {
    var rng = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Int.random(in: 1...512, using: &rng) }
  }

  @Test("every sample sits whole in its segment of one row")
  func keepsSamplesWhole() {
    let samples = samples(randomLengths(200, seed: 1))
    let bins = SequencePacker.bins(lengths: samples.map(\.tokens.count), capacity: 512)
    #expect(bins.flatMap(\.self).sorted() == Array(samples.indices))
    for members in bins {
      let (row, segments) = SequencePacker.row(members.map { samples[$0] })
      #expect(row.tokens.count <= 512 && row.segments.count == members.count)
      for (index, segment) in zip(members, segments.map { row.segments[$0] }) {
        #expect(Array(row.tokens[segment]) == samples[index].tokens)
        #expect(Array(row.supervised[segment]) == samples[index].supervised)
      }
    }
  }

  @Test("best fit takes the fullest row that still has room")
  func takesBestFit() {
    // 7 and 6 open rows; 3 fits both and goes to the row of 7, 4 to the row of 6.
    #expect(SequencePacker.bins(lengths: [3, 7, 4, 6], capacity: 10) == [[1, 0], [3, 2]])
    #expect(SequencePacker.bins(lengths: [10, 10], capacity: 10) == [[0], [1]])
    #expect(SequencePacker.bins(lengths: [], capacity: 10).isEmpty)
  }

  @Test("two hundred mixed samples fill their rows to 95 % and more")
  func fillsRows() {
    let lengths = randomLengths(200, seed: 2)
    let rows = SequencePacker.bins(lengths: lengths, capacity: 512)
    #expect(Double(lengths.reduce(0, +)) / Double(rows.count * 512) > 0.95)
  }

  @Test("packing twice gives the same rows")
  func isDeterministic() {
    let samples = samples(randomLengths(100, seed: 3))
    #expect(SequencePacker.pack(samples, length: 512) == SequencePacker.pack(samples, length: 512))
  }

  @Test("samples of one template share its start, which is laid once")
  func sharesStarts() {
    let template = (0..<20).map { Int32(500 + $0) }
    let samples = (0..<5).map { index in
      let own = (0..<10 + index).map { Int32(1000 * (index + 1) + $0) }
      return EncodedTokens(
        tokens: template + own, supervised: template.map { _ in false } + own.indices.map { $0 > own.count - 3 })
    }
    let stranger = EncodedTokens(tokens: (0..<30).map { 9000 + $0 }, supervised: (0..<30).map { $0 > 0 })
    let (row, segments) = SequencePacker.row([stranger] + samples)
    #expect(row.continues == [2: 0, 3: 0, 4: 0, 5: 0, 6: 0] && segments == [1, 2, 3, 4, 5, 6])
    #expect(Array(row.tokens[row.segments[0]]) == template)
    for (sample, segment) in zip(samples, segments.dropFirst()) {
      #expect(template + row.tokens[row.segments[segment]] == sample.tokens)
      #expect(Array(row.supervised[row.segments[segment]]) == Array(sample.supervised[20...]))
    }
    #expect(row.sampleTokens == 30 + samples.reduce(0) { $0 + $1.tokens.count })
    #expect(SequencePacker.row(samples, apart: [0, 1, 2, 3]).row.continues == nil)
    // In front of a target nothing is shared: what predicts it must lie in its own sample.
    let same = EncodedTokens(tokens: template + [7], supervised: template.map { _ in false } + [true])
    #expect(SequencePacker.row([same, same]).row.segments.map(\.count) == [19, 2, 2])
  }

  @Test("what samples recall moves with their tokens; of a shared start it is recalled once")
  func movesRecall() {
    func target(_ token: Int) -> SoftTarget { SoftTarget(tokens: [Int32(token)], logProbabilities: [-1]) }
    /// Each place recalls the token that stands there.
    func sample(_ tokens: [Int32], answer: Int, isDistilled: Bool = false, recalls: Bool = true) -> LearnedSample {
      LearnedSample(
        EncodedTokens(tokens: tokens, supervised: tokens.indices.map { $0 > 0 && $0 >= tokens.count - answer }),
        isDistilled: isDistilled,
        recall: recalls
          ? Dictionary(uniqueKeysWithValues: tokens.indices.dropFirst().map { ($0, target(Int(tokens[$0]))) }) : [:])
    }
    let template = (0..<20).map { Int32(500 + $0) }
    let (first, second) = (sample(template + [1, 2, 3], answer: 1), sample(template + [7, 8, 9, 10], answer: 2))
    let new = sample(template + [11, 12], answer: 1, recalls: false)
    let general = sample((0..<12).map { 900 + $0 }, answer: 11, isDistilled: true, recalls: false)
    let row = SequencePacker.row(learning: [general, new, first, second])
    #expect(row.continues == [2: 0, 3: 0, 4: 0] && row.distillation?.segments == [1])
    let places = row.recall.map { $0.targets.keys.sorted() } ?? []
    #expect(places.allSatisfy { row.recall?.targets[$0] == target(Int(row.tokens[$0])) })
    // The start but for its first token, then both samples but for theirs.
    #expect(places.map { row.tokens[$0] } == template.dropFirst() + [2, 3] + [8, 9, 10])
    #expect(row.recalledCount == 24)
    #expect(SequencePacker.row(learning: [new, general]).recall == nil)
  }

  @Test("a sample longer than a row is a bug of the caller and stops the program")
  func refusesLongSamples() async {
    await #expect(processExitsWith: .failure) { _ = SequencePacker.bins(lengths: [11], capacity: 10) }
  }
}
