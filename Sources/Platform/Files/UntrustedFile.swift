import Foundation
import Glibc

/// Why a name in a watched folder is not read.
package enum UntrustedFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A link, a directory, a FIFO, a socket, a device.
  case notRegular(Path, FileKind)
  /// It is gone, or a directory above it turned into something else, between the listing and the opening.
  case vanished(Path)
  /// Another process holds a lease on it; try again later.
  case busy(Path)
  case system(PlatformError)

  package var description: String {
    switch self {
    case .notRegular(let path, let kind):
      "\(path): is a \(kind.words), not a regular file, and is left alone. Drop a copy of the file itself."
    case .vanished(let path):
      "\(path): was moved or removed before it could be read. Drop it again if it is wanted."
    case .busy(let path):
      "\(path): another program holds it. It is tried again later."
    case .system(let error):
      error.description
    }
  }
}

/// How a file that a stranger dropped is opened: once, without following a link, without blocking, and what is then
/// read is what was checked.
package enum UntrustedFile {
  /// - Parameter relative: below `root`, as a walk found it.
  /// - Returns: the open file and its status, both of the same descriptor. Ask `linkCount`, `isOurs` there.
  package static func open(
    _ relative: Path, beneath root: some PathConvertible, through fileSystem: some FileSystem
  ) throws(UntrustedFileError) -> (file: OpenFile, status: FileStatus) {
    let path = root.asPath.appending(relative)
    do {
      // Opening a device can do something to it, so the name is looked at first; the descriptor decides.
      let named = try fileSystem.status(of: path, followingLinks: false)
      guard named.kind == .regular else { throw UntrustedFileError.notRegular(path, named.kind) }
      let file = try fileSystem.open(relative, beneath: root.asPath)
      let status = try fileSystem.status(of: file)
      guard status.kind == .regular else { throw UntrustedFileError.notRegular(path, status.kind) }
      return (file, status)
    } catch let error as UntrustedFileError {
      throw error
    } catch let error as PlatformError {
      throw named(error, path)
    } catch {
      throw .system(PlatformError(path: path, operation: "open", code: EIO, remedy: "\(error)"))
    }
  }

  private static func named(_ error: PlatformError, _ path: Path) -> UntrustedFileError {
    switch error.code {
    case ENOENT, ENOTDIR: .vanished(path)
    case ELOOP: .notRegular(path, .symbolicLink)
    case ENXIO: .notRegular(path, .socket)
    case EWOULDBLOCK: .busy(path)
    default: .system(error)
    }
  }
}

extension FileKind {
  /// As it stands in a sentence.
  package var words: String {
    switch self {
    case .regular: "regular file"
    case .directory: "directory"
    case .symbolicLink: "symbolic link"
    case .fifo: "FIFO"
    case .socket: "socket"
    case .characterDevice: "character device"
    case .blockDevice: "block device"
    case .unknown: "thing of an unknown kind"
    }
  }
}
