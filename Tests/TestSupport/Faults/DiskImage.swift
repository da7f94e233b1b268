import Foundation
import Platform

/// What a folder holds, as names and contents apart, so that a loss of power can keep one without the other.
package struct DiskImage: Hashable, Sendable {
  enum Entry: Hashable, Sendable {
    case file(Int)
    case directory
    case link(Path)
  }

  /// By paths relative to the folder.
  private(set) var names: [Path: Entry] = [:]
  /// By number, as inodes have them.
  private(set) var contents: [Int: [UInt8]] = [:]

  init() {}

  /// What is there now.
  init(of root: Path, skipping: (Path) -> Bool) throws {
    let disk = LocalFileSystem()
    try DirectoryWalk.walk(root, through: disk) { item in
      switch item {
      case .directory(let path): names[path] = .directory
      case .entry(let path, .regular) where !skipping(path):
        let number = contents.count + 1
        names[path] = .file(number)
        contents[number] = [UInt8](try disk.contents(of: root.appending(path)))
      case .entry(let path, .symbolicLink): names[path] = .link(try disk.readSymbolicLink(root.appending(path)))
      case .entry: break
      case .unreadable(_, let error): throw error
      }
    }
  }

  func number(of path: Path) -> Int? {
    if case .file(let number) = names[path] { number } else { nil }
  }

  /// Does one thing; what cannot be done, because something before it was lost, is not done.
  mutating func apply(_ change: DiskChange) {
    switch change {
    case .create(let path, let number):
      names[path] = .file(number)
      if contents[number] == nil { contents[number] = [] }
    case .write(let number, let offset, let bytes):
      var content = contents[number] ?? []
      if content.count < offset { content += [UInt8](repeating: 0, count: offset - content.count) }
      let end = min(content.count, offset + bytes.count)
      content.replaceSubrange(offset..<end, with: bytes)
      contents[number] = content
    case .truncate(let number, let size):
      var content = contents[number] ?? []
      if content.count > size { content.removeLast(content.count - size) }
      if content.count < size { content += [UInt8](repeating: 0, count: size - content.count) }
      contents[number] = content
    case .link(let source, let target):
      if let entry = names[source] { names[target] = entry }
    case .rename(let source, let target):
      guard let entry = names.removeValue(forKey: source) else { return }
      names[target] = entry
      guard case .directory = entry else { return }
      for (path, inner) in names {
        guard let rest = path.relative(to: source) else { continue }
        names[path] = nil
        names[target.appending(rest)] = inner
      }
    case .unlink(let path): names[path] = nil
    case .makeDirectory(let path): names[path] = .directory
    case .removeDirectory(let path): names[path] = nil
    case .makeLink(let path, let target): names[path] = .link(target)
    case .synchronize, .synchronizeDirectory: break
    }
  }

  /// Writes it out. Names whose folder was lost are lost with it.
  package func write(to root: Path) throws {
    let disk = LocalFileSystem()
    try DurableFile.makeDirectory(root, through: disk)
    for (path, entry) in names.sorted(by: { $0.key < $1.key }) {
      let place = root.appending(path)
      guard path.components.count == 1 || names[path.parent] == .directory else { continue }
      switch entry {
      case .directory: try disk.makeDirectory(place, mode: 0o700)
      case .link(let target): try disk.makeSymbolicLink(place, target: target)
      case .file(let number):
        let file = try disk.open(place, for: .create(mode: 0o600))
        defer { file.close() }
        let bytes = contents[number] ?? []
        try unsafe disk.writeAll(bytes.span.bytes, to: file)
      }
    }
  }

  /// Only what has a name counts.
  package static func == (a: DiskImage, b: DiskImage) -> Bool { a.visible == b.visible }

  package func hash(into hasher: inout Hasher) { hasher.combine(visible) }

  private var visible: [Path: [UInt8]?] {
    names.mapValues { entry -> [UInt8]? in
      switch entry {
      case .file(let number): contents[number] ?? []
      case .directory: nil
      case .link(let target): target.bytes + [0]
      }
    }
  }
}

/// One thing that was done to a folder. Paths are relative to it.
enum DiskChange: Hashable, Sendable {
  case create(Path, Int)
  case write(Int, offset: Int, [UInt8])
  case truncate(Int, to: Int)
  case synchronize(Int)
  case synchronizeDirectory(Path)
  case rename(Path, to: Path)
  case link(Path, to: Path)
  case unlink(Path)
  case makeDirectory(Path)
  case removeDirectory(Path)
  case makeLink(Path, target: Path)

  /// Whether it is about a file's content, and whose.
  var content: Int? {
    switch self {
    case .write(let number, _, _), .truncate(let number, _): number
    case .create, .synchronize, .synchronizeDirectory, .rename, .link, .unlink, .makeDirectory, .removeDirectory,
      .makeLink:
      nil
    }
  }

  /// The directories whose fsync makes it durable, where it is about names. A rename is one record of a journal, so
  /// either end will do.
  var directories: [Path] {
    switch self {
    case .create(let path, _), .unlink(let path), .makeDirectory(let path), .removeDirectory(let path),
      .makeLink(let path, _), .link(_, let path):
      [path.parent]
    case .rename(let source, let target): [source.parent, target.parent]
    case .write, .truncate, .synchronize, .synchronizeDirectory: []
    }
  }

  var paths: [Path] {
    switch self {
    case .create(let path, _), .unlink(let path), .makeDirectory(let path), .removeDirectory(let path),
      .makeLink(let path, _):
      [path]
    case .rename(let source, let target), .link(let source, let target): [source, target]
    case .write, .truncate, .synchronize, .synchronizeDirectory: []
    }
  }
}
