import Foundation
import Platform

/// One regular file read once from its first byte to its last, optionally hashed on the way.
///
/// Read and not mapped: a mapped file that somebody truncates kills the program that looks at it.
package final class FileReader {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// What the file was when it was opened.
  package let status: FileStatus
  private let file: OpenFile
  private let fileSystem: any FileSystem
  private var hash: SHA256?

  private static let chunk = 1 << 20

  /// - Parameter hashing: whether `digest` will be asked for.
  package init(
    _ path: String, hashing: Bool = false, through fileSystem: any FileSystem = LocalFileSystem()
  ) throws(Failure) {
    do {
      // Looked at before it is opened, since opening a FIFO waits for a writer.
      let before = try fileSystem.status(of: Path(path), followingLinks: true)
      guard before.kind == .regular else { throw Failure(description: "it is not a regular file") }
      file = try fileSystem.open(Path(path), for: .read)
      status = try fileSystem.status(of: file)
      guard status.kind == .regular else { throw Failure(description: "it is not a regular file") }
    } catch let failure as Failure {
      throw failure
    } catch { throw Failure(description: Self.reason(error)) }
    self.fileSystem = fileSystem
    hash = hashing ? SHA256() : nil
  }

  /// The file's bytes from here on. What the stream reads is hashed.
  package func stream() -> ByteStream { ByteStream(size: Int(clamping: status.size)) { try self.read($0) } }

  /// SHA-256 of everything read so far; `nil` where hashing was not asked for.
  package var digest: Digest? { hash?.finalized() }

  /// Whether the file is still as it was opened, as far as the system can tell.
  package func isUnchanged() throws(Failure) -> Bool {
    do { return status.isUnchanged(in: try fileSystem.status(of: file)) } catch {
      throw Failure(description: Self.reason(error))
    }
  }

  private func read(_ atMost: Int) throws(Failure) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: min(atMost, Self.chunk))
    do {
      let count = try fileSystem.read(file, into: &buffer)
      buffer.removeLast(buffer.count - count)
    } catch { throw Failure(description: Self.reason(error)) }
    hash?.update(buffer)
    return buffer
  }

  private static func reason(_ error: any Error) -> String {
    (error as? PlatformError)?.reason ?? String(describing: error)
  }
}
