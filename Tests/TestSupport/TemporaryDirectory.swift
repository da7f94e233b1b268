import Foundation
import Glibc
import Platform

/// Runs `body` in a fresh directory that is removed afterwards.
@discardableResult
package func withTemporaryDirectory<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let url = try TemporaryDirectory.make()
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url)
}

/// Runs an asynchronous `body` in a fresh directory that is removed afterwards.
@discardableResult
package func withTemporaryDirectory<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
  let url = try TemporaryDirectory.make()
  defer { try? FileManager.default.removeItem(at: url) }
  return try await body(url)
}

/// Folders of tests. Their names say whose they are, so that the next run removes what a killed one left.
private enum TemporaryDirectory {
  private static let prefix = "stet-test-"
  private static let parent = FileManager.default.temporaryDirectory

  static func make() throws -> URL {
    _ = cleaned
    let url = parent.appendingPathComponent("\(prefix)\(getpid())-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return url
  }

  /// Done once a process: folders whose process is gone are removed; those of a living one, and other people's, stay.
  private static let cleaned: Void = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    for name in names where name.hasPrefix(prefix) {
      let parts = name.dropFirst(prefix.count).split(separator: "-")
      // A process number and a UUID's five groups.
      guard parts.count == 6, let pid = pid_t(parts[0]), kill(pid, 0) != 0, errno == ESRCH else { continue }
      try? FileManager.default.removeItem(at: parent.appendingPathComponent(name))
    }
  }()
}
