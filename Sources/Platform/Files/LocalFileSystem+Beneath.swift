import Foundation
import Glibc

extension LocalFileSystem {
  package func open(_ relative: Path, beneath root: Path) throws -> OpenFile {
    let path = root.appending(relative)
    let components = relative.components
    guard let name = components.last, !relative.isAbsolute, !components.contains(Path("..")) else {
      throw PlatformError(
        path: path, operation: "open", code: EINVAL, remedy: "A document's path is relative and stays below its folder."
      )
    }
    // The folder itself may be a link: the user named it. Whatever is below was put there by others.
    var directory = try open(root, for: .directory)
    for component in components.dropLast() {
      directory = try LocalFileSystem.open(component, in: directory, as: path, flags: O_DIRECTORY)
    }
    return try LocalFileSystem.open(name, in: directory, as: path, flags: O_NONBLOCK | O_NOCTTY)
  }

  private static func open(_ name: Path, in directory: OpenFile, as path: Path, flags: Int32) throws -> OpenFile {
    let parent = directory.descriptor
    let descriptor = try unsafe SystemCall.withName("open", name) { name in
      try SystemCall.check("open", path) { unsafe openat(parent, name, flags | O_RDONLY | O_NOFOLLOW | O_CLOEXEC) }
    }
    return OpenFile(descriptor: descriptor, path: path)
  }
}
