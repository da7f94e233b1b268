import Foundation

/// One regular file opened for reading from its first byte to its last.
package final class FileReader {
  package struct Failure: Error {
    package let reason: String
  }

  package let size: Int
  private let handle: FileHandle

  package init(_ path: String) throws(Failure) {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw Failure(reason: "it cannot be opened") }
    self.handle = handle
    do {
      size = Int(try handle.seekToEnd())
      try handle.seek(toOffset: 0)
    } catch { throw Failure(reason: error.localizedDescription) }
  }

  /// The next bytes, at most `count`; none at the end.
  package func read(_ count: Int) throws -> [UInt8] {
    [UInt8](try handle.read(upToCount: min(count, 1 << 22)) ?? Data())
  }

  package func stream() -> ByteStream { ByteStream(size: size) { try self.read($0) } }
}
