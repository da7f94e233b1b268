import Foundation
import Platform

/// Remembers the SHA-256 of large files, so that an unchanged one is not hashed at every start.
///
/// An entry counts only while device, inode, size, modification and change time are all the same; no program can set a
/// change time back.
package struct DigestCache: Sendable {
  package let path: String
  private let now: @Sendable () -> Date
  private let fileSystem: any FileSystem

  /// Entries kept, newest first.
  private static let limit = 16
  /// A file changed less than this long ago could change again within one tick of the file system's clock.
  private static let settledSeconds = 2.0

  private struct Entry: Codable {
    var identity: FileIdentity
    var size: Int64
    var modified: Int64
    var changed: Int64
    var sha256: Digest

    func matches(_ status: FileStatus) -> Bool {
      identity == status.identity && size == status.size && modified == status.modifiedNanoseconds
        && changed == status.changedNanoseconds
    }
  }

  package init(
    path: String, now: @escaping @Sendable () -> Date = { Date() },
    through fileSystem: any FileSystem = LocalFileSystem()
  ) {
    self.path = path
    self.now = now
    self.fileSystem = fileSystem
  }

  /// The digest of a file that is now as `status` says, `nil` where it is not known.
  package func digest(of status: FileStatus) -> Digest? { entries().first { $0.matches(status) }?.sha256 }

  /// Remembers a digest. A cache that cannot be written costs time, nothing else, so that failures are not reported.
  package func record(_ digest: Digest, of status: FileStatus) {
    guard now().timeIntervalSince1970 - Double(status.changedNanoseconds) / 1e9 > Self.settledSeconds else { return }
    let entry = Entry(
      identity: status.identity, size: status.size, modified: status.modifiedNanoseconds,
      changed: status.changedNanoseconds, sha256: digest)
    let kept = [entry] + entries().filter { $0.identity != entry.identity }.prefix(Self.limit - 1)
    guard let data = try? JSONEncoder().encode(kept) else { return }
    try? DurableFile.write(data, to: path, through: fileSystem)
  }

  private func entries() -> [Entry] {
    guard let data = try? fileSystem.contents(of: path, limit: 1 << 20) else { return [] }
    return (try? JSONDecoder().decode([Entry].self, from: data)) ?? []
  }
}
