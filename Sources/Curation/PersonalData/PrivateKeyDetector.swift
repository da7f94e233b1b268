/// Private keys in PEM armour, from `-----BEGIN` to `-----END`; where the end is missing, as far as the encoded lines go.
enum PrivateKeyDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.privateKey
  private static let opening = Array("-----BEGIN ".utf8)
  private static let closing = Array("-----END ".utf8)
  private static let name = Array("PRIVATE KEY".utf8)
  private static let mostBytes = 1 << 16

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index + opening.count < bytes.count {
      guard bytes[index] == 0x2D, starts(bytes, index, opening), let body = headerEnd(bytes, index + opening.count)
      else {
        index += 1
        continue
      }
      let end = end(bytes, body)
      found.append(index..<end)
      index = end
    }
    return found
  }

  private static func starts(_ bytes: [UInt8], _ index: Int, _ word: [UInt8]) -> Bool {
    index + word.count <= bytes.count && bytes[index..<(index + word.count)].elementsEqual(word)
  }

  /// After the dashes that end the opening line, where it names a private key.
  private static func headerEnd(_ bytes: [UInt8], _ start: Int) -> Int? {
    var index = start
    while index < bytes.count, index - start < 40, bytes[index] != 0x2D, bytes[index] != 0x0A { index += 1 }
    let title = bytes[start..<index]
    guard starts(bytes, index, Array("-----".utf8)), title.firstRange(of: name) != nil else { return nil }
    return index + 5
  }

  /// Where the key ends that begins at `start`: with its closing line, where that is the next line of dashes.
  private static func end(_ bytes: [UInt8], _ start: Int) -> Int {
    let limit = min(bytes.count, start + mostBytes)
    var index = start
    while index < limit, !starts(bytes, index, opening), !starts(bytes, index, closing) { index += 1 }
    guard index < limit, starts(bytes, index, closing) else { return armourEnd(bytes, start, limit: index) }
    var end = index + closing.count
    while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x2D { end += 1 }
    while end < bytes.count, bytes[end] == 0x2D { end += 1 }
    return end
  }

  /// Without a closing line, as far as headers (`Proc-Type: 4,ENCRYPTED`) and lines of base64 go; escaped line ends stand
  /// in JSON.
  private static func armourEnd(_ bytes: [UInt8], _ start: Int, limit: Int) -> Int {
    var index = start
    var lastEncoded = start
    while index < limit {
      if index > start, bytes[index - 1] == 0x0A, let line = header(bytes, index, limit: limit) {
        (index, lastEncoded) = (line, line)
        continue
      }
      let byte = bytes[index]
      let isArmour = ASCII.isAlphanumeric(byte) || ASCII.isSpace(byte) || "+/=\\".utf8.contains(byte)
      guard isArmour else { return lastEncoded }
      if !ASCII.isSpace(byte) { lastEncoded = index + 1 }
      index += 1
    }
    return lastEncoded
  }

  /// The end of a line `Name: value`.
  private static func header(_ bytes: [UInt8], _ start: Int, limit: Int) -> Int? {
    var index = start
    while index < limit, ASCII.isLetter(bytes[index]) || bytes[index] == 0x2D { index += 1 }
    guard index > start, index + 1 < limit, bytes[index] == 0x3A, bytes[index + 1] == 0x20 else { return nil }
    while index < limit, bytes[index] != 0x0A { index += 1 }
    return index
  }
}
