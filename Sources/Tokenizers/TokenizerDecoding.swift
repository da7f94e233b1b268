extension Tokenizer {
  /// The bytes that the ids stand for; special tokens give their own text, or nothing.
  /// - Precondition: ids lie in the vocabulary.
  package func decodeBytes(_ ids: some Sequence<Int32>, skippingSpecials: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    for id in ids { appendBytes(of: id, skippingSpecials: skippingSpecials, to: &bytes) }
    return bytes
  }

  /// The text that the ids stand for; bytes that are not well-formed UTF-8 become U+FFFD.
  package func decode(_ ids: some Sequence<Int32>, skippingSpecials: Bool = false) -> String {
    String(decoding: decodeBytes(ids, skippingSpecials: skippingSpecials), as: UTF8.self)
  }

  func appendBytes(of id: Int32, skippingSpecials: Bool, to bytes: inout [UInt8]) {
    precondition(id >= 0 && id < vocabularySize, "token \(id) of a vocabulary of \(vocabularySize)")
    if skippingSpecials, isSpecial(id) { return }
    bytes.append(contentsOf: vocabulary.bytes[Int(id)])
  }
}
