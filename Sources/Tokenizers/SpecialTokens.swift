/// The tokens that markup spells, such as `<|im_end|>`, found in text leftmost first and longest among equals.
struct SpecialTokens: Sendable {
  private var texts: [(bytes: [UInt8], id: Int32)] = []
  /// For each byte, whether a special token starts with it.
  private var starts = [Bool](repeating: false, count: 256)
  private var flags: [Bool]

  init(vocabularySize: Int) { flags = [Bool](repeating: false, count: vocabularySize) }

  mutating func insert(_ text: [UInt8], id: Int32) {
    flags[Int(id)] = true
    guard let first = text.first else { return }
    starts[Int(first)] = true
    let place = texts.firstIndex { $0.bytes.count < text.count } ?? texts.count
    texts.insert((text, id), at: place)
  }

  func contains(_ id: Int32) -> Bool { flags.indices.contains(Int(id)) && flags[Int(id)] }

  func id(of text: String) -> Int32? { texts.first { $0.bytes.elementsEqual(text.utf8) }?.id }

  /// The first special token at or after `start`.
  func next(from start: Int, in text: borrowing Span<UInt8>) -> (range: Range<Int>, id: Int32)? {
    var i = start
    while i < text.count {
      if starts[Int(text[i])] {
        for (bytes, id) in texts where matches(bytes, at: i, in: text) { return (i..<i + bytes.count, id) }
      }
      i += 1
    }
    return nil
  }

  private func matches(_ bytes: [UInt8], at start: Int, in text: borrowing Span<UInt8>) -> Bool {
    guard bytes.count <= text.count - start else { return false }
    for i in bytes.indices where bytes[i] != text[start + i] { return false }
    return true
  }
}
