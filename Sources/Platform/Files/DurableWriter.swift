import Foundation

/// Appends to a file that is being written, in large pieces, and can hash on the way. Used by one thread.
package final class DurableWriter {
  private static let bufferSize = 1 << 18

  private let file: OpenFile
  private let fileSystem: any FileSystem
  private var buffer: [UInt8] = []
  private var hash = SHA256()
  /// Bytes appended so far.
  package private(set) var byteCount: Int64 = 0

  init(file: OpenFile, fileSystem: any FileSystem) {
    self.file = file
    self.fileSystem = fileSystem
    buffer.reserveCapacity(DurableWriter.bufferSize)
  }

  /// The SHA-256 of everything appended so far.
  package var digest: Digest { hash.finalized() }

  package func append(_ bytes: RawSpan) throws {
    hash.update(bytes)
    byteCount += Int64(bytes.byteCount)
    if buffer.count + bytes.byteCount > DurableWriter.bufferSize { try flush() }
    if bytes.byteCount > DurableWriter.bufferSize {
      try fileSystem.writeAll(bytes, to: file)
    } else {
      unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
    }
  }

  package func append(_ data: Data) throws { try append(data.bytes) }

  package func append(_ bytes: [UInt8]) throws { try unsafe append(bytes.span.bytes) }

  /// Numbers of a fixed size as they stand in memory, which is little endian on every machine we build for.
  package func append(values: [Float]) throws {
    let span = values.span
    try unsafe append(span.bytes)
  }

  func flush() throws {
    guard !buffer.isEmpty else { return }
    let full = buffer
    buffer = []
    let span = full.span
    try unsafe fileSystem.writeAll(span.bytes, to: file)
    buffer.reserveCapacity(DurableWriter.bufferSize)
  }
}
