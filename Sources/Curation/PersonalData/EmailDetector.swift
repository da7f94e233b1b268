/// Email addresses: found at their `@`, spread to both sides.
enum EmailDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.email
  /// Bytes before and after the `@` at most (RFC 5321, 4.5.3.1).
  private static let mostLocal = 64
  private static let mostDomain = 255

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var floor = 0
    for index in bytes.indices where bytes[index] == 0x40 {
      guard index >= floor, let range = address(bytes, at: index, floor: floor) else { continue }
      found.append(range)
      floor = range.upperBound
    }
    return found
  }

  private static func address(_ bytes: [UInt8], at mark: Int, floor: Int) -> Range<Int>? {
    var start = mark
    while start > floor, mark - start <= mostLocal, isLocal(bytes[start - 1]) { start -= 1 }
    while start < mark, bytes[start] == 0x2E || bytes[start] == 0x2D || bytes[start] == 0x27 { start += 1 }
    guard start < mark, mark - start <= mostLocal, bytes[mark - 1] != 0x2E else { return nil }
    var end = mark + 1
    while end < bytes.count, end - mark <= mostDomain, isDomain(bytes[end]) { end += 1 }
    while end > mark + 1, bytes[end - 1] == 0x2E || bytes[end - 1] == 0x2D { end -= 1 }
    let labels = bytes[(mark + 1)..<end].split(separator: 0x2E, omittingEmptySubsequences: false)
    guard labels.count > 1, labels.allSatisfy({ !$0.isEmpty }), let last = labels.last, last.count >= 2,
      last.allSatisfy({ ASCII.isLetter($0) || $0 >= 0x80 }), !isFile(last), !isProduct(labels, bytes, end)
    else { return nil }
    return start..<end
  }

  /// `q@k.transpose(…)`, `x@self.weight`, `a@b.mT`: Python's product of matrices.
  private static func isProduct(_ labels: [ArraySlice<UInt8>], _ bytes: [UInt8], _ end: Int) -> Bool {
    if end < bytes.count, bytes[end] == 0x28 || bytes[end] == 0x5B { return true }
    if labels.first?.elementsEqual("self".utf8) == true { return true }
    guard let last = labels.last else { return false }
    return zip(last, last.dropFirst()).contains { !ASCII.isUpper($0) && ASCII.isUpper($1) }
  }

  /// `icon@2x.png` is a file.
  private static func isFile(_ ending: ArraySlice<UInt8>) -> Bool {
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "service", "js", "css"].contains(
      String(decoding: ending, as: UTF8.self).lowercased())
  }

  private static func isLocal(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || byte >= 0x80
      || "!#$%&'*+-/=?^_`{|}~.".utf8.contains(byte) && !"/=|`{}".utf8.contains(byte)
  }

  private static func isDomain(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || byte == 0x2E || byte == 0x2D || byte >= 0x80
  }
}
