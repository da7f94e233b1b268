import Tokenizers

/// Makes samples of a curated document: decides what is held out, leaves gaps, fills training samples.
struct DocumentDivision {
  let document: CuratedDocument
  let tokenizer: Tokenizer
  /// Tokens in a training sample at most.
  let sequenceLength: Int

  /// One atom, or one whole record, in the order of the document.
  private struct Item {
    var record: Int
    /// Index among the record's atoms; 0 for a whole record.
    var atom: Int
    var grouping: Grouping.Item
    var split = Split.train
    var piece: Int?
  }

  /// Fewer tokens between two gaps teach nothing.
  private static let leastTraining = 16

  private var items: [Item] = []
  private var pieces: [Range<Int>] = []

  init(_ document: CuratedDocument, tokenizer: Tokenizer, sequenceLength: Int) {
    self.document = document
    self.tokenizer = tokenizer
    self.sequenceLength = sequenceLength
    for (index, record) in document.records.enumerated() {
      switch record.body {
      case .whole(let sample):
        items.append(
          Item(record: index, atom: 0, grouping: Grouping.Item(tokens: sample.tokens.count, border: .record)))
      case .text(_, let atoms):
        for (place, atom) in atoms.enumerated() {
          let border = place == 0 ? Border.record : atom.border
          items.append(Item(record: index, atom: place, grouping: Grouping.Item(tokens: atom.tokens, border: border)))
        }
      }
    }
  }

  /// Everything for training.
  func undivided() -> [Sample] { samples() }

  /// Held-out pieces as `plan` places them in the domain's stream, which goes on by this document's pieces.
  mutating func divide(_ plan: HeldOutPlan, _ cursor: inout HeldOutCursor) -> [Sample] {
    let limit = min(HeldOutPlan.pieceTokens, sequenceLength)
    pieces = Grouping.group(items.map(\.grouping)[...], limit: limit)
    let splits = plan.splits(domain: cursor.domain, position: cursor.position, count: pieces.count)
    cursor.position += pieces.count
    for (number, (piece, split)) in zip(pieces, splits).enumerated() where split != .train {
      for index in piece {
        items[index].split = split
        items[index].piece = number
      }
    }
    markGaps()
    markRepeats()
    return samples()
  }

  /// A record that says in the same words what a held-out one says is left out.
  private mutating func markRepeats() {
    guard document.records.count > 1 else { return }
    let held = Set(items.filter { $0.split == .validation || $0.split == .test }.map(\.record))
    guard !held.isEmpty else { return }
    let keys = document.records.map { Paragraph.key($0.plainText.utf8, fewest: 1) }
    let heldKeys = Set(held.compactMap { keys[$0] })
    for index in items.indices where items[index].split == .train {
      let record = items[index].record
      // The rest of a text that is held out in part stays its own.
      guard !held.contains(record), let key = keys[record], heldKeys.contains(key) else { continue }
      items[index].split = .gap
    }
  }

  /// Around held-out text, the nearest training text of the same record is left out.
  private mutating func markGaps() {
    guard items.contains(where: { $0.split != .train }) else { return }
    let held = items.map { $0.split == .validation || $0.split == .test }
    for index in items.indices where held[index] {
      if index + 1 < items.count, !held[index + 1] { markGap(from: index + 1, by: 1, record: items[index].record) }
      if index > 0, !held[index - 1] { markGap(from: index - 1, by: -1, record: items[index].record) }
    }
    for run in runs() where items[run.lowerBound].split == .train {
      let tokens = items[run].reduce(0) { $0 + $1.grouping.tokens }
      guard tokens < Self.leastTraining, isBesideGap(run) else { continue }
      for index in run { items[index].split = .gap }
    }
  }

  /// Marks at least `gapTokens`, and on to the end of the sentence where it is near.
  private mutating func markGap(from start: Int, by step: Int, record: Int) {
    var index = start
    var tokens = 0
    while items.indices.contains(index), items[index].record == record,
      items[index].split == .train || items[index].split == .gap
    {
      let border = items[step > 0 ? index : index + 1].grouping.border
      guard tokens < HeldOutPlan.gapTokens || (border == .word && tokens < 4 * HeldOutPlan.gapTokens) else { break }
      items[index].split = .gap
      tokens += items[index].grouping.tokens
      index += step
    }
  }

