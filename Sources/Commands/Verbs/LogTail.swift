import Foundation
import Platform

/// Reads a growing file of lines, and goes on with the next one when it is rotated.
struct LogTail {
  private let path: Path
  private let fileSystem: any FileSystem
  private var file: OpenFile?
  private var identity: FileIdentity?
  private var rest = Data()

  init(_ path: Path, through fileSystem: any FileSystem) {
    self.path = path
    self.fileSystem = fileSystem
  }

  /// Lines that came since the last call, without their ends; none where there is no file.
  /// - Parameter atEnd: a last line without its end counts too, since no more is waited for.
  mutating func next(atEnd: Bool) throws -> [Data] {
    var lines: [Data] = []
    try read(into: &lines)
    let status = try fileSystem.statusIfPresent(path, followingLinks: true)
    if let status, status.identity != identity {
      if !rest.isEmpty { lines.append(rest) }
      rest = Data()
      file?.close()
      let opened = try fileSystem.open(path, for: .read)
      file = opened
      identity = try fileSystem.status(of: opened).identity
      try read(into: &lines)
    }
    if atEnd, !rest.isEmpty {
      lines.append(rest)
      rest = Data()
    }
    return lines
  }

  private mutating func read(into lines: inout [Data]) throws {
    guard let file else { return }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try fileSystem.read(file, into: &buffer)
      if count == 0 { return }
      var start = 0
      while let end = buffer[start..<count].firstIndex(of: UInt8(ascii: "\n")) {
        lines.append(rest + buffer[start..<end])
        rest = Data()
        start = end + 1
      }
      rest.append(contentsOf: buffer[start..<count])
    }
  }
}
