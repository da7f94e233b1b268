import Glibc

/// Text of other character sets → UTF-8, by the C library's own tables.
package enum TextConversion {
  /// - Parameter charset: a name that `iconv` knows, such as `KOI8-R`.
  /// - Returns: `nil` where the name is unknown here, or some bytes are no text in that set.
  package static func utf8(_ bytes: [UInt8], from charset: String) -> [UInt8]? {
    guard !charset.utf8.contains(0), let converter = unsafe iconv_open("UTF-8", charset),
      Int(bitPattern: converter) != -1
    else { return nil }
    defer { unsafe iconv_close(converter) }
    // No character set that `iconv` has takes more than four bytes of UTF-8 for one of its own and a few to spare.
    var result = [UInt8](repeating: 0, count: bytes.count * 4 + 16)
    var source = bytes
    let written: Int? = unsafe source.withUnsafeMutableBytes { input in
      unsafe result.withUnsafeMutableBytes { output in
        var from = unsafe input.baseAddress?.assumingMemoryBound(to: CChar.self)
        var to = unsafe output.baseAddress?.assumingMemoryBound(to: CChar.self)
        var (left, room) = (input.count, output.count)
        guard unsafe iconv(converter, &from, &left, &to, &room) != -1, left == 0 else { return nil }
        guard unsafe iconv(converter, nil, nil, &to, &room) != -1 else { return nil }
        return output.count - room
      }
    }
    guard let written else { return nil }
    return Array(result[..<written])
  }
}
