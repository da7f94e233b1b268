import Platform

/// Bitcoin addresses (Base58Check, Bech32 and Bech32m: BIP 173, 350) and Ethereum addresses (`0x` and 40 hexadecimal
/// digits).
enum CryptoAddressDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.crypto

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      guard ASCII.isAlphanumeric(bytes[index]) else {
        index += 1
        continue
      }
      var end = index
      while end < bytes.count, ASCII.isAlphanumeric(bytes[end]) { end += 1 }
      let range = index..<end
      if (26...90).contains(range.count), !ASCII.continuesBefore(bytes, index), !ASCII.continuesAfter(bytes, end),
        isAddress(bytes[range])
      {
        found.append(range)
      }
      index = end
    }
    return found
  }

  private static func isAddress(_ token: ArraySlice<UInt8>) -> Bool {
    let start = token.startIndex
    switch token[start] {
    case 0x31, 0x33: return token.count <= 35 && Base58.isChecked(token)
    case 0x30:
      return token.count == 42 && token[start + 1] | 0x20 == 0x78
        && token.dropFirst(2).allSatisfy { HexDigit.value($0) != nil }
        && token.dropFirst(2).contains { $0 != 0x30 }
    case 0x62, 0x42: return token[start + 1] | 0x20 == 0x63 && token[start + 2] == 0x31 && Bech32.isChecked(token)
    default: return false
    }
  }
}

/// Base58Check: 21 bytes and the first four of their double SHA-256.
private enum Base58 {
  private static let digits: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, byte) in "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8.enumerated() {
      values[Int(byte)] = UInt8(value)
    }
    return values
  }()

  static func isChecked(_ text: ArraySlice<UInt8>) -> Bool {
    var decoded = [UInt8](repeating: 0, count: 25)
    for byte in text {
      var carry = Int(digits[Int(byte)])
      guard carry < 58 else { return false }
      for index in decoded.indices.reversed() {
        carry += Int(decoded[index]) * 58
        decoded[index] = UInt8(carry & 0xFF)
        carry >>= 8
      }
      guard carry == 0 else { return false }
    }
    guard decoded[0] == 0 || decoded[0] == 5 else { return false }
    let check = Digest.of(Digest.of(Array(decoded[..<21])).bytes).bytes.prefix(4)
    return check.elementsEqual(decoded[21...])
  }
}

/// The checksum of SegWit addresses.
private enum Bech32 {
  private static let digits = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
  private static let generator: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]

  static func isChecked(_ text: ArraySlice<UInt8>) -> Bool {
    // The prefix `bc`, spread as the standard has it.
    var values: [UInt32] = [3, 3, 0, 2, 3]
    for byte in text.dropFirst(3) {
      guard let value = digits.firstIndex(of: ASCII.lower(byte)) else { return false }
      values.append(UInt32(value))
    }
    var sum: UInt32 = 1
    for value in values {
      let top = sum >> 25
      sum = (sum & 0x1FF_FFFF) << 5 ^ value
      for bit in 0..<5 where top >> UInt32(bit) & 1 == 1 { sum ^= generator[bit] }
    }
    return sum == 1 || sum == 0x2BC8_30A3
  }
}
