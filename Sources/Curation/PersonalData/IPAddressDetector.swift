import Platform

/// IPv4 and IPv6 addresses, without those that name no one: unspecified, loopback, masks.
enum IPAddressDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.ip

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      guard HexDigit.value(byte) != nil || byte == 0x3A, !ASCII.continuesBefore(bytes, index) else {
        index += 1
        continue
      }
      let end = tokenEnd(bytes, index)
      let token = index..<end
      if let trimmed = address(bytes, token) { found.append(trimmed) }
      index = max(end, index + 1)
    }
    return found
  }

  private static func tokenEnd(_ bytes: [UInt8], _ start: Int) -> Int {
    var end = start
    while end < bytes.count, HexDigit.value(bytes[end]) != nil || bytes[end] == 0x3A || bytes[end] == 0x2E { end += 1 }
    return end
  }

  private static func address(_ bytes: [UInt8], _ token: Range<Int>) -> Range<Int>? {
    guard token.count >= 7, token.count <= 46, !ASCII.continuesAfter(bytes, token.upperBound) else { return nil }
    var end = token.upperBound
    while end > token.lowerBound, bytes[end - 1] == 0x2E { end -= 1 }
    if end > token.lowerBound, bytes[end - 1] == 0x3A, end < 2 || bytes[end - 2] != 0x3A { end -= 1 }
    let part = bytes[token.lowerBound..<end]
    if part.contains(0x3A) {
      if let port = port(part), isIPv4(bytes, token.lowerBound..<port) { return token.lowerBound..<port }
      return isIPv6(part) || isMappedIPv4(bytes, part) ? token.lowerBound..<end : nil
    }
    return isIPv4(bytes, token.lowerBound..<end) ? token.lowerBound..<end : nil
  }

  /// Where `:port` begins after an IPv4 address.
  private static func port(_ part: ArraySlice<UInt8>) -> Int? {
    guard let colon = part.firstIndex(of: 0x3A), part[..<colon].contains(0x2E),
      part[(colon + 1)...].allSatisfy(ASCII.isDigit)
    else { return nil }
    return colon
  }

  private static func isIPv4(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let parts = bytes[range].split(separator: 0x2E, omittingEmptySubsequences: false)
    guard parts.count == 4 else { return false }
    var octets: [Int] = []
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy(ASCII.isDigit), part.count == 1 || part.first != 0x30 else {
        return false
      }
      let value = part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
      guard value <= 255 else { return false }
      octets.append(value)
    }
    if octets[0] == 0 || octets[0] == 127 || (octets[0] == 255 && octets[1] == 255) { return false }
    return !isVersion(bytes, range.lowerBound)
  }

  /// Four numbers after "version" or "v." are a release, and small ones after a name with a hyphen.
  private static func isVersion(_ bytes: [UInt8], _ start: Int) -> Bool {
    let before = String(decoding: bytes[max(0, start - 10)..<start], as: UTF8.self).lowercased()
    if before.hasSuffix("-") {
      let first = bytes[start...].prefix(while: ASCII.isDigit)
      return first.count < 3 && before.dropLast().last?.isLetter == true
    }
    return [
      "version ", "version: ", "release ", "firmware ", "driver ", "build ", "v. ", " v", "rev. ", "section ", "§ ",
    ].contains { before.hasSuffix($0) }
  }

  /// `::ffff:203.0.113.77` (RFC 4291, 2.5.5.2).
  private static func isMappedIPv4(_ bytes: [UInt8], _ part: ArraySlice<UInt8>) -> Bool {
    guard let colon = part.lastIndex(of: 0x3A) else { return false }
    let head = String(decoding: part[...colon], as: UTF8.self).lowercased()
    return ["::ffff:", "::", "0:0:0:0:0:ffff:"].contains(head) && isIPv4(bytes, (colon + 1)..<part.endIndex)
  }

  private static func isIPv6(_ part: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: part, as: UTF8.self)
    let halves = text.components(separatedByDoubleColon: ())
    guard halves.count <= 2 else { return false }
    var groups = 0
    var (hasDigit, isLong) = (false, false)
    for half in halves where !half.isEmpty {
      for group in half.split(separator: ":", omittingEmptySubsequences: false) {
        guard (1...4).contains(group.utf8.count), group.utf8.allSatisfy({ HexDigit.value($0) != nil }) else {
          return false
        }
        if group.utf8.contains(where: ASCII.isDigit) { hasDigit = true }
        if group.utf8.count == 4 { isLong = true }
        groups += 1
      }
    }
    // `::` stands for at least one group; times of day (12:34:56) have too few groups to be whole.
    return halves.count == 1 ? groups == 8 : ((isLong ? 2 : 3)...7).contains(groups) && hasDigit
  }
}

extension String {
  /// The parts around each `::`.
  fileprivate func components(separatedByDoubleColon _: Void) -> [Substring] {
    var parts: [Substring] = []
    var rest = self[...]
    while let range = rest.firstRange(of: "::") {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    parts.append(rest)
    return parts
  }
}
