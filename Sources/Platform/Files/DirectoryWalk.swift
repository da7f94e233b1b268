import Foundation
import Glibc

/// Walks a folder that strangers fill: links are reported and not followed, names need not be UTF-8, and a directory
/// that cannot be read is reported and does not end the walk.
package enum DirectoryWalk {
  package enum Item: Hashable, Sendable {
    /// Anything that is not a directory. The path is relative to the root.
    case entry(Path, FileKind)
    /// The path is relative to the root; its entries follow.
    case directory(Path)
    /// The path is relative to the root.
    case unreadable(Path, PlatformError)
  }

  /// Deeper directories are reported as unreadable; nobody sorts documents that deep by hand.
  package static let maximumDepth = 64

  /// Visits everything below `root`, a directory's entries in the order of their bytes.
  /// - Parameters:
  ///   - skipping: directories (relative paths) that are not entered and not reported.
  ///   - visit: throwing ends the walk.
  /// - Throws: `PlatformError` where the root itself cannot be listed.
  package static func walk(
    _ root: some PathConvertible, through fileSystem: some FileSystem, skipping: (Path) -> Bool = { _ in false },
    _ visit: (Item) throws -> Void
  ) throws {
    // The root itself may be a link, the user named it; with a slash behind it the kernel follows that one.
    let rootPath = Path(bytes: root.asPath.bytes + [Path.slash])
    // A stack, last first, because a hostile tree must not decide how deep we recurse.
    var waiting: [(path: Path, depth: Int)] = []
    func visitEntries(of directory: Path, depth: Int, _ entries: [DirectoryEntry]) throws {
      var inner: [(path: Path, depth: Int)] = []
      for entry in entries {
        let path = directory.appending(entry.name)
        if entry.kind != .directory {
          try visit(.entry(path, entry.kind))
        } else if !skipping(path) {
          inner.append((path, depth + 1))
        }
      }
      waiting.append(contentsOf: inner.reversed())
    }
    try visitEntries(of: Path(bytes: []), depth: 0, fileSystem.list(rootPath))
    while let (path, depth) = waiting.popLast() {
      guard depth <= maximumDepth else {
        try visit(.unreadable(path, tooDeep(path)))
        continue
      }
      let entries: [DirectoryEntry]
      do {
        entries = try fileSystem.list(rootPath.appending(path))
      } catch let error as PlatformError {
        if !error.isMissing { try visit(.unreadable(path, error)) }
        continue
      }
      try visit(.directory(path))
      try visitEntries(of: path, depth: depth, entries)
    }
  }

  private static func tooDeep(_ path: Path) -> PlatformError {
    PlatformError(
      path: path, operation: "look into it", code: ELOOP,
      remedy: "It lies more than \(maximumDepth) directories deep; move it up.")
  }
}
