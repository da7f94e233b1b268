/// `user:password` before the `@` of a URL's host.
enum URLCredentialsDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.urlCredentials
  private static let mostBytes = 512

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 1
    while index + 2 < bytes.count {
      guard bytes[index] == 0x3A, bytes[index + 1] == 0x2F, bytes[index + 2] == 0x2F,
        ASCII.isAlphanumeric(bytes[index - 1])
      else {
        index += 1
        continue
      }
      let start = index + 3
      index = start
      if let end = end(bytes, start) {
        found.append(start..<end)
        index = end
      }
    }
    return found
  }

  /// The `@` that ends credentials with a colon and a password in them.
  private static func end(_ bytes: [UInt8], _ start: Int) -> Int? {
    var colon: Int?
    var index = start
    while index < bytes.count, index - start < mostBytes {
      switch bytes[index] {
      case 0x40:
        guard let colon, colon > start, index > colon + 1, ASCII.continuesAfter(bytes, index + 1) else { return nil }
        return index
      case 0x3A: colon = colon ?? index
      case 0x2F, 0x3F, 0x23, 0x20, 0x09, 0x0A, 0x22, 0x27, 0x3C, 0x3E, 0x5B, 0x5D: return nil
      default: break
      }
      index += 1
    }
    return nil
  }
}