  private func isBesideGap(_ run: Range<Int>) -> Bool {
    let record = items[run.lowerBound].record
    let before = run.lowerBound > 0 ? items[run.lowerBound - 1] : nil
    let after = run.upperBound < items.count ? items[run.upperBound] : nil
    return [before, after].contains { $0?.record == record && $0?.split == .gap }
  }

  /// Stretches of one record, use and held-out piece.
  private func runs() -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    for index in items.indices.dropFirst() {
      let (last, next) = (items[index - 1], items[index])
      guard last.record != next.record || last.split != next.split || last.piece != next.piece else { continue }
      runs.append(start..<index)
      start = index
    }
    if start < items.count { runs.append(start..<items.count) }
    return runs
  }

  private func samples() -> [Sample] {
    var samples: [Sample] = []
    let groupings = items.map(\.grouping)
    for run in runs() {
      let record = document.records[items[run.lowerBound].record]
      switch record.body {
      case .whole(let encoded):
        for window in Self.windows(of: encoded, length: sequenceLength) {
          append(record, record.content, window, offset: 0, item: items[run.lowerBound], to: &samples)
        }
      case .text(let bytes, let atoms):
        let limit = items[run.lowerBound].piece == nil ? sequenceLength : min(HeldOutPlan.pieceTokens, sequenceLength)
        var scalars = 0
        var position = 0
        for group in Grouping.group(groupings[run], limit: limit) {
          for range in fitting(group, bytes, atoms, limit: limit) {
            scalars += UTF8Length.scalars(bytes, position..<range.lowerBound)
            position = range.lowerBound
            let text = String(decoding: bytes[range], as: UTF8.self)
            let encoded = EncodedSample(text: tokenizer.encode(text))
            append(record, .text(text), encoded, offset: scalars, item: items[group.lowerBound], to: &samples)
          }
        }
      }
    }
    return samples
  }

  private func append(
    _ record: CuratedDocument.Record, _ content: SampleContent, _ encoded: EncodedSample, offset: Int, item: Item,
    to samples: inout [Sample]
  ) {
    let teaches = encoded.supervised.contains(true)
    samples.append(
      Sample(
        content: content, ordinal: samples.count, characterOffset: record.characterOffset + offset, encoded: encoded,
        split: teaches ? item.split : .gap, piece: teaches ? item.piece : nil, label: record.label))
  }

  /// The bytes of a group, in parts that each have at most `limit` tokens: joining atoms can cost a token more than
  /// they have apart.
  private func fitting(_ group: Range<Int>, _ bytes: [UInt8], _ atoms: [CountedAtom], limit: Int) -> [Range<Int>] {
    let first = atoms[items[group.lowerBound].atom].range.lowerBound
    let last = atoms[items[group.upperBound - 1].atom].range.upperBound
    guard group.count > 1, tokenizer.encode(String(decoding: bytes[first..<last], as: UTF8.self)).count > limit else {
      return [first..<last]
    }
    let middle = group.lowerBound + group.count / 2
    return fitting(group.lowerBound..<middle, bytes, atoms, limit: limit)
      + fitting(middle..<group.upperBound, bytes, atoms, limit: limit)
  }

  /// Windows of at most `length` tokens that supervise each target once; later ones begin with a quarter of what came
  /// before.
  static func windows(of sample: EncodedSample, length: Int) -> [EncodedSample] {
    guard sample.tokens.count > length else { return [sample] }
    let overlap = length / 4
    var windows: [EncodedSample] = []
    var done = 0
    while done < sample.tokens.count {
      let start = max(0, done - overlap)
      let end = min(sample.tokens.count, start + length)
      var supervised = Array(sample.supervised[start..<end])
      for index in start..<done { supervised[index - start] = false }
      if !supervised.isEmpty { supervised[0] = false }
      if supervised.contains(true) {
        windows.append(EncodedSample(tokens: Array(sample.tokens[start..<end]), supervised: supervised))
      }
      done = end
    }
    return windows
  }
}
