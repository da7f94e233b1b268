/// UTF-16 → text, strictly.
enum UTF16Text {
  /// `nil` where a byte is left over or a surrogate stands alone.
  static func decode(_ bytes: ArraySlice<UInt8>, _ encoding: TextEncoding) -> String? {
    guard bytes.count.isMultiple(of: 2) else { return nil }
    return String(validating: units(bytes, encoding), as: UTF16.self)
  }

  static func units(_ bytes: ArraySlice<UInt8>, _ encoding: TextEncoding) -> [UInt16] {
    let bigEndian = encoding == .utf16BigEndian
    return stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { index in
      let first = UInt16(bytes[index])
      let second = UInt16(bytes[index + 1])
      return bigEndian ? first << 8 | second : second << 8 | first
    }
  }
}

/// UTF-32 → text, strictly.
enum UTF32Text {
  /// `nil` where the length is not a multiple of four or a value is no scalar.
  static func decode(_ bytes: ArraySlice<UInt8>, _ encoding: TextEncoding) -> String? {
    guard bytes.count.isMultiple(of: 4) else { return nil }
    let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { index in
      let word = bytes[index..<(index + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return encoding == .utf32BigEndian ? word : word.byteSwapped
    }
    return String(validating: units, as: UTF32.self)
  }
}
