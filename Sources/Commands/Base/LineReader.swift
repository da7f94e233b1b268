import Foundation
import Platform

/// Lines of a file or of standard input (`-`), one at a time, however long the file is.
enum LineReader {
  /// - Parameter limit: bytes of one line; a longer one is refused.
  /// - Throws: `PlatformError`, `VerbError`, or what `body` throws.
  static func each(
    of path: some PathConvertible, limit: Int = 64 << 20, through fileSystem: any FileSystem,
    _ body: (_ number: Int, _ line: Data) throws -> Void
  ) throws {
    let file = try fileSystem.open(path.asPath == Path("-") ? Path("/dev/stdin") : path.asPath, for: .read)
    defer { file.close() }
    var rest = Data()
    var number = 0
    try fileSystem.readChunks(of: file) { chunk in
      var start = chunk.startIndex
      while let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) {
        number += 1
        rest.append(contentsOf: chunk[start..<end])
        try body(number, rest)
        rest.removeAll(keepingCapacity: true)
        start = chunk.index(after: end)
      }
      rest.append(contentsOf: chunk[start...])
      guard rest.count <= limit else {
        throw VerbError("\(path): line \(number + 1) is longer than \(limit) bytes. Is it a text file with lines?")
      }
      return true
    }
    if !rest.isEmpty { try body(number + 1, rest) }
  }
}
